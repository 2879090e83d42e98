"""What is asked of the store about indicators, and about the values that are never made into any."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from warroom.model.ids import IncidentId, IndicatorId
from warroom.model.indicator import Indicator, Verdict

IndicatorEdit: TypeAlias = Callable[[Mapping[IndicatorId, Indicator]], Sequence[Indicator]]


class IndicatorSort(StrEnum):
    """The order of indicators; of equals the one with the greater id is first."""

    CREATED = "created"  # newest first: it never changes, so that pages neither lose nor repeat one
    SEEN = "seen"  # last seen first


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorMark:
    """An indicator's position in an order, for paging."""

    at: datetime
    id: IndicatorId


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorQuery:
    """Filters are joined by and."""

    id: IndicatorId | None = None
    value: str | None = None  # exactly this one, without regard to case
    text: str | None = None  # part of the value
    type: str | None = None
    score: Verdict | None = None
    incident: IncidentId | None = None
    sort: IndicatorSort = IndicatorSort.CREATED
    limit: int = 100
    after: IndicatorMark | None = None  # page on: what stands behind this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A value that is not made into an indicator; `type` empty: of any type."""

    value: str
    type: str = ""
    reason: str = ""
    actor: str
    at: datetime


class IndicatorStore(Protocol):
    async def change(
        self, ids: Sequence[IndicatorId], edit: IndicatorEdit, actor: str, at: datetime
    ) -> Sequence[Indicator]:
        """Apply an edit to the indicators of these ids atomically; returns what it returned.

        The edit is given those of them that exist, and returns those that are new or changed. What it raises is raised
        here, and nothing has changed.
        """
        ...

    async def remove(self, ids: Collection[IndicatorId], actor: str, at: datetime) -> int:
        """Remove indicators; returns how many there were."""
        ...

    async def indicators(self, query: IndicatorQuery) -> Sequence[Indicator]: ...

    async def count(self, query: IndicatorQuery) -> int: ...

    async def exclude(self, exclusions: Sequence[Exclusion]) -> None:
        """Add values to those that are not made into indicators."""
        ...

    async def exclusions(self) -> Sequence[Exclusion]: ...


def mark_of(indicator: Indicator, sort: IndicatorSort) -> IndicatorMark:
    """Return an indicator's position in an order."""
    at = indicator.created if sort is IndicatorSort.CREATED else indicator.last_seen
    return IndicatorMark(at=at, id=indicator.id)
