"""Stores what results say of indicators: the scores in their outputs, and their relationships."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from warroom.model.entry import EntryType
from warroom.model.indicator import Relationship, Verdict
from warroom.model.json import Json, JsonObject
from warroom.services.execution.call import Call
from warroom.services.execution.indicators_of_code import relationships_of
from warroom.services.execution.results import RawEntry
from warroom.services.indicators.indicators import Indicators
from warroom.services.indicators.known_types import KnownTypes
from warroom.services.indicators.sighting import Sighting

SCORES = "DBotScore"


async def note_scores(indicators: Indicators, call: Call, raws: Sequence[RawEntry]) -> None:
    """Store the scores of results, each as its vendor's, and their relationships; again is no change."""
    seen = [one for raw in raws if raw.type is not EntryType.ERROR for one in _sightings(indicators.types, raw)]
    if seen:
        incidents = () if call.origin.is_incoming else (call.incident.id,)
        await indicators.record([replace(one, incidents=incidents) for one in seen], call.origin.actor)


def _sightings(types: KnownTypes, raw: RawEntry) -> Iterator[Sighting]:
    for key, value in raw.context.items():
        if key.partition("(")[0].strip() == SCORES:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and (sighting := _scored(types, one)):
                    yield sighting
    for one in raw.body.get("Relationships") or ():
        if isinstance(one, dict) and (sighting := _related(types, one)):
            yield sighting


def _scored(types: KnownTypes, one: JsonObject) -> Sighting | None:
    value, score = str(one.get("Indicator") or "").strip(), _verdict(one.get("Score"))
    known = _type_of(types, str(one.get("Type") or ""), value)
    if not value or score is None or not known:
        return None
    return Sighting(
        type=known,
        value=value,
        source=str(one.get("Vendor") or ""),
        score=score,
        reliability=str(one.get("Reliability") or ""),
    )


def _related(types: KnownTypes, one: JsonObject) -> Sighting | None:
    value = str(one.get("entityA") or "").strip()
    known = _type_of(types, str(one.get("entityAType") or ""), value)
    relationships: Sequence[Relationship] = relationships_of([one])
    return Sighting(type=known, value=value, relationships=tuple(relationships)) if value and known else None


def _type_of(types: KnownTypes, written: str, value: str) -> str:
    """Return the type of a scored value: an address of version 6 is scored as `ip`, too."""
    looks_like = types.of_value(value)
    if written.lower() in {"ip", "custom", ""}:
        return looks_like.name if looks_like else "IP" if written.lower() == "ip" else ""
    known = types.find(written)
    return known.name if known else ""


def _verdict(score: Json) -> Verdict | None:
    try:
        return Verdict(int(score))
    except (TypeError, ValueError):
        return None
