"""Halts: what is paused now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from warroom.model.halt import Halt
from warroom.model.ids import IncidentId, PlanId
from warroom.model.json import JsonObject
from warroom.services.ports.events import NewEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltChange:
    """A pause, the end of one, or a cancelled plan, as an event of the log."""

    change: str  # paused, resumed or cancelled
    instance: str = ""  # by name; none: of all
    plan: PlanId | None = None  # the one that was cancelled; none: how many were, at once
    playbook: str = ""  # its name
    incident: IncidentId | None = None  # of that plan
    count: int = 0
    reason: str = ""
    actor: str
    at: datetime

    @property
    def of(self) -> str:
        """Return what was paused or cancelled, for a sentence."""
        if self.plan:
            return f"plan {self.plan}{f' ({self.playbook})' if self.playbook else ''}"
        if self.count:
            return f"{self.count} plans"
        return self.instance or "every instance"

    @property
    def new_event(self) -> NewEvent:
        """Return its event; every store writes the same."""
        payload: JsonObject = {"instance": self.instance, "change": self.change, "reason": self.reason}
        if self.plan:
            payload |= {"plan": self.plan, "playbook": self.playbook}
        if self.count:
            payload["count"] = self.count
        return NewEvent(incident=self.incident, kind="halt", payload=payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltQuery:
    """Filters are joined by and; newest first."""

    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None  # those before it
    limit: int = 1000


class Halts(Protocol):
    async def all(self) -> Sequence[Halt]:
        """Return what is paused, the oldest first."""
        ...

    async def start(self, halt: Halt) -> bool:
        """Pause, durably, and log by whom and why; False when it was paused already, which changes nothing."""
        ...

    async def end(self, halt: Halt, reason: str, actor: str, at: datetime) -> bool:
        """End a halt, and log by whom and why; False when it had ended already."""
        ...

    async def tell(self, changes: Sequence[HaltChange]) -> None:
        """Log plans that were cancelled."""
        ...

    async def past(self, query: HaltQuery) -> Sequence[HaltChange]:
        """Return what was paused and resumed, newest first, as far back as the event log is kept."""
        ...

    async def held(self) -> Sequence[PlanId]:
        """Return the waiting plans that a pause may hold; one too many does no harm: it checks and waits on."""
        ...


def new_event_of(halt: Halt, change: str, reason: str) -> NewEvent:
    """Return the event of a halt that starts or ends."""
    return HaltChange(change=change, instance=halt.instance, reason=reason, actor=halt.actor, at=halt.since).new_event
