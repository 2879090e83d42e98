"""The server's own commands, one function each and a table; what is not here is not offered."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from warroom.content.catalogue import Catalogue
from warroom.context import cast
from warroom.context.keep import keep
from warroom.context.path import get
from warroom.model.border import parsed
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.entry import Entry, EntryType
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.ids import EntryId, IncidentId, entry_id
from warroom.model.incident import Incident, Status
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.discretion import Discretion, seen_with
from warroom.services.execution.call import Call
from warroom.services.execution.declared import DECLARED
from warroom.services.execution.fields import known_people, with_fields
from warroom.services.execution.finding import find_incidents, read_search
from warroom.services.execution.list_commands import LIST_COMMANDS
from warroom.services.execution.query import words_of
from warroom.services.journal import Edit, Journal
from warroom.services.library import Library
from warroom.services.lists import Lists
from warroom.services.patience import written
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, Store
from warroom.services.ports.users import UserStore
from warroom.services.preparing import Preparing
from warroom.services.replacing import Replacement, replacement
from warroom.services.scopes import PRIVATE_PREFIX, refuse_private


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What the built-in commands work on; `earlier` changes of contexts are those that nobody has committed yet."""

    store: Store
    users: UserStore
    journal: Journal
    library: Library
    clock: Clock
    earlier: Sequence[ContextPatch] = ()

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


def text_entry(text: str, contents: Json = None) -> JsonObject:
    """Make a note that reads as `text`."""
    return {
        "Type": EntryType.NOTE.value,
        "ContentsFormat": "text" if contents is None else "json",
        "Contents": text if contents is None else contents,
        "HumanReadable": text,
    }


async def set_incident(server: Server, call: Call) -> Done:
    """Set system and custom fields of an incident, by cliName."""
    args = dict(call.args)
    wanted = args.pop("id", None)
    given = _json_object("customFields", args.pop("customFields", None)) | args
    values = await known_people(server.catalogue, server.users, given, call.origin.actor)
    incident = await _incident(server, call, wanted)
    edit = partial(_with_values, server, values)
    return await _edited(server, call, incident, edit, f"was updated: {', '.join(sorted(given))}.")


async def close_investigation(server: Server, call: Call) -> Done:
    """Close an incident, or several, with its reason, its notes and fields of a close form."""
    args = dict(call.args)
    wanted = words_of(args.pop("id", None)) or [call.incident.id]
    reason, notes = str(args.pop("closeReason", None) or ""), str(args.pop("closeNotes", None) or "")
    if call.is_carried:  # scripts pass more than there are fields
        args = {name: value for name, value in args.items() if server.catalogue.find_field(name)}
    values = await known_people(server.catalogue, server.users, args, call.origin.actor)

    def closed(current: Incident) -> Incident:
        if current.id != call.incident.id and current.status is Status.DONE and current.close_reason != reason:
            said = current.close_reason or "no reason given"
            raise ConflictError(f"Incident {current.id} is closed already ({said}). Read its reason and notes.")
        done = _with_values(server, values, current)
        return replace(done, status=Status.DONE, closed=server.now, close_reason=reason, close_notes=notes)

    why = f"was closed{f': {reason}' if reason else ''}."
    each = [await _edited(server, call, await _incident(server, call, one), closed, why) for one in wanted]
    own = next((done.incident for done in each if done.incident), None)
    return Done(entry=text_entry("\n".join(done.entry["Contents"] for done in each)), incident=own)


def _with_values(server: Server, values: Mapping[str, Json], incident: Incident) -> Incident:
    return replace(with_fields(server.catalogue, incident, values), modified=server.now)


async def _incident(server: Server, call: Call, wanted: Json) -> Incident:
    """Give the incident that a command is about: the call's, as its code has changed it, or another one that exists."""
    other = str(wanted or "").strip()
    return call.incident if other in {"", call.incident.id} else await server.journal.incident(IncidentId(other))


async def _edited(server: Server, call: Call, incident: Incident, edit: Edit, said: str) -> Done:
    """Change an incident. The call's own is committed with its task, another one now, with a line in its War Room."""
    entry = text_entry(f"Incident {incident.id} {said}")
    if incident.id == call.incident.id:
        return Done(entry=entry, incident=edit(incident))
    edit(incident)  # what cannot be is refused before an entry gets its number
    number = await written(lambda: server.store.reserve_entries(incident.id, 1), server.clock)
    line = Entry(
        id=entry_id(number, incident.id),
        incident=incident.id,
        contents=f"{call.origin.actor} did this from incident {call.incident.id}: it {said}",
        created=server.now,
        actor=call.origin.actor,
        command=call.name,
    )
    changes = Changes(actor=call.origin.actor, at=server.now, entries=[line])
    await written(lambda: server.journal.commit(changes, {incident.id: edit}), server.clock)
    return Done(entry=entry)


async def del_context(server: Server, call: Call) -> Done:
    """Delete one key of the context, one item of a list, or all (`all=yes`) but what is to be kept, in its scope."""
    key, everything = str(call.args.get("key") or ""), _yes("all", call.args)
    kept, index = _paths(call.args.get("keysToKeep")), call.args.get("index")
    if not key and not everything:
        raise InvalidInputError("delContext needs `key`, or `all=yes`.")
    if (key and everything) or (kept and not everything) or (index not in NOTHING and not key):
        raise InvalidInputError("delContext takes `key`, also with `index`, or `all=yes`, also with `keysToKeep`.")
    scope = "" if str(call.args.get("subplaybook") or "").lower() == "no" else call.origin.scope
    delete = partial(ContextPatch, incident=call.incident.id, kind=PatchKind.DELETE, scope=scope)
    if everything:
        patches = _but(kept, await _scope(server, call, scope), delete)
        spared = f" but for {', '.join(kept)}" if kept else ""
        return Done(entry=text_entry(f"The context was deleted{spared}."), patches=patches)
    refuse_private(scope, key)
    path = key if index in NOTHING else _item_of(await _scope(server, call, scope), key, index)
    return Done(entry=text_entry(f"{path} was deleted."), patches=(delete(path=path),))


async def _scope(server: Server, call: Call, scope: str) -> JsonObject:
    """Give the context as it is where a command works, with what its code has changed so far."""
    whole = await server.journal.preview(call.incident.id, server.earlier)
    seen = whole.get(scope) if scope else whole
    return seen if isinstance(seen, dict) else {}


def _but(kept: Sequence[str], context: JsonObject, delete: Callable[..., ContextPatch]) -> tuple[ContextPatch, ...]:
    """Delete all but the kept paths, key by key: what others write meanwhile stays, and nothing kept is ever gone."""
    left = keep(context, kept)
    patches = []
    for key in (key for key in context if not key.startswith(PRIVATE_PREFIX)):
        if key not in left:
            patches.append(delete(path=key))
        elif left[key] != context[key]:
            patches.append(delete(path=key, kind=PatchKind.SET, value=left[key]))
    return tuple(patches)


def _item_of(context: JsonObject, key: str, index: Json) -> str:
    place = cast.whole(index)
    held = get(context, key)
    if not isinstance(held, list) or not 0 <= place < len(held):
        raise InvalidInputError(f"Context key {key} holds no item {place}; give a key with a list and a place in it.")
    return f"{key}.[{place}]"


async def get_context(server: Server, call: Call) -> Done:
    incident = await _incident(server, call, call.args.get("id"))
    earlier = server.earlier if incident.id == call.incident.id else ()
    context = seen_with(call.origin.rights, await server.journal.preview(incident.id, earlier))
    return Done(entry=text_entry("Context", {"context": context, "incident": incident.as_xsoar()}))


async def get_entry(server: Server, call: Call) -> Done:
    found = await server.store.entry(EntryId(str(call.args.get("id") or "")))
    (entry,) = await _shown(server, call, found.incident, [found])
    return Done(entry={"Type": entry.type.value, "ContentsFormat": entry.format.value, "Contents": entry.contents})


async def get_entries(server: Server, call: Call) -> Done:
    """Give the entries of an incident's War Room, all or those of some tags or categories."""
    wanted = _json_object("filter", call.args.get("filter"))
    tags, categories = set(words_of(wanted.get("tags"))), words_of(wanted.get("categories"))
    if unknown := [one for one in categories if one not in CATEGORIES]:
        raise InvalidInputError(f"There is no category {unknown[0]!r}. Use {', '.join(CATEGORIES)}.")
    incident = await _incident(server, call, call.args.get("id"))
    entries = await _shown(server, call, incident.id, await server.store.entries(incident.id))
    rows = [
        {"ID": entry.id, "Type": entry.type.value, "Contents": entry.contents}
        for entry in entries
        if (not tags or tags & set(entry.tags))
        and (not categories or any(CATEGORIES[one](entry) for one in categories))
    ]
    return Done(entry=text_entry(f"{len(rows)} entries", rows))


async def _shown(server: Server, call: Call, incident: IncidentId, entries: Sequence[Entry]) -> list[Entry]:
    reader = Actor(name=call.origin.actor, role=call.origin.rights)
    return await Discretion(server.journal).entries(incident, entries, reader)


CATEGORIES: Mapping[str, Callable[[Entry], bool]] = {
    "attachments": lambda entry: entry.file is not None,
    "chats": lambda entry: not entry.command and entry.file is None,
    "commandAndResults": lambda entry: bool(entry.command),
    "notes": lambda entry: entry.note,
}


async def get_incidents(server: Server, call: Call) -> Done:
    """Find incidents, in the shape that scripts expect of a search."""
    page, total = await find_incidents(server.store, read_search(call.args), call.incident)
    found = [incident.as_xsoar() for incident in page]
    return Done(entry=text_entry(f"{total} incident{'' if total == 1 else 's'}", {"data": found, "total": total}))


async def set_playbook(server: Server, call: Call) -> Done:
    """Let another playbook take the place of the incident's own: that one stops, the other starts."""
    origin = call.origin
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
    ids, tags = words_of(call.args.get("entryIDs")), words_of(call.args.get("entryTags"))
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
    if contents is not None:  # a list's own text, to the letter: no sentence, and no Markdown
        return Done(entry={"Type": EntryType.NOTE.value, "ContentsFormat": "text", "Contents": contents})
    return Done(entry=text_entry(text))


# The right that a built-in command takes.
PERMISSIONS: Mapping[str, Permission] = {name: one.permission for name, one in DECLARED.items()}

FUNCTIONS: Mapping[str, Builtin] = {
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


def _with_right(name: str, function: Builtin) -> Builtin:
    """Ask for the right that a command takes before it does anything."""

    async def run(server: Server, call: Call) -> Done:
        require(Actor(name=call.origin.actor, role=call.origin.rights), PERMISSIONS[name])
        return await function(server, call)

    return run


BUILTINS: Mapping[str, Builtin] = {name: _with_right(name, function) for name, function in FUNCTIONS.items()}


NOTHING: tuple[Json, ...] = (None, "")
COMMA = re.compile(r",(?![^(]*\))")  # none inside of a filter


def _yes(name: str, args: Mapping[str, Json]) -> bool:
    value = args.get(name)
    word = str(value or "no").lower()
    if word not in {"yes", "true", "no", "false"}:
        raise InvalidInputError(f"{name} takes yes or no, not {value!r}.")
    return word in {"yes", "true"}


def _paths(value: Json) -> list[str]:
    """Read paths that are given as a list, or as text with commas between them."""
    items = value if isinstance(value, list) else COMMA.split(str(value or ""))
    return [path for item in items if (path := str(item).strip())]


def _json_object(name: str, value: Json) -> JsonObject:
    if value in (None, ""):
        return {}
    if isinstance(value, dict):
        return value
    try:
        found = parsed(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(
            f'{name} is not JSON: {error}. Write an object such as {{"field": "value"}}.'
        ) from error
    if not isinstance(found, dict):
        raise InvalidInputError(f'{name} is not a JSON object. Write one such as {{"field": "value"}}.')
    return found
