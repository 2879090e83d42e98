"""Use cases of indicators: looked for, recorded, scored, expired, removed, excluded."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from warroom.context import cast
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId, IndicatorId
from warroom.model.indicator import Indicator, IndicatorComment, Verdict, folded, indicator_id
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.commands.library import Library
from warroom.services.commands.word_list import words_of
from warroom.services.indicators.indicator_query import read_indicator_query
from warroom.services.indicators.known_types import KnownTypes, known_types
from warroom.services.indicators.sighting import Sighting, with_sighting
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.indicators import Exclusion, IndicatorMark, IndicatorQuery, IndicatorSort, mark_of
from warroom.services.ports.store import Store

PAGE = 1000
MOST = 1_000_000  # indicators that one search reads
LISTS = frozenset({"multiSelect", "tagsSelect", "tags"})  # types of fields; tags are a list also without their field

Change = Callable[[Indicator], Indicator]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSearch:
    """A search: `query` in XSOAR's words, among those that the other fields leave. `page` counts from 0."""

    query: str = ""
    value: str = ""
    incident: IncidentId | None = None
    since: datetime | None = None  # last seen then or later
    until: datetime | None = None
    size: int = 100
    page: int = 0
    after: IndicatorMark | None = None  # page on: what stands behind this one
    total: int = 0  # with `after`: what the first page has counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of indicators, how many there are in all, and where the next page begins (None: there is none)."""

    indicators: Sequence[Indicator]
    total: int
    next: IndicatorMark | None


@dataclass(frozen=True, slots=True)
class Indicators:
    """Use cases of indicators."""

    store: Store
    clock: Clock
    library: Library

    @property
    def types(self) -> KnownTypes:
        return known_types(self.library.catalogue)

    async def search(self, search: IndicatorSearch, actor: Actor) -> Found:
        """Return a page of the indicators that a search finds, the newest first."""
        require(actor, Permission.SEE)
        test = read_indicator_query(search.query, self.clock.now())
        first = search.page * search.size
        kept: list[Indicator] = []
        total = 0
        async for one in self._among(search):
            if _is_seen_in(search, one) and test(one):
                total += 1
                if len(kept) <= first + search.size:
                    kept.append(one)
                if search.after and len(kept) > search.size:  # the first page has counted them
                    break
        page = kept[first : first + search.size]
        mark = mark_of(page[-1], IndicatorSort.CREATED) if page and len(kept) > first + search.size else None
        return Found(indicators=page, total=search.total if search.after else total, next=mark)

    async def _among(self, search: IndicatorSearch) -> AsyncIterator[Indicator]:
        """Yield the indicators that the store's own filters leave."""
        among = IndicatorQuery(value=search.value or None, incident=search.incident, limit=PAGE, after=search.after)
        for _ in range(MOST // PAGE):
            page = await self.store.indicators.indicators(among)
            for one in page:
                yield one
            if len(page) < PAGE:
                return
            among = replace(among, after=mark_of(page[-1], among.sort))

    async def show(self, indicator: IndicatorId, actor: Actor) -> Indicator:
        """Return one indicator, by its id."""
        require(actor, Permission.SEE)
        found = await self.store.indicators.indicators(IndicatorQuery(id=indicator))
        return _there({one.id: one for one in found}, indicator)

    async def of_value(self, value: str, actor: Actor) -> Sequence[Indicator]:
        """Return the indicators with a value, of every type."""
        require(actor, Permission.SEE)
        return await self.store.indicators.indicators(IndicatorQuery(value=value))

    async def extract(self, text: str) -> Mapping[str, Sequence[str]]:
        """Return the values in a text, by type, but for those that are excluded."""
        is_excluded = await self.exclusion_test()
        found = self.types.extract(text)
        kept = {kind: [value for value in values if not is_excluded(kind, value)] for kind, values in found.items()}
        return {kind: values for kind, values in kept.items() if values}

    async def create(self, seen: Sighting, actor: Actor) -> Indicator:
        """Create an indicator, or add to the one that there is; raises where the value is excluded."""
        require(actor, Permission.EDIT_INCIDENTS)
        made = await self.record([self.typed(seen)], actor.name)
        if not made:
            raise InvalidInputError(
                f"{seen.value} is on the exclusion list, so that no indicator is made of it. Take it out there first."
            )
        return made[0]

    def typed(self, seen: Sighting) -> Sighting:
        """Return a sighting with the name of a type that is known, and fields as their types have them."""
        if not seen.value.strip():
            raise InvalidInputError("An indicator needs a value. Write value=VALUE.")
        known = self.types.named(seen.type) if seen.type else self.types.of_value(seen.value)
        if known is None:
            raise InvalidInputError(f"No type of indicators looks like {seen.value!r}. Write type=TYPE.")
        return replace(seen, type=known.name, fields=self.fields_of(seen.fields))

    def fields_of(self, given: Mapping[str, Json]) -> JsonObject:
        """Return fields by their cliName, with values as their types have them."""
        fields: JsonObject = {}
        for name, value in given.items():
            known = self.library.catalogue.find_indicator_field(name)
            fields[known.cli_name if known else name] = _as_type(known.type if known else name, value)
        return fields

    async def record(self, sightings: Iterable[Sighting], actor: str, *, only_new: bool = False) -> list[Indicator]:
        """Store what was seen, in one commit, but for what is excluded; returns each indicator as it is then.

        With `only_new`, indicators that there are stay as they are, and are not returned.
        """
        is_excluded = await self.exclusion_test()
        kept = [one for one in sightings if not is_excluded(one.type, one.value)]
        if not kept:
            return []
        now = self.clock.now()
        ids = [indicator_id(one.type, one.value) for one in kept]

        def edit(known: Mapping[IndicatorId, Indicator]) -> list[Indicator]:
            after: dict[IndicatorId, Indicator] = {}
            for name, seen in zip(ids, kept, strict=True):
                if only_new and name in known:
                    continue
                found = self.types.find(seen.type)
                lasts = found.lasts if found else None
                after[name] = with_sighting(after.get(name) or known.get(name), seen, actor, now, lasts)
            return list(after.values())

        return list(await self.store.indicators.change(ids, edit, actor, now))

    async def edit(self, ids: Sequence[IndicatorId], change: Change, actor: Actor) -> Sequence[Indicator]:
        """Change indicators atomically; raises NotFoundError where one is gone, and then nothing has changed."""
        require(actor, Permission.EDIT_INCIDENTS)
        now = self.clock.now()

        def edited(known: Mapping[IndicatorId, Indicator]) -> list[Indicator]:
            return [replace(change(_there(known, name)), modified=now) for name in dict.fromkeys(ids)]

        return await self.store.indicators.change(ids, edited, actor.name, now)

    async def set_verdict(
        self, ids: Sequence[IndicatorId], verdict: Verdict, actor: Actor, comment: str = ""
    ) -> Sequence[Indicator]:
        """Set the score by hand; it counts until somebody sets another one."""
        said = [IndicatorComment(text=comment, actor=actor.name, at=self.clock.now())] if comment else []

        def change(one: Indicator) -> Indicator:
            return replace(one, score=verdict, set_by=actor.name, comments=(*one.comments, *said))

        return await self.edit(ids, change, actor)

    async def expire(self, ids: Sequence[IndicatorId], actor: Actor) -> Sequence[Indicator]:
        """Expire indicators now."""
        now = self.clock.now()
        return await self.edit(ids, lambda one: replace(one, expires=now, expiry_set=True), actor)

    async def unexpire(self, ids: Sequence[IndicatorId], actor: Actor) -> Sequence[Indicator]:
        """Make indicators active again, for as long as the default of their type from now on."""
        now = self.clock.now()

        def change(one: Indicator) -> Indicator:
            known = self.types.find(one.type)
            lasts = known.lasts if known else None
            return replace(one, expires=now + lasts if lasts else None, expiry_set=False)

        return await self.edit(ids, change, actor)

    async def remove(
        self, indicators: Collection[Indicator], actor: Actor, *, reason: str = "", excludes: bool = False
    ) -> int:
        """Remove indicators; with `excludes`, their values are not made into indicators any more."""
        require(actor, Permission.EDIT_INCIDENTS)
        if excludes:
            await self.exclude([(one.value, one.type) for one in indicators], reason, actor)
        return await self.store.indicators.remove([one.id for one in indicators], actor.name, self.clock.now())

    async def exclude(self, values: Iterable[tuple[str, str]], reason: str, actor: Actor) -> None:
        """Put values of a type (empty: of any) on the exclusion list."""
        require(actor, Permission.EDIT_INCIDENTS)
        now = self.clock.now()
        await self.store.indicators.exclude(
            [Exclusion(value=value, type=kind, reason=reason, actor=actor.name, at=now) for value, kind in values]
        )

    async def exclusion_test(self) -> Callable[[str, str], bool]:
        """Return a test of a type and a value: whether they are excluded."""
        excluded = {(folded(one.value), one.type) for one in await self.store.indicators.exclusions()}
        return lambda kind, value: bool({(folded(value), kind), (folded(value), "")} & excluded)


def _there(known: Mapping[IndicatorId, Indicator], name: IndicatorId) -> Indicator:
    if name not in known:
        raise NotFoundError(f"There is no indicator {name}. Look for its value to find its ID.")
    return known[name]


def _is_seen_in(search: IndicatorSearch, one: Indicator) -> bool:
    return (search.since is None or one.last_seen >= search.since) and (
        search.until is None or one.last_seen <= search.until
    )


def _as_type(kind: str, value: Json) -> Json:
    if kind in LISTS:
        return words_of(value)
    try:
        if kind == "boolean":
            return cast.boolean(value)
        if kind == "number":
            return cast.number(value)
    except InvalidInputError:  # as it was given: a feed's record is not lost for one field
        return value
    return value
