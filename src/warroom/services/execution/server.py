"""What a built-in command works on, what it is, and the entry that most of them return."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from warroom.content.catalogue import Catalogue
from warroom.model.context import ContextPatch
from warroom.model.entry import EntryType
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.commands.library import Library
from warroom.services.execution.call import Call, Outcome
from warroom.services.indicators.indicators import Indicators
from warroom.services.plans.preparing import Preparing
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Store
from warroom.services.ports.users import UserStore
from warroom.services.ports.value_scripts import ValueScripts
from warroom.services.writing.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What the built-in commands work on; `earlier` are context changes that are not committed yet."""

    store: Store
    users: UserStore
    journal: Journal
    library: Library
    clock: Clock
    scripts: ValueScripts
    earlier: Sequence[ContextPatch] = ()
    run: "Runs | None" = None  # runs what a command calls in turn

    @property
    def catalogue(self) -> Catalogue:
        return self.library.catalogue

    @property
    def preparing(self) -> Preparing:
        """Prepares plans that are committed with the command's outcome."""
        return Preparing(
            store=self.store, journal=self.journal, library=self.library, clock=self.clock, scripts=self.scripts
        )

    @property
    def indicators(self) -> Indicators:
        return Indicators(self.store, self.clock, self.library)

    @property
    def now(self) -> datetime:
        return self.clock.now()


async def named_incident(server: Server, call: Call, wanted: Json) -> Incident:
    """Return the incident that a command is about: the call's, as its code changed it, or another one that exists."""
    other = str(wanted or "").strip()
    return call.incident if other in {"", call.incident.id} else await server.journal.incident(IncidentId(other))


def actor_of(call: Call) -> Actor:
    """Return in whose name a call runs, with what that role may do."""
    return Actor(name=call.origin.actor, role=call.origin.rights)


Runs: TypeAlias = Callable[[Call], Awaitable[Outcome]]
Builtin: TypeAlias = Callable[[Server, Call], Awaitable[Outcome]]


def text_entry(text: str, contents: Json = None) -> JsonObject:
    """Make a note that reads as `text`.

    With `EntryContext` added, such as `{"Case(val.id == obj.id)": {"id": "17"}}`, its values go into the context under
    that path; the condition in parentheses selects the item that is replaced.
    """
    return {
        "Type": EntryType.NOTE.value,
        "ContentsFormat": "text" if contents is None else "json",
        "Contents": text if contents is None else contents,
        "HumanReadable": text,
    }
