"""What running code asks about indicators: demisto.searchIndicators, and demisto.createIndicators of feeds."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from warroom.context.moment import moment
from warroom.model.errors import InvalidInputError
from warroom.model.indicator import Relationship, Verdict
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.execution.indicator_search import found_json, read_search
from warroom.services.indicators.indicator_query import VERDICTS
from warroom.services.indicators.indicators import Indicators
from warroom.services.indicators.sighting import Sighting
from warroom.services.people.access import Permission, require


async def search(indicators: Indicators, args: Mapping[str, Json], actor: Actor) -> JsonObject:
    """Answer demisto.searchIndicators."""
    return await found_json(indicators, read_search(args), actor, indicators.clock.now())


async def create(
    indicators: Indicators, args: Mapping[str, Json], actor: Actor, instance: IntegrationInstance | None
) -> None:
    """Store the batch of a feed; with `noUpdate`, only what is new. One that has no value is left out."""
    require(actor, Permission.EDIT_INCIDENTS)
    batch = args.get("indicators_batch")
    if not isinstance(batch, list):
        raise InvalidInputError("createIndicators takes a list of indicators, each with its value and its type.")
    records = [one for one in batch if isinstance(one, dict) and str(one.get("value") or "").strip()]
    seen = [_sighting(indicators, one, instance) for one in records]
    await indicators.record(seen, instance.name if instance else actor.name, only_new=bool(args.get("noUpdate")))


def _sighting(indicators: Indicators, record: JsonObject, instance: IntegrationInstance | None) -> Sighting:
    """Read a record of a feed; its instance's parameters say how reliable it is, and which verdict is the default."""
    params = instance.params if instance else {}
    value, written = str(record["value"]), str(record.get("type") or record.get("indicator_type") or "")
    known = indicators.types.find(written) if written else indicators.types.of_value(value)
    fields = record.get("fields") or record.get("CustomFields")
    raw = record.get("rawJSON")
    return Sighting(
        type=known.name if known else written or "Unknown",
        value=value,
        source=instance.name if instance else str(record.get("source") or ""),
        brand=instance.integration if instance else "",
        score=_score(record.get("score"), record.get("verdict"), params.get("feedReputation")),
        reliability=str(record.get("reliability") or params.get("feedReliability") or ""),
        fields=indicators.fields_of(fields) if isinstance(fields, dict) else {},
        merges=True,
        relationships=tuple(relationships_of(record.get("relationships"))),
        at=_seen(raw.get("lastSeen") if isinstance(raw, dict) else None),
    )


def relationships_of(written: Json) -> Sequence[Relationship]:
    """Read relationships as CommonServerPython writes them; one without a name or an end is left out."""
    entries = written if isinstance(written, list) else []
    return [
        Relationship(
            name=str(one["name"]),
            reverse=str(one.get("reverseName") or ""),
            value=str(one["entityB"]),
            type=str(one.get("entityBType") or ""),
            source=str(one.get("brand") or ""),
        )
        for one in entries
        if isinstance(one, dict) and one.get("name") and one.get("entityB")
    ]


def _score(*given: Json) -> Verdict:
    """Return the first verdict that is given and known."""
    words = (str(one).strip().casefold() for one in given if one not in (None, ""))
    return next((VERDICTS[word] for word in words if VERDICTS.get(word)), Verdict.UNKNOWN)


def _seen(value: Json) -> datetime | None:
    try:
        return moment(value) if isinstance(value, str) and value else None
    except InvalidInputError:
        return None
