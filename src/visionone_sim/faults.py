"""Faults: a table of what shall go wrong, matched against each request."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from visionone_sim.wire import Json

When: TypeAlias = Literal["before", "after"]


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
    skip: int = 0
    """How many matching requests pass first."""
    count: int | None = 1
    """How many are hit then; None means all."""
    when: When = "before"
    delay_seconds: float = 0
    """Real seconds, not the tenant's."""
    status: int | None = None
    code: str = "InternalServerError"
    message: str = "A fault that was asked for."
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    """Break the connection without an answer."""
    cut_after_bytes: int | None = None
    """Break the connection in the middle of the answer's body."""

    def __post_init__(self) -> None:
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"The path {self.path!r} is no regular expression: {error}.") from error
        if self.when == "after" and not self.drop and self.status is None:
            raise ValueError("A fault after the effect needs drop or a status, which the client gets instead.")

    def fits(self, method: str, path: str, body: bytes) -> bool:
        return (
            self.method in (None, method)
            and re.fullmatch(self.path, path) is not None
            and (self.body_contains is None or self.body_contains.encode() in body)
        )

    def envelope(self) -> dict[str, Json]:
        return {"error": {"code": self.code, "message": self.message}}


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

    def hit(self, method: str, path: str, body: bytes) -> Fault | None:
        """Return the first fault whose turn it is for this request."""
        for fault, turns in list(self._rows):
            if fault.fits(method, path, body) and next(turns):
                return fault
        return None


def _turns(fault: Fault) -> Iterator[bool]:
    for _ in range(fault.skip):
        yield False
    if fault.count is None:
        while True:
            yield True
    for _ in range(fault.count):
        yield True
    while True:
        yield False
