"""Indicators in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, replace
from datetime import datetime

from warroom.model.ids import IndicatorId
from warroom.model.indicator import Indicator, folded
from warroom.services.ports.events import NewEvent
from warroom.services.ports.indicator_events import changed_event, excluded_event, removed_event
from warroom.services.ports.indicators import (
    Exclusion,
    IndicatorEdit,
    IndicatorQuery,
    IndicatorStore,
    mark_of,
)
from warroom.testing.stored import as_json_object


class MemoryIndicators(IndicatorStore):
    """Implements the IndicatorStore port; `note` writes the event log."""

    def __init__(self, note: Callable[[NewEvent, str, datetime], None]) -> None:
        self._note = note
        self._held: dict[IndicatorId, Indicator] = {}
        self._excluded: dict[tuple[str, str], Exclusion] = {}

    async def change(
        self, ids: Sequence[IndicatorId], edit: IndicatorEdit, actor: str, at: datetime
    ) -> Sequence[Indicator]:
        before: Mapping[IndicatorId, Indicator] = {name: self._held[name] for name in ids if name in self._held}
        after = edit(before)
        for one in after:
            incidents = tuple(sorted(set(one.incidents), key=int))
            kept = replace(one, custom_fields=as_json_object(one.custom_fields), incidents=incidents)
            self._held[one.id] = kept
            self._note(changed_event(before.get(one.id), kept), actor, at)
        return after

    async def remove(self, ids: Collection[IndicatorId], actor: str, at: datetime) -> int:
        gone = [self._held.pop(name) for name in dict.fromkeys(ids) if name in self._held]
        for one in gone:
            self._note(removed_event(one), actor, at)
        return len(gone)

    async def indicators(self, query: IndicatorQuery) -> Sequence[Indicator]:
        found = sorted(self._wanted(query), key=lambda one: astuple(mark_of(one, query.sort)), reverse=True)
        return [one for one in found if _is_behind(query, one)][: query.limit]

    async def count(self, query: IndicatorQuery) -> int:
        return len(self._wanted(query))

    async def exclude(self, exclusions: Sequence[Exclusion]) -> None:
        for one in exclusions:
            self._excluded[folded(one.value), one.type] = one
            self._note(excluded_event(one), one.actor, one.at)

    async def exclusions(self) -> Sequence[Exclusion]:
        return [self._excluded[key] for key in sorted(self._excluded)]

    def _wanted(self, query: IndicatorQuery) -> list[Indicator]:
        return [
            one
            for one in self._held.values()
            if query.id in {None, one.id}
            and (query.value is None or folded(one.value) == folded(query.value))
            and (not query.text or folded(query.text) in folded(one.value))
            and query.type in {None, one.type}
            and query.score in {None, one.score}
            and (query.incident is None or query.incident in one.incidents)
        ]


def _is_behind(query: IndicatorQuery, one: Indicator) -> bool:
    return query.after is None or astuple(mark_of(one, query.sort)) < astuple(query.after)
