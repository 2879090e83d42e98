"""Faults: a table of what shall go wrong, matched against each request or each element of its body."""

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from visionone_sim.wire import Json

When: TypeAlias = Literal["before", "after"]
MOST_PADDING = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row of the table; `before` prevents the request's effect, `after` hides it from the client."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid"
    )

    path: str = ".*"
    """A regular expression that the whole path has to match."""
    method: str | None = None
    body_contains: str | None = None
    field: str | None = None
    """A field of the JSON body (or of one of its elements), a query parameter or a header, ..."""
    value: str | None = None
    """... and the regular expression that its whole value has to match."""
    item: bool = False
    """Hit only the elements of the body that have the field; the others are served."""
    skip: int = 0
    """How many matching requests pass first."""
    count: int | None = 1
    """How many are hit then; None means all."""
    every: int = 1
    """Of those, only each so manieth is hit."""
    probability: float = 1
    seed: int = 0
    """Draws the same ones again, where the probability is below 1."""
    when: When = "before"
    delay_seconds: float = 0
    """Real seconds, not the tenant's."""
    status: int | None = None
    code: str = "InternalServerError"
    message: str = "A fault that was asked for."
    body: Any = None
    """Answer with this JSON in place of the error envelope."""
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    drop: bool = False
    """Break the connection without an answer."""
    cut_after_bytes: int | None = None
    """Break the connection in the middle of the answer's body."""
    malformed: bool = False
    """Answer with half of a JSON document, over a connection that ends normally."""
    clock_skew_seconds: float = 0
    """Say in the header Date that it is so much later."""
    next_link: str | None = None
    """Where a page leads: `self` to its own address again, `fresh` there with a new token each time, or any text."""
    pad_bytes: int = 0
    """Make each record of a page so much larger."""
    raw_items: tuple[str, ...] = ()
    """Put these texts before the records of a page, as they are: JSON of any kind, or none."""

    def __post_init__(self) -> None:
        for name, pattern in {"path": self.path, "value": self.value or ""}.items():
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"The {name} {pattern!r} is no regular expression: {error}.") from error
        if self.when == "after" and not self.drop and self.status is None:
            raise ValueError("A fault after the effect needs drop or a status, which the client gets instead.")
        if self.item and (self.field is None or self.status is None):
            raise ValueError("A fault of an item needs a field, a value and a status.")
        if (self.field is None) != (self.value is None):
            raise ValueError("A fault that looks at a field needs its value too.")
        if self.every < 1 or not 0 <= self.probability <= 1:
            raise ValueError("A fault hits every 1st request or fewer, with a probability of 0 to 1.")
        if not 0 <= self.pad_bytes <= MOST_PADDING:
            raise ValueError(f"A record is padded by 0 to {MOST_PADDING} bytes.")

    @property
    def alters_pages(self) -> bool:
        """Whether the answer is served, with its page changed on the way."""
        return self.next_link is not None or self.pad_bytes > 0 or bool(self.raw_items)

    def fits(self, request: "Asked") -> bool:
        return (
            self.method in {None, request.method}
            and re.fullmatch(self.path, request.path) is not None
            and (self.body_contains is None or self.body_contains.encode() in request.body)
            and (self.field is None or self._has_value(request.values(self.field)))
        )

    def fits_item(self, method: str, path: str, item: Mapping[str, Any]) -> bool:
        assert self.field is not None
        return (
            self.method in {None, method}
            and re.fullmatch(self.path, path) is not None
            and self._has_value([str(item[self.field])] if self.field in item else [])
        )

    def envelope(self) -> Any:
        if self.body is not None:
            return self.body
        error: dict[str, Json] = {"code": self.code, "message": self.message}
        return {"error": error}

    def _has_value(self, values: list[str]) -> bool:
        return any(re.fullmatch(self.value or "", value) for value in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as the table looks at it."""

    method: str
    path: str
    body: bytes = b""
    query: Mapping[str, str] = dataclasses.field(default_factory=dict)
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def values(self, name: str) -> list[str]:
        """Return what a field holds, wherever in the request it is."""
        found = [str(element[name]) for element in self._elements() if name in element]
        found += [source[name] for source in (self.query, self.headers) if name in source]
        return found

    def _elements(self) -> list[Mapping[str, Any]]:
        if not self.body.lstrip().startswith((b"[", b"{")):
            return []
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            return []
        elements = document if isinstance(document, list) else [document]
        return [element for element in elements if isinstance(element, dict)]


class FaultTable:
    """The faults that are set, and how often each has met its request."""

    def __init__(self) -> None:
        self._rows: list[tuple[Fault, Iterator[bool]]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, fault: Fault) -> None:
        self._rows.append((fault, _turns(fault)))

    def clear(self) -> None:
        self._rows.clear()

    def hit(self, request: Asked) -> Fault | None:
        """Return the first fault that applies to this request."""
        for fault, turns in list(self._rows):
            if not fault.item and fault.fits(request) and next(turns):
                return fault
        return None

    def hit_item(self, method: str, path: str, item: Mapping[str, Any]) -> Fault | None:
        """Return the first fault for this element of a request's body."""
        for fault, turns in list(self._rows):
            if fault.item and fault.fits_item(method, path, item) and next(turns):
                return fault
        return None


def _turns(fault: Fault) -> Iterator[bool]:
    draw = Random(fault.seed)  # noqa: S311  # a test wants the same faults again
    for _ in range(fault.skip):
        yield False
    met = hit = 0
    while fault.count is None or hit < fault.count:
        met += 1
        now = met % fault.every == 0 and draw.random() < fault.probability
        hit += now
        yield now
    while True:
        yield False
