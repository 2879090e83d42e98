"""Remembers the requests that the twin has seen, the newest ones only."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from visionone_sim.wire import Json, wire_time

KEPT_REQUESTS = 20_000
KEPT_BODY_BYTES = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRequest:
    method: str
    path: str
    query: str
    filter: str | None
    body: str | None
    status: int | None
    """None: the connection was dropped before an answer began."""
    time: datetime

    def wire(self) -> dict[str, Json]:
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "filter": self.filter,
            "body": self.body,
            "status": self.status,
            "time": wire_time(self.time),
        }


class Recorder:
    """The requests in the order in which they were answered, and how many there were in all."""

    def __init__(self) -> None:
        self._seen: deque[SeenRequest] = deque(maxlen=KEPT_REQUESTS)
        self.total = 0

    def __iter__(self) -> Iterator[SeenRequest]:
        return iter(list(self._seen))

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, request: SeenRequest) -> None:
        self._seen.append(request)
        self.total += 1

    def clear(self) -> None:
        self._seen.clear()
        self.total = 0

    def to(self, path_ending: str, *, method: str | None = None) -> Sequence[SeenRequest]:
        """Return the requests whose path ends so, for tests that count calls."""
        return [seen for seen in self if seen.path.endswith(path_ending) and method in (None, seen.method)]
