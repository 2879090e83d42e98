"""An indicator: a value of some type, such as an address or a hash, with what is known of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from hashlib import sha256
from types import MappingProxyType

from warroom.model.ids import IncidentId, IndicatorId
from warroom.model.json import Json, JsonObject

NEVER = "0001-01-01T00:00:00Z"  # how XSOAR writes a time that is not set


class Verdict(IntEnum):
    """XSOAR's scale of DBotScore."""

    UNKNOWN = 0
    GOOD = 1
    SUSPICIOUS = 2
    BAD = 3

    @property
    def label(self) -> str:
        return self.name.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceScore:
    """What one source says of an indicator; `reliability` begins with a letter from A+ (best) to F."""

    source: str
    score: Verdict
    reliability: str = ""
    at: datetime
    brand: str = ""  # of a feed: its integration


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorComment:
    text: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A relationship from an indicator to another one, by type and value; `reverse` is its name seen from there."""

    name: str
    reverse: str = ""
    value: str
    type: str
    source: str = ""


def indicator_id(kind: str, value: str) -> IndicatorId:
    """Return the id of the indicator with a type and a value: the same whoever creates it first.

    >>> indicator_id("Domain", "Example.com") == indicator_id("Domain", "example.COM")
    True
    """
    return IndicatorId(sha256(f"{kind}\n{folded(value)}".encode(errors="surrogatepass")).hexdigest()[:32])


def folded(value: str) -> str:
    """Return a value as it is compared: without regard to case.

    >>> folded(" HXXP://Example.com ")
    'hxxp://example.com'
    """
    return value.strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A value of a type. Times are aware; `score` is the verdict that counts, whoever it is from."""

    id: IndicatorId
    type: str
    value: str
    score: Verdict = Verdict.UNKNOWN
    set_by: str = ""  # who set the score by hand; empty: it follows from `scores`
    scores: tuple[SourceScore, ...] = ()  # one of each source
    source: str = ""  # who created it
    created: datetime
    modified: datetime
    first_seen: datetime
    last_seen: datetime
    expires: datetime | None = None  # None: never
    expiry_set: bool = False  # by hand: the type's default no longer counts
    custom_fields: Mapping[str, Json] = field(default_factory=dict)
    comments: tuple[IndicatorComment, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    incidents: tuple[IncidentId, ...] = ()  # those in which it was seen

    def is_expired(self, now: datetime) -> bool:
        return self.expires is not None and self.expires <= now

    @property
    def reliability(self) -> str:
        """Return the reliability of the source whose score counts."""
        counting = deciding(self.scores)
        return counting.reliability if counting and not self.set_by else ""

    @property
    def tags(self) -> tuple[str, ...]:
        tags = self.custom_fields.get("tags")
        return tuple(map(str, tags)) if isinstance(tags, list) else ()

    def as_xsoar(self, now: datetime) -> JsonObject:
        """The indicator as commands and scripts of XSOAR see it."""
        return {
            **self._sources_as_xsoar(),
            "id": self.id,
            "value": self.value,
            "indicator_type": self.type,
            "score": int(self.score),
            "manualScore": bool(self.set_by),
            "setBy": self.set_by,
            "aggregatedReliability": self.reliability,
            "timestamp": self.created.isoformat(),
            "modified": self.modified.isoformat(),
            "firstSeen": self.first_seen.isoformat(),
            "lastSeen": self.last_seen.isoformat(),
            "expiration": self.expires.isoformat() if self.expires else NEVER,
            "expirationStatus": "expired" if self.is_expired(now) else "active",
            "manuallyEditedFields": ["score"] if self.set_by else [],
            "comments": [_as_comment(comment) for comment in self.comments],
            "investigationIDs": list(self.incidents),
            "relatedIncCount": len(self.incidents),
            "CustomFields": dict(self.custom_fields),
        }

    def _sources_as_xsoar(self) -> JsonObject:
        brands = [one.brand or one.source for one in self.scores]
        instances = [one.source for one in self.scores]
        return {
            "source": self.source,
            "sourceBrands": list(dict.fromkeys(filter(None, [*brands, self.source]))),
            "sourceInstances": list(dict.fromkeys(filter(None, [*instances, self.source]))),
            "moduleToFeedMap": {one.source: _as_feed(one, self) for one in self.scores},
        }


RELIABILITIES: Mapping[str, int] = MappingProxyType({"A+": 7, "A": 6, "B": 5, "C": 4, "D": 3, "E": 2, "F": 1})


def deciding(scores: Iterable[SourceScore]) -> SourceScore | None:
    """Return the source's score that counts: of the most reliable one that knows, and of several, the worst."""
    known = [one for one in scores if one.score]
    return max(known, key=lambda one: (_rank(one.reliability), one.score), default=None)


def _rank(reliability: str) -> int:
    letter = reliability.split("-", maxsplit=1)[0].strip().upper()
    return RELIABILITIES.get(letter, 0)


def scored(indicator: Indicator, said: SourceScore) -> Indicator:
    """Return an indicator with what a source says of it; a score that was set by hand stays."""
    scores = (*(one for one in indicator.scores if one.source != said.source), said)
    counting = deciding(scores)
    score = indicator.score if indicator.set_by else counting.score if counting else Verdict.UNKNOWN
    return replace(indicator, scores=scores, score=score)


def _as_feed(one: SourceScore, indicator: Indicator) -> JsonObject:
    return {
        "value": indicator.value,
        "type": indicator.type,
        "score": int(one.score),
        "reliability": one.reliability,
        "sourceInstance": one.source,
        "sourceBrand": one.brand or one.source,
        "fetchTime": one.at.isoformat(),
    }


def _as_comment(comment: IndicatorComment) -> JsonObject:
    return {"content": comment.text, "user": comment.actor, "created": comment.at.isoformat()}
