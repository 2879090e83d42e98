"""The scripts of packs that values use as transformers and operators."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from warroom.context.scope import Scope
from warroom.context.scripted import Scripts
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.model.lane import Lane
from warroom.model.user import Role

Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom such a script reads: what it may see of the context, from which place, and how soon it gets a worker."""

    incident: Incident
    rights: Role = Role.ADMIN
    scope: str = ""
    inputs: Mapping[str, Json] = field(default_factory=dict)
    lane: Lane = Lane.ROUTINE


def reader_of_alerts(now: datetime) -> Reader:
    """Return a reader for alerts that are no incidents yet: it has no context, and the rights of an analyst."""
    nowhere = Incident(id=IncidentId("0"), name="", occurred=now, created=now, modified=now)
    return Reader(incident=nowhere, rights=Role.ANALYST)


class ValueScripts(Protocol):
    """Evaluates what may need such scripts."""

    def open(self) -> Scripts:
        """Return the scripts that values may use now, without answers."""
        ...

    async def evaluated(self, scope: Scope, reader: Reader, evaluate: Callable[[Scope], Found]) -> Found:
        """Evaluate on a scope, as often as it takes: once, and again after each round of scripts.

        Raises WarroomError where a script fails, or where too many runs are needed.
        """
        ...

    async def each(
        self,
        items: Sequence[Item],
        reader: Reader,
        evaluate: Callable[[Item, Scripts], Found],
        scripts: Scripts | None = None,
    ) -> list[Found]:
        """Evaluate for each item, in a thread, until no item needs another run; `scripts` keeps answers for later.

        A run that fails is an InvalidInputError where the value uses it. Raises it where too many runs are needed.
        """
        ...
