"""Halts: what is paused now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from warroom.model.halt import Halt
from warroom.model.ids import PlanId
from warroom.services.ports.events import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltChange:
    """A pause or the end of one, as the event log tells it."""

    change: str  # paused or resumed
    instance: str = ""  # by name; none: of all
    reason: str = ""
    actor: str
    at: datetime

    @property
    def of(self) -> str:
        """Name what was paused."""
        return self.instance or "every instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltQuery:
    """Filters are joined by and; newest first."""

    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None  # those before it
    limit: int = 1000


class Halts(Protocol):
    async def all(self) -> Sequence[Halt]:
        """Give what is paused, the oldest first."""
        ...

    async def begin(self, halt: Halt) -> bool:
        """Pause, durably, and log who did and why; False when that was paused already, which changes nothing."""
        ...

    async def end(self, halt: Halt, reason: str, actor: str, at: datetime) -> bool:
        """Take a halt away, and log who did and why; False when it was gone already."""
        ...

    async def past(self, query: HaltQuery) -> Sequence[HaltChange]:
        """Give what was paused and resumed, newest first, as far back as the event log is kept."""
        ...

    async def held(self) -> Sequence[PlanId]:
        """Give the waiting plans that may have been held; one too many does no harm: it looks, and waits on."""
        ...


def happening_of(halt: Halt, change: str, reason: str) -> Happening:
    """Give what the event log tells of a halt that begins or ends; every store writes it the same way."""
    return Happening(
        incident=None, kind="halt", payload={"instance": halt.instance, "change": change, "reason": reason}
    )
