"""What becomes of an indicator when it is seen, or told about: pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from warroom.model.ids import IncidentId
from warroom.model.indicator import (
    Indicator,
    IndicatorComment,
    Relationship,
    SourceScore,
    Verdict,
    indicator_id,
    scored,
)
from warroom.model.json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One thing that is known of a value; what is left out stays as it was."""

    type: str
    value: str
    source: str = ""
    score: Verdict | None = None
    reliability: str = ""
    brand: str = ""
    is_manual: bool = False  # the score counts, whatever sources say
    fields: Mapping[str, Json] = field(default_factory=dict)
    merges: bool = False  # lists get further items; else they are replaced
    comment: str = ""
    incidents: tuple[IncidentId, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    at: datetime | None = None  # when it was seen; None: now


def with_sighting(
    known: Indicator | None, seen: Sighting, actor: str, now: datetime, lasts: timedelta | None
) -> Indicator:
    """Return the indicator as it is after a sighting; `lasts` is the default of its type."""
    at = seen.at or now
    one = known or Indicator(
        id=indicator_id(seen.type, seen.value),
        type=seen.type,
        value=seen.value.strip(),
        source=seen.source or actor,
        created=now,
        modified=now,
        first_seen=at,
        last_seen=at,
    )
    last_seen = max(one.last_seen, at)
    one = replace(
        one,
        modified=now,
        first_seen=min(one.first_seen, at),
        last_seen=last_seen,
        expires=one.expires if one.expiry_set else last_seen + lasts if lasts else None,
        custom_fields=with_fields(one.custom_fields, seen.fields, merges=seen.merges),
        incidents=tuple(dict.fromkeys([*one.incidents, *seen.incidents])),
        relationships=tuple(dict.fromkeys([*one.relationships, *seen.relationships])),
        comments=(*one.comments, *_comments(seen, actor, now)),
    )
    return _with_score(one, seen, actor, now)


def with_fields(held: Mapping[str, Json], new: Mapping[str, Json], *, merges: bool) -> Mapping[str, Json]:
    """Return fields with new values; lists get further items when they are merged."""
    fields = dict(held)
    for name, value in new.items():
        before = fields.get(name)
        if merges and isinstance(value, list) and isinstance(before, list):
            fields[name] = [*before, *(item for item in value if item not in before)]
        else:
            fields[name] = value
    return fields


def _with_score(one: Indicator, seen: Sighting, actor: str, now: datetime) -> Indicator:
    if seen.score is None:
        return one
    if seen.is_manual:
        return replace(one, score=seen.score, set_by=actor)
    said = SourceScore(
        source=seen.source or actor,
        score=seen.score,
        reliability=seen.reliability,
        at=seen.at or now,
        brand=seen.brand,
    )
    return scored(one, said)


def _comments(seen: Sighting, actor: str, now: datetime) -> list[IndicatorComment]:
    return [IndicatorComment(text=seen.comment, actor=actor, at=now)] if seen.comment else []
