"""Seals in memory."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from warroom.model.custody import KIND
from warroom.model.event import Event
from warroom.model.seal import Checkpoint, LoggedRow, Seal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MemorySeals:
    """Implements the SealStore port: the part of `MemoryStore` that looks at its events; `removed` are gone."""

    def __init__(self, events: Callable[[], Sequence[Event]]) -> None:
        self._events = events
        self._seals: dict[int, Seal] = {}
        self._checkpoints: dict[int, Checkpoint] = {}
        self.removed: set[int] = set()

    async def last(self) -> Seal | None:
        return self._seals[max(self._seals)] if self._seals else None

    async def seals(self, after: int = 0, limit: int = 100) -> Sequence[Seal]:
        return [self._seals[number] for number in sorted(self._seals) if number > after][:limit]

    async def covering(self, sequence: int) -> Seal | None:
        return next((seal for seal in self._seals.values() if seal.first <= sequence <= seal.last), None)

    async def rows(self, after: int, limit: int) -> Sequence[LoggedRow]:
        return [row_of(event) for event in self._present() if event.sequence > after][:limit]

    async def counted(self) -> int:
        return len(self._events())

    async def save(self, seal: Seal) -> bool:
        return self._seals.setdefault(seal.number, seal) is seal

    async def checkpoints(self) -> Sequence[Checkpoint]:
        return [self._checkpoints[through] for through in sorted(self._checkpoints)]

    async def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        self._checkpoints[checkpoint.through] = checkpoint

    async def kept(self, through: int) -> Sequence[int]:
        return [event.sequence for event in self._present() if event.sequence <= through and event.kind == KIND]

    async def remove_events(self, first: int, last: int) -> int:
        gone = {event.sequence for event in self._present() if first <= event.sequence <= last and event.kind != KIND}
        self.removed |= gone
        return len(gone)

    def _present(self) -> Sequence[Event]:
        return [event for event in self._events() if event.sequence not in self.removed]


def row_of(event: Event) -> LoggedRow:
    """Return an event as a row."""
    return LoggedRow(
        sequence=event.sequence,
        at=(event.at - EPOCH) // timedelta(microseconds=1),
        incident=int(event.incident) if event.incident else None,
        kind=event.kind,
        actor=event.actor,
        body=json.dumps([1, {"payload": event.payload}]),
    )
