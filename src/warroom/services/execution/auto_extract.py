"""Indicators in the results of a task that asks for it: XSOAR's auto-extract."""

import json
from collections.abc import Iterable, Mapping, Sequence

from warroom.model.entry import EntryType
from warroom.model.json import Json
from warroom.services.execution.call import Call
from warroom.services.execution.results import RawEntry
from warroom.services.indicators.indicators import Indicators
from warroom.services.indicators.sighting import Sighting

INLINE = "inline"
EXTRACTS = frozenset({INLINE, "outofband"})


async def note_values(indicators: Indicators, call: Call, raws: Sequence[RawEntry]) -> None:
    """Store the indicators in the texts and outputs of results, related to the incident, if the task asks for it."""
    if call.controls.auto_extract not in EXTRACTS:
        return
    found = await values_in(indicators, (raw.body for raw in raws if raw.type is not EntryType.ERROR))
    incidents = () if call.origin.is_incoming else (call.incident.id,)
    seen = [Sighting(type=kind, value=one, incidents=incidents) for kind, values in found.items() for one in values]
    await indicators.record(seen, call.origin.actor)


async def values_in(indicators: Indicators, bodies: Iterable[Json]) -> Mapping[str, Sequence[str]]:
    """Return the indicators in results, by type; a result that says `IgnoreAutoExtract` has none."""
    texts = [_text(body) for body in bodies if isinstance(body, dict) and not body.get("IgnoreAutoExtract")]
    return await indicators.extract("\n".join(texts))


def _text(body: Mapping[str, Json]) -> str:
    parts = (body.get("HumanReadable"), body.get("Contents"), body.get("EntryContext"))
    return "\n".join(_leaves(part) for part in parts if part)


def _leaves(value: Json) -> str:
    """Write the texts in a value, each on a line: in JSON, a backslash or a quote would become part of them."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "\n".join(_leaves(item) for item in value.values())
    if isinstance(value, list):
        return "\n".join(_leaves(item) for item in value)
    return json.dumps(value)
