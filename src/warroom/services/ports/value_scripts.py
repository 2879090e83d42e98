"""The scripts of packs that values use as transformers and operators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from warroom.context.scope import Scope
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.model.lane import Lane
from warroom.model.user import Role

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom such a script reads: what it may see of the context, from which place, and how soon it gets a worker."""

    incident: Incident
    rights: Role = Role.ADMIN
    scope: str = ""
    inputs: Mapping[str, Json] = field(default_factory=dict)
    lane: Lane = Lane.ROUTINE


class ValueScripts(Protocol):
    """Evaluates what may need such scripts."""

    async def evaluated(self, scope: Scope, reader: Reader, evaluate: Callable[[Scope], Found]) -> Found:
        """Evaluate on a scope, as often as it takes: once, and again after each round of scripts.

        Raises WarroomError where a script fails, or where too many runs are needed.
        """
        ...
