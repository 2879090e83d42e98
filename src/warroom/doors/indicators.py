"""Indicators: search, show, create, set the verdict, expire, delete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import Page, shaped
from warroom.doors.asked import Asked
from warroom.doors.cursor import read, written
from warroom.doors.operation import reads, writes
from warroom.doors.words import Named
from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId, IndicatorId
from warroom.model.indicator import Indicator
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.indicators.indicator_query import verdict_of
from warroom.services.indicators.indicators import IndicatorSearch
from warroom.services.indicators.sighting import Sighting
from warroom.services.people.access import Permission
from warroom.services.ports.indicators import IndicatorMark


class SearchFor(Asked):
    """What to look for; without anything, all of them, the newest first."""

    query: str = Field(
        default="", max_length=2000, description="As in XSOAR: `type:IP and verdict:Bad and -expirationStatus:expired`."
    )
    incident: str | None = Field(default=None, max_length=20, description="Seen in this incident.")
    cursor: str | None = Field(default=None, description="What the answer before gave, to page on.")
    limit: int = Field(default=100, ge=1, le=10_000, description="The most items in one answer.")


class OneIndicator(Asked):
    """Which indicator."""

    indicator: str = Field(max_length=64)


class NewOne(Asked):
    """A new indicator; what is known of one that there is already stays."""

    value: str = Field(min_length=1, max_length=10_000)
    type: str = Field(default="", max_length=100, description="Without it, the type that the value looks like.")
    verdict: Named | None = Field(default=None, description="unknown, good, suspicious, bad or 0 to 3.")
    tags: Sequence[str] = Field(default=(), max_length=100)
    comment: str = Field(default="", max_length=10_000)
    incident: str | None = Field(default=None, max_length=20, description="Seen in this incident.")


class NewVerdict(OneIndicator):
    """Which verdict counts from now on."""

    verdict: Named = Field(description="unknown, good, suspicious, bad or 0 to 3.")
    comment: str = Field(default="", max_length=10_000)


class Expiry(OneIndicator):
    """Whether it counts no more, or again."""

    expired: bool = True


class Removal(OneIndicator):
    """Why it is deleted, and whether its value goes on the exclusion list: none is made of it any more."""

    reason: str = Field(default="", max_length=1000)
    exclude: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLine:
    """An indicator in a list; `set_by` says who set the verdict by hand, `expires` when it counts no more."""

    id: str
    type: str
    value: str
    verdict: str
    set_by: str
    source: str
    first_seen: datetime
    last_seen: datetime
    expires: datetime | None
    expired: bool
    tags: Sequence[str]
    incidents: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOf:
    """What a source says of it."""

    source: str
    verdict: str
    reliability: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentShown:
    text: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipShown:
    """To which other indicator, by type and value, and of what kind."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorShown(IndicatorLine):
    """One with all that is known of it."""

    scores: Sequence[SaidOf]
    fields: Mapping[str, Json]
    comments: Sequence[CommentShown]
    relationships: Sequence[RelationshipShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """What is deleted."""

    deleted: str


@reads("indicator.search", Permission.SEE, NotFoundError)
async def search_indicators(app: App, asked: SearchFor, actor: Actor) -> Page[IndicatorLine]:
    """Search for indicators, with XSOAR's query language; the newest first."""
    mark, total = read(asked.cursor, _place) if asked.cursor else (None, 0)
    search = IndicatorSearch(
        query=asked.query,
        incident=IncidentId(asked.incident) if asked.incident else None,
        size=asked.limit,
        after=mark,
        total=total,
    )
    found = await app.indicators.search(search, actor)
    now = app.indicators.clock.now()
    more = found.next
    return Page(
        items=[shaped(IndicatorLine, one, **_words(one, now)) for one in found.indicators],
        cursor=written(more.at.isoformat(), more.id, found.total) if more else None,
    )


@reads("indicator.show", Permission.SEE, NotFoundError)
async def show_indicator(app: App, asked: OneIndicator, actor: Actor) -> IndicatorShown:
    """Return an indicator with all that is known of it."""
    return _shown(app, await app.indicators.show(IndicatorId(asked.indicator), actor))


@writes("indicator.create", Permission.EDIT_INCIDENTS, NotFoundError)
async def create_indicator(app: App, asked: NewOne, actor: Actor) -> IndicatorShown:
    """Create an indicator, or add to the one that there is."""
    incidents: tuple[IncidentId, ...] = ()
    if asked.incident:
        incidents = ((await app.incidents.get(IncidentId(asked.incident), actor)).id,)
    seen = Sighting(
        type=asked.type,
        value=asked.value,
        score=None if asked.verdict is None else verdict_of(asked.verdict),
        is_manual=asked.verdict is not None,
        fields={"tags": list(asked.tags)} if asked.tags else {},
        merges=True,
        comment=asked.comment,
        incidents=incidents,
    )
    return _shown(app, await app.indicators.create(seen, actor))


@writes("indicator.verdict", Permission.EDIT_INCIDENTS, NotFoundError)
async def set_verdict(app: App, asked: NewVerdict, actor: Actor) -> IndicatorShown:
    """Set the verdict by hand: it counts, whatever sources say."""
    ids = [IndicatorId(asked.indicator)]
    (after,) = await app.indicators.set_verdict(ids, verdict_of(asked.verdict), actor, asked.comment)
    return _shown(app, after)


@writes("indicator.expire", Permission.EDIT_INCIDENTS, NotFoundError)
async def expire_indicator(app: App, asked: Expiry, actor: Actor) -> IndicatorShown:
    """Expire an indicator, or make it count again."""
    change = app.indicators.expire if asked.expired else app.indicators.unexpire
    (after,) = await change([IndicatorId(asked.indicator)], actor)
    return _shown(app, after)


@writes("indicator.delete", Permission.EDIT_INCIDENTS, NotFoundError)
async def delete_indicator(app: App, asked: Removal, actor: Actor) -> Deleted:
    """Delete an indicator; with `exclude`, none is made of its value any more."""
    one = await app.indicators.show(IndicatorId(asked.indicator), actor)
    await app.indicators.remove([one], actor, reason=asked.reason, excludes=asked.exclude)
    return Deleted(deleted=one.id)


def _place(at: str, name: str, total: str) -> tuple[IndicatorMark, int]:
    return IndicatorMark(at=datetime.fromisoformat(at), id=IndicatorId(name)), int(total)


def _words(one: Indicator, now: datetime) -> dict[str, Json]:
    return {"verdict": one.score.label, "expired": one.is_expired(now)}


def _shown(app: App, one: Indicator) -> IndicatorShown:
    return shaped(
        IndicatorShown,
        one,
        **_words(one, app.indicators.clock.now()),
        scores=[shaped(SaidOf, said, verdict=said.score.label) for said in one.scores],
        fields=dict(one.custom_fields),
        comments=[shaped(CommentShown, comment) for comment in one.comments],
        relationships=[shaped(RelationshipShown, other) for other in one.relationships],
    )
