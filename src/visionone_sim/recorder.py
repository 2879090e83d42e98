"""Remembers the requests that the twin has seen: the newest ones whole, and how many there were of each operation."""

import json
import math
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from visionone_sim.wire import Json, JsonObject, read_wire_time, wire_time

KEPT_REQUESTS = 20_000
KEPT_BODY_BYTES = 16_384

Place: TypeAlias = tuple[int | None, str | None]
"""The tenant, by its number in the twin, and the operation that a request was for; None where it named none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one target of a request: a task, or a refusal."""

    status: int
    task: str | None = None
    code: str | None = None
    message: str | None = None

    def wire(self) -> dict[str, Json]:
        fields = {"status": self.status, "task": self.task, "code": self.code, "message": self.message}
        return {key: value for key, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRequest:
    method: str
    path: str
    query: str
    filter: str | None
    body: str | None
    """Its beginning, if `body_cut` says so."""
    status: int | None
    """None: the connection was dropped before an answer began."""
    time: datetime
    number: int = 0
    """The place in the log, from 1; the recorder gives it."""
    operation: str | None = None
    """Such as `POST /v3.0/response/endpoints/isolate`; None: the API has no such operation."""
    key: str | None = None
    """The name of the API key; None: it was none of a tenant's."""
    tenant: int | None = None
    body_cut: bool = False
    results: tuple[Result, ...] = ()
    """What each target was answered, in their order."""

    @property
    def targets(self) -> Sequence[JsonObject]:
        """What the body names: the elements of an array, or the one object that it is; none where it is no JSON."""
        try:
            read = json.loads(self.body or "[]", parse_float=_finite, parse_constant=_finite)
        except (ValueError, RecursionError):
            return ()
        elements = read if isinstance(read, list) else [read]
        return [element for element in elements if isinstance(element, dict)]

    def wire(self) -> dict[str, Json]:
        return {
            "number": self.number,
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "filter": self.filter,
            "targets": self.targets,
            "body": self.body,
            "bodyCut": self.body_cut,
            "status": self.status,
            "results": [result.wire() for result in self.results],
            "key": self.key,
            "time": wire_time(self.time),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A filter for requests; None matches everything."""

    operations: frozenset[str] | None = None
    statuses: frozenset[int | None] | None = None
    since: datetime | None = None
    contains: str | None = None
    after: int = 0
    tenant: int | None = None

    def is_of(self, place: Place) -> bool:
        tenant, operation = place
        return self.tenant in {None, tenant} and (self.operations is None or operation in self.operations)

    def fits(self, seen: SeenRequest) -> bool:
        return (
            seen.number > self.after
            and self.is_of((seen.tenant, seen.operation))
            and (self.statuses is None or seen.status in self.statuses)
            and (self.since is None or seen.time >= self.since)
            and (self.contains is None or _holds(seen, self.contains.casefold()))
        )


@dataclass(slots=True)
class Tally:
    """How many requests there were at each place."""

    _counts: Counter[Place] = field(default_factory=Counter)

    def add(self, seen: SeenRequest) -> None:
        self._counts[seen.tenant, seen.operation] += 1

    def forget(self, tenant: int | None) -> None:
        """Count from nothing again, for all tenants or for one."""
        self._counts = Counter(
            {place: count for place, count in self._counts.items() if tenant not in {None, place[0]}}
        )

    def by_operation(self, wanted: Wanted) -> dict[str, int]:
        """Return the numbers by operation; what was no operation is not in it."""
        found: Counter[str] = Counter()
        for place, count in list(self._counts.items()):
            if place[1] is not None and wanted.is_of(place):
                found[place[1]] += count
        return dict(sorted(found.items()))

    def total(self, wanted: Wanted) -> int:
        return sum(count for place, count in list(self._counts.items()) if wanted.is_of(place))


class Recorder:
    """The requests in the order in which they were answered; the oldest are dropped, and counted."""

    def __init__(self, kept: int = KEPT_REQUESTS) -> None:
        self._kept = kept
        self._seen: deque[SeenRequest] = deque()
        self._last = 0
        self.counts = Tally()
        """All that came."""
        self.dropped = Tally()
        """Those that are no longer here."""

    def __iter__(self) -> Iterator[SeenRequest]:
        return iter(list(self._seen))

    def __len__(self) -> int:
        return len(self._seen)

    @property
    def total(self) -> int:
        return self.counts.total(Wanted())

    def add(self, request: SeenRequest) -> None:
        self._last += 1
        self._seen.append(replace(request, number=self._last))
        self.counts.add(request)
        while len(self._seen) > self._kept:
            self.dropped.add(self._seen.popleft())

    def clear(self, tenant: int | None = None) -> None:
        """Forget everything, or what was asked of one tenant."""
        kept = [seen for seen in self if tenant not in {None, seen.tenant}]
        self._seen = deque(kept)
        self._last = self._last if kept else 0
        self.counts.forget(tenant)
        self.dropped.forget(tenant)

    def find(self, wanted: Wanted) -> list[SeenRequest]:
        return [seen for seen in self if wanted.fits(seen)]

    def to(self, path_ending: str, *, method: str | None = None) -> Sequence[SeenRequest]:
        """Return the requests whose path ends so, for tests that count calls."""
        return [seen for seen in self if seen.path.endswith(path_ending) and method in (None, seen.method)]


def read_results(answer: bytes) -> tuple[Result, ...]:
    """Read what a 207 says about each target; a body that a fault has put there may say nothing of the kind."""
    try:
        elements = json.loads(answer)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(elements, list) or not all(_is_result(element) for element in elements):
        return ()
    return tuple(_result(element) for element in elements)


def read_seen(document: Mapping[str, Any]) -> SeenRequest:
    """Read a request as the log of a twin in another process shows it."""
    same = ("number", "operation", "method", "path", "query", "filter", "body", "status", "key")
    return SeenRequest(
        **{name: document[name] for name in same},
        body_cut=document["bodyCut"],
        results=tuple(Result(**result) for result in document["results"]),
        time=read_wire_time(document["time"]),
    )


def _holds(seen: SeenRequest, text: str) -> bool:
    return any(text in (part or "").casefold() for part in (seen.path, seen.query, seen.filter, seen.body))


def _finite(text: str) -> float:
    """Read a number; Python also takes NaN and the infinities, which JSON does not have."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number in JSON.")
    return number


def _is_result(element: Any) -> bool:
    return isinstance(element, dict) and isinstance(element.get("status"), int)


def _result(element: Mapping[str, Any]) -> Result:
    headers = element.get("headers")
    fields = [_object(header) for header in headers] if isinstance(headers, list) else []
    places = [str(header.get("value")) for header in fields if header.get("name") == "Operation-Location"]
    error = _object(_object(element.get("body")).get("error"))
    return Result(
        status=element["status"],
        task=places[0].rpartition("/")[2] if places else None,
        code=error.get("code"),
        message=error.get("message"),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
