"""The server's own commands, one function each and a table; what is not here is not offered."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from warroom.content.catalogue import Catalogue
from warroom.mapping.severity import read_severity
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.incident import Incident, Severity, Status
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.discretion import seen_with
from warroom.services.execution.call import Call
from warroom.services.execution.list_commands import LIST_COMMANDS
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.lists import Lists
from warroom.services.patience import written
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, Store
from warroom.services.preparing import Preparing
from warroom.services.replacing import Replacement, replacement


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What the built-in commands work on."""

    store: Store
    journal: Journal
    library: Library
    clock: Clock

    @property
    def catalogue(self) -> Catalogue:
        return self.library.catalogue

    @property
    def now(self) -> datetime:
        return self.clock.now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A built-in command's result: an XSOAR entry, and what changes with it."""

    entry: JsonObject
    patches: tuple[ContextPatch, ...] = ()
    incident: Incident | None = None
    replacements: Sequence[Replacement] = ()


Builtin: TypeAlias = Callable[[Server, Call], Awaitable[Done]]

SYSTEM_FIELDS = frozenset({"name", "type", "owner", "details"})


def text_entry(text: str, contents: Json = None) -> JsonObject:
    """Make a note that reads as `text`."""
    return {
        "Type": 1,
        "ContentsFormat": "text" if contents is None else "json",
        "Contents": text if contents is None else contents,
        "HumanReadable": text,
    }


async def set_incident(server: Server, call: Call) -> Done:
    """Set system and custom fields of the incident, by cliName."""
    args = dict(call.args)
    given = _json_object("customFields", args.pop("customFields", None)) | args
    incident = replace(with_fields(server.catalogue, call.incident, given), modified=server.now)
    return Done(entry=text_entry(f"Incident {incident.id} was updated: {', '.join(sorted(given))}."), incident=incident)


def with_fields(catalogue: Catalogue, incident: Incident, values: Mapping[str, Json]) -> Incident:
    """Set fields of an incident by system name, cliName or display name."""
    custom = dict(incident.custom_fields)
    system: dict[str, Json] = {}
    for key, value in values.items():
        if key in SYSTEM_FIELDS:
            system[key] = str(value)
        elif key == "severity":
            system["severity"] = _severity(value)
        elif field := catalogue.find_field(key):
            custom[field.cli_name] = value
        else:
            raise InvalidInputError(
                f"There is no incident field {key!r}. Use a system field or the cliName of a field."
            )
    return replace(incident, **system, custom_fields=custom)


def _severity(value: Json) -> Severity:
    severity = read_severity(value)
    if severity is None:
        raise InvalidInputError(f"{value!r} is no severity. Use Unknown, Low, Medium, High, Critical or 0 to 4.")
    return severity


async def close_investigation(server: Server, call: Call) -> Done:
    reason = str(call.args.get("closeReason") or "")
    incident = replace(
        call.incident,
        status=Status.DONE,
        closed=server.now,
        modified=server.now,
        close_reason=reason,
        close_notes=str(call.args.get("closeNotes") or ""),
    )
    return Done(
        entry=text_entry(f"Incident {incident.id} was closed{f': {reason}' if reason else ''}."), incident=incident
    )


async def del_context(_: Server, call: Call) -> Done:
    """Delete one key of the context, or all of it (`all=yes`), in the scope of the caller."""
    everything = str(call.args.get("all") or "").lower() in {"yes", "true"}
    key = str(call.args.get("key") or "")
    if not key and not everything:
        raise InvalidInputError("delContext needs `key`, or `all=yes`.")
    scope = "" if str(call.args.get("subplaybook") or "").lower() == "no" else call.origin.scope
    patch = ContextPatch(incident=call.incident.id, kind=PatchKind.DELETE, scope=scope, path="" if everything else key)
    return Done(entry=text_entry("The context was deleted." if everything else f"{key} was deleted."), patches=(patch,))


async def get_context(server: Server, call: Call) -> Done:
    context = seen_with(call.origin.rights, await server.journal.context(call.incident.id))
    return Done(entry=text_entry("Context", {"context": context, "incident": call.incident.as_xsoar()}))


async def get_entry(server: Server, call: Call) -> Done:
    entry = await server.store.entry(EntryId(str(call.args.get("id") or "")))
    return Done(entry={"Type": entry.type.value, "ContentsFormat": entry.format.value, "Contents": entry.contents})


async def get_entries(server: Server, call: Call) -> Done:
    entries = await server.store.entries(call.incident.id)
    rows = [{"ID": entry.id, "Type": entry.type.value, "Contents": entry.contents} for entry in entries]
    return Done(entry=text_entry(f"{len(rows)} entries", rows))


async def get_incidents(_: Server, call: Call) -> Done:
    """Give the incident of the call in the shape that scripts expect of a search."""
    found = [call.incident.as_xsoar()]
    return Done(entry=text_entry("1 incident", {"data": found, "total": len(found)}))


async def set_playbook(server: Server, call: Call) -> Done:
    """Let another playbook take the place of the incident's own: that one stops, the other starts."""
    origin = call.origin
    require(Actor(name=origin.actor, role=origin.rights), PERMISSIONS["setPlaybook"])
    playbook = server.catalogue.playbook(named_playbook(call.args))
    other = str(call.args.get("incidentId") or call.incident.id)
    incident = call.incident if other == call.incident.id else await server.journal.incident(IncidentId(other))
    plans = Preparing(store=server.store, journal=server.journal, library=server.library, clock=server.clock)
    made = await replacement(plans, incident, playbook, origin.actor)
    if origin.plan:  # whoever started the plan that asks for another one has asked for that one
        asked_by = (await server.store.plan(origin.plan)).started_by
        made = replace(made, plan=replace(made.plan, started_by=asked_by))
    return Done(entry=text_entry(f"Incident {incident.id} now runs {playbook.name!r}."), replacements=[made])


def named_playbook(args: Mapping[str, Json]) -> str:
    """Give the name that setPlaybook is called with."""
    unknown = sorted(set(args) - {"name", "incidentId"})
    if unknown:
        raise InvalidInputError(f"setPlaybook has no argument {unknown[0]!r}. It takes: name, incidentId.")
    if not args.get("name"):
        raise InvalidInputError("setPlaybook needs the argument 'name'. Write name=PLAYBOOK.")
    return str(args["name"])


async def set_entries_tags(server: Server, call: Call) -> Done:
    """Add tags to entries of the War Room; mirroring, for one, sends out those with its tag."""
    origin = call.origin
    require(Actor(name=origin.actor, role=origin.rights), PERMISSIONS["setEntriesTags"])
    ids, tags = _words(call.args.get("entryIDs")), _words(call.args.get("entryTags"))
    if not ids or not tags:
        raise InvalidInputError("setEntriesTags needs entryIDs and entryTags. Write entryIDs=4@17 entryTags=visionone.")
    found = [await server.store.entry(EntryId(one)) for one in ids]
    tagged = [
        replace(entry, tags=tuple(dict.fromkeys((*entry.tags, *tags))), modified=server.now)
        for entry in found
        if not set(tags) <= set(entry.tags)
    ]
    changes = Changes(actor=origin.actor, at=server.now, entries=tagged)
    await written(lambda: server.journal.commit(changes), server.clock)
    return Done(entry=text_entry(f"Tagged {', '.join(ids)} with {', '.join(tags)}."))


async def on_list(server: Server, call: Call) -> Done:
    """Read or change one of XSOAR's lists."""
    lists, actor = Lists(server.store, server.clock), Actor(name=call.origin.actor, role=call.origin.rights)
    text, contents = await LIST_COMMANDS[call.name](lists, call.args, actor)
    return Done(entry=text_entry(text, contents))


# What a built-in command takes beyond the right to run commands.
PERMISSIONS: Mapping[str, Permission] = {"setPlaybook": Permission.RUN_PLAYBOOKS, "setEntriesTags": Permission.NOTE}

BUILTINS: Mapping[str, Builtin] = {
    "closeInvestigation": close_investigation,
    "delContext": del_context,
    "getContext": get_context,
    "getEntries": get_entries,
    "getEntry": get_entry,
    "getIncidents": get_incidents,
    "setEntriesTags": set_entries_tags,
    "setIncident": set_incident,
    "setPlaybook": set_playbook,
    **dict.fromkeys(LIST_COMMANDS, on_list),
}


def _words(value: Json) -> list[str]:
    """Read a list that is given as one, or as text with commas."""
    items = value if isinstance(value, list) else str(value or "").split(",")
    return list(dict.fromkeys(word for item in items if (word := str(item).strip())))


def _json_object(name: str, value: Json) -> JsonObject:
    if value in (None, ""):
        return {}
    if isinstance(value, dict):
        return value
    try:
        parsed = json.loads(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(
            f'{name} is not JSON: {error}. Write an object such as {{"field": "value"}}.'
        ) from error
    if not isinstance(parsed, dict):
        raise InvalidInputError(f'{name} is not a JSON object. Write one such as {{"field": "value"}}.')
    return parsed
