"""The built-in commands on indicators: one function each, and a table."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from warroom.content.likeness import close_names
from warroom.context import cast
from warroom.context.moment import moment
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.ids import EntryId, IncidentId, IndicatorId
from warroom.model.indicator import Indicator, IndicatorComment
from warroom.model.json import Json, JsonObject
from warroom.services.commands.declared_indicators import OF_INDICATORS
from warroom.services.commands.word_list import words_of
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.enriching import enrich
from warroom.services.execution.indicator_search import found_json, read_search
from warroom.services.execution.json_arguments import json_object
from warroom.services.execution.server import Builtin, Server, actor_of, named_incident, text_entry
from warroom.services.indicators.indicator_query import verdict_of
from warroom.services.indicators.indicators import IndicatorSearch
from warroom.services.indicators.sighting import Sighting, with_fields
from warroom.services.secrecy.redaction import Redaction

ABSENT: tuple[Json, ...] = (None, "", [], {})
MOST = 10_000  # indicators that one command changes
ALIKE = 0.85  # a name that is so close to an argument's is a slip, and no field


async def create_new_indicator(server: Server, call: Call) -> Outcome:
    """Create an indicator, or add to the one that there is."""
    args = _given(call)
    score = _verdict(args)
    custom = json_object("customFields", args.get("customFields")) | _fields(server, call.name, args)
    incidents = [IncidentId(one) for one in words_of(args.get("relatedIncidents"))]
    if cast.boolean(args.get("relateToIncident", False)):
        incidents.append(call.incident.id)
    for one in incidents:
        await named_incident(server, call, one)
    seen = Sighting(
        type=cast.written(args.get("type")),
        value=cast.written(args.get("value")),
        source=cast.written(args.get("source")),
        score=None if score is None else verdict_of(score),
        is_manual=score is not None,
        fields=custom,
        merges=cast.boolean(args.get("merge", False)),
        comment=cast.written(args.get("comment")),
        incidents=tuple(incidents),
        at=moment(args["sourceTimeStamp"]) if "sourceTimeStamp" in args else None,
    )
    made = await server.indicators.create(seen, actor_of(call))
    return _told(server, f"Indicator {made.value} ({made.type}) is stored.", made)


async def set_indicators(server: Server, call: Call) -> Outcome:
    """Set the verdict and fields of one indicator or of several, and return them as they are then."""
    args, actor = _given(call), actor_of(call)
    held = await _named(server, call)
    change = partial(_changed, server, call, args)
    after = await server.indicators.edit([one.id for one in held], change, actor)
    ids = [one.id for one in held]
    status = cast.written(args.get("expirationStatus")).lower()
    if status == "expired":
        after = await server.indicators.expire(ids, actor)
    elif status == "active":
        after = await server.indicators.unexpire(ids, actor)
    return _told(server, f"{_values(after)} {_were(after)} changed.", *after)


def _changed(server: Server, call: Call, args: JsonObject, one: Indicator) -> Indicator:
    score = _verdict(args)
    if score is not None:
        one = replace(one, score=verdict_of(score), set_by=call.origin.actor)
    if comment := cast.written(args.get("comment")):
        said = IndicatorComment(text=comment, actor=call.origin.actor, at=server.now)
        one = replace(one, comments=(*one.comments, said))
    if expires := cast.written(args.get("expiration")):
        never = expires.lower() == "never"
        one = replace(one, expires=None if never else moment(expires), expiry_set=True)
    new = json_object("customFields", args.get("customFields")) | _fields(server, call.name, args)
    fields = with_fields(one.custom_fields, server.indicators.fields_of(new), merges=False)
    return replace(one, custom_fields=fields)


async def append_field(server: Server, call: Call) -> Outcome:
    """Add values to a field of indicators."""
    return await _edit_field(server, call, lambda held, given: [*held, *(one for one in given if one not in held)])


async def remove_field(server: Server, call: Call) -> Outcome:
    """Remove values from a field of indicators."""
    return await _edit_field(server, call, lambda held, given: [one for one in held if one not in given])


async def _edit_field(server: Server, call: Call, edit: Callable[[list[Json], list[str]], list[Json]]) -> Outcome:
    written, given = cast.written(call.args.get("field")).strip(), words_of(call.args.get("fieldValue"))
    if not written:
        raise InvalidInputError(f"{call.name} needs the argument 'field'. Write field=tags.")
    known = server.catalogue.find_indicator_field(written)
    name = known.cli_name if known else written.lower().replace(" ", "")
    held = await _named(server, call)

    def change(one: Indicator) -> Indicator:
        before = one.custom_fields.get(name)
        values = words_of(before) if isinstance(before, str) else cast.items(before)
        return replace(one, custom_fields={**one.custom_fields, name: edit(list(values), given)})

    after = await server.indicators.edit([one.id for one in held], change, actor_of(call))
    return _told(server, f"The field {name} of {_values(after)} was changed.", *after)


async def find_indicators(server: Server, call: Call) -> Outcome:
    """Find indicators; the contents are a list of them."""
    found = await server.indicators.search(read_search(call.args), actor_of(call))
    said = f"{found.total} indicator{'' if found.total == 1 else 's'}"
    return Outcome(raw=[text_entry(said, [one.as_xsoar(server.now) for one in found.indicators])])


async def search_indicators(server: Server, call: Call) -> Outcome:
    """Find indicators; the contents have them in `iocs`, with their number in `total`."""
    contents = await found_json(server.indicators, read_search(call.args), actor_of(call), server.now)
    return Outcome(raw=[text_entry(f"{contents['total']} indicators", contents)])


async def get_indicator(server: Server, call: Call) -> Outcome:
    """Return the indicators with a value; an empty list when there are none."""
    actor, name = actor_of(call), cast.written(call.args.get("id")).strip()
    if name:
        held: Sequence[Indicator] = [await server.indicators.show(IndicatorId(name), actor)]
    else:
        held = await server.indicators.of_value(cast.written(call.args.get("value")), actor)
    said = f"{_values(held)} {'is' if len(held) == 1 else 'are'} known." if held else "It is not known."
    return Outcome(raw=[text_entry(said, [one.as_xsoar(server.now) for one in held])])


async def delete_indicators(server: Server, call: Call) -> Outcome:
    """Delete the indicators that a query finds, or those with some values, and exclude their values."""
    args, actor = _given(call), actor_of(call)
    if "indicatorsValues" in args:
        held: Sequence[Indicator] = await _named(server, call)
    elif query := cast.written(args.get("query")).strip():
        held = (await server.indicators.search(IndicatorSearch(query=query, size=MOST), actor)).indicators
    else:
        raise InvalidInputError('deleteIndicators needs a query or values. Write query="source:NAME".')
    excludes = not cast.boolean(args.get("doNotWhitelist", False))
    reason = cast.written(args.get("reason"))
    count = await server.indicators.remove(held, actor, reason=reason, excludes=excludes)
    more = " and excluded" if excludes and count else ""
    return Outcome(raw=[text_entry(f"{count} indicator{' was' if count == 1 else 's were'} deleted{more}.")])


async def exclude_indicators(server: Server, call: Call) -> Outcome:
    """Delete indicators of some values, and put the values on the exclusion list."""
    args, actor = _given(call), actor_of(call)
    values = words_of(args.get("indicatorsValues"))
    kinds = [server.indicators.types.named(one).name for one in words_of(args.get("indicatorsTypes"))]
    held = [one for value in values for one in await server.indicators.of_value(value, actor)]
    await server.indicators.remove([one for one in held if not kinds or one.type in kinds], actor)
    pairs = [(value, kind) for value in values for kind in kinds or [""]]
    await server.indicators.exclude(pairs, cast.written(args.get("reason")), actor)
    return Outcome(raw=[text_entry(f"{', '.join(values)} {_were(values)} put on the exclusion list.")])


async def is_whitelisted(server: Server, call: Call) -> Outcome:
    """Say whether a value is on the exclusion list."""
    is_excluded = await server.indicators.exclusion_test()
    value, kind = cast.written(call.args.get("value")), cast.written(call.args.get("type"))
    kinds = [server.indicators.types.named(kind).name] if kind else ["", *server.indicators.types.names]
    found = any(is_excluded(one, value) for one in kinds)
    said = f"{value} is {'' if found else 'not '}on the exclusion list."
    return Outcome(raw=[text_entry(said, found)])


async def expire_indicators(server: Server, call: Call) -> Outcome:
    held = await _named(server, call)
    after = await server.indicators.expire([one.id for one in held], actor_of(call))
    return _told(server, f"{_values(after)} {_were(after)} expired.", *after)


async def unexpire_indicators(server: Server, call: Call) -> Outcome:
    held = await _named(server, call)
    after = await server.indicators.unexpire([one.id for one in held], actor_of(call))
    return _told(server, f"{_values(after)} {'counts' if len(after) == 1 else 'count'} again.", *after)


async def associate(server: Server, call: Call) -> Outcome:
    """Relate indicators to an incident, in which they count as seen."""
    incident = await named_incident(server, call, call.args.get("incidentId"))
    held = await _named(server, call)

    def change(one: Indicator) -> Indicator:
        return replace(one, incidents=tuple(dict.fromkeys([*one.incidents, incident.id])))

    after = await server.indicators.edit([one.id for one in held], change, actor_of(call))
    return _told(server, f"{_values(after)} {_were(after)} related to incident {incident.id}.", *after)


async def extract_indicators(server: Server, call: Call) -> Outcome:
    """Find indicators in a text, store them with this incident, and return their values by type, as JSON text."""
    found = await server.indicators.extract(await _text_of(server, call))
    seen = [
        Sighting(type=kind, value=value, incidents=() if call.origin.is_incoming else (call.incident.id,))
        for kind, values in found.items()
        for value in values
    ]
    await server.indicators.record(seen, call.origin.actor)
    said = "\n".join(f"{kind}: {', '.join(values)}" for kind, values in found.items()) or "No indicators were found."
    entry = text_entry(said, json.dumps(found))
    outputs = {kind.replace(" ", "_"): list(values) for kind, values in found.items()}
    return Outcome(raw=[{**entry, "ContentsFormat": "text", "EntryContext": {"ExtractedIndicators": outputs}}])


async def _text_of(server: Server, call: Call) -> str:
    """Return the text in which to look; raises where it is in a file."""
    args = _given(call)
    if "filePath" in args:
        raise InvalidInputError("extractIndicators does not read files here. Read it with ReadFile, and give the text.")
    entries = [await server.store.entry(EntryId(one)) for one in words_of(args.get("entryID"))]
    if held := [one for one in entries if one.file]:
        raise InvalidInputError(f"Entry {held[0].id} is a file. Read it with ReadFile, and give the text.")
    redaction = Redaction(server.journal)
    shown = [one for entry in entries for one in await redaction.entries(entry.incident, [entry], actor_of(call))]
    texts = [cast.written(args.get("text")), *(f"{one.readable or ''}\n{cast.written(one.contents)}" for one in shown)]
    return "\n".join(texts)


async def enrich_indicators(server: Server, call: Call) -> Outcome:
    """Run the reputation commands of indicators' types; what they say is stored as they return it."""
    held = await _named(server, call)
    done = await enrich(server, call, [(one.type, one.value) for one in held])
    after = await _named(server, call)
    return done + _told(server, f"{_values(after)} {_were(after)} enriched.", *after)


async def _named(server: Server, call: Call) -> list[Indicator]:
    """Return the indicators that a command names, by ID or by value; raises NotFoundError for one that there is not."""
    args, actor = _given(call), actor_of(call)
    if name := cast.written(args.get("id")).strip():
        return [await server.indicators.show(IndicatorId(name), actor)]
    values = words_of(args["indicatorsValues"]) if "indicatorsValues" in args else [cast.written(args.get("value"))]
    kind = server.indicators.types.named(cast.written(args["type"])).name if "type" in args else ""
    held: dict[IndicatorId, Indicator] = {}
    for value in values:
        found = [one for one in await server.indicators.of_value(value, actor) if kind in {"", one.type}]
        if not found:
            raise NotFoundError(f"There is no indicator {value!r}. Create it with `!createNewIndicator`.")
        held |= {one.id: one for one in found}
    return list(held.values())


def _given(call: Call) -> JsonObject:
    return {name: value for name, value in call.args.items() if value not in ABSENT}


def _verdict(args: Mapping[str, Json]) -> Json:
    return args.get("verdict", args.get("reputation"))


def _fields(server: Server, command: str, args: Mapping[str, Json]) -> JsonObject:
    """Return the arguments that are fields; one that is rather a slip in an argument's name is refused."""
    declared = {argument.name for argument in OF_INDICATORS[command].arguments} - {"tags"}
    fields = {name: value for name, value in args.items() if name not in declared}
    for name in fields:
        close = close_names(name, sorted(declared), most=1, cutoff=ALIKE)
        if close and name != "tags" and server.catalogue.find_indicator_field(name) is None:
            raise InvalidInputError(f"{command} has no argument {name!r}. Did you mean {close[0]!r}?")
    return fields


def _told(server: Server, said: str, *indicators: Indicator) -> Outcome:
    shown = [one.as_xsoar(server.now) for one in indicators]
    return Outcome(raw=[text_entry(said, shown)])


def _values(indicators: Sequence[Indicator]) -> str:
    return ", ".join(dict.fromkeys(one.value for one in indicators))


def _were(things: Sequence[object]) -> str:
    return "was" if len(things) == 1 else "were"


INDICATOR_COMMANDS: Mapping[str, Builtin] = {
    "appendIndicatorField": append_field,
    "associateIndicatorToIncident": associate,
    "associateIndicatorsToIncident": associate,
    "createNewIndicator": create_new_indicator,
    "deleteIndicators": delete_indicators,
    "enrichIndicators": enrich_indicators,
    "excludeIndicators": exclude_indicators,
    "expireIndicators": expire_indicators,
    "extractIndicators": extract_indicators,
    "findIndicators": find_indicators,
    "getIndicator": get_indicator,
    "isWhitelisted": is_whitelisted,
    "removeIndicatorField": remove_field,
    "searchIndicators": search_indicators,
    "setIndicator": set_indicators,
    "setIndicators": set_indicators,
    "unexpireIndicators": unexpire_indicators,
}
