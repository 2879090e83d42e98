"""The server's own commands, one function each and a table; what is not here is not offered."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from warroom.context import cast
from warroom.context.keep import keep
from warroom.context.path import get
from warroom.context.scope import Scope
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.entry import EntryType
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Status
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.commands.declared import DECLARED
from warroom.services.commands.word_list import words_of
from warroom.services.execution.adding_entries import add_entries
from warroom.services.execution.call import Call, Outcome, reader_of
from warroom.services.execution.create_incident import create_new_incident
from warroom.services.execution.entry_commands import ENTRY_COMMANDS
from warroom.services.execution.fields import known_people, with_fields
from warroom.services.execution.finding import find_incidents, read_search
from warroom.services.execution.indicator_commands import INDICATOR_COMMANDS
from warroom.services.execution.json_arguments import json_object
from warroom.services.execution.linking import link_incidents
from warroom.services.execution.list_commands import LIST_COMMANDS
from warroom.services.execution.people_commands import PEOPLE
from warroom.services.execution.scheduling import SCHEDULING
from warroom.services.execution.server import Builtin, Server, named_incident, text_entry
from warroom.services.execution.task_commands import task_complete
from warroom.services.execution.timer_commands import TIMERS, sla_of
from warroom.services.people.access import Permission, require
from warroom.services.plans.lists import Lists
from warroom.services.plans.playbook_replacement import replacement
from warroom.services.plans.scopes import PRIVATE_PREFIX, refuse_private
from warroom.services.ports.store import Changes
from warroom.services.secrecy.redaction import seen_with
from warroom.services.writing.commit_retry import written
from warroom.services.writing.journal import Edit
from warroom.services.writing.lines import Line


async def set_incident(server: Server, call: Call) -> Outcome:
    """Set system and custom fields of an incident, by cliName."""
    args = dict(call.args)
    wanted = args.pop("id", None)
    sla, timer = args.pop("sla", None), str(args.pop("slaField", None) or "")
    given = json_object("customFields", args.pop("customFields", None)) | args
    values = await known_people(server.catalogue, server.users, given, call.origin.actor)
    incident = await named_incident(server, call, wanted)
    if sla is not None or timer:
        given = given | {"sla": sla}
        values |= sla_of(server.catalogue, incident, timer, sla, server.now)
    edit = partial(_with_values, server, values)
    return await _edited(server, call, incident, edit, f"was updated: {', '.join(sorted(given))}.")


async def close_investigation(server: Server, call: Call) -> Outcome:
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
    each = [await _edited(server, call, await named_incident(server, call, one), closed, why) for one in wanted]
    own = next((done.incident for done in each if done.incident), None)
    return Outcome(raw=[text_entry("\n".join(done.raw[0]["Contents"] for done in each))], incident=own)


async def reopen_investigation(server: Server, call: Call) -> Outcome:
    """Take up a closed incident again; why it had been closed stays in its War Room."""

    def opened(current: Incident) -> Incident:
        if current.status is not Status.DONE:
            raise ConflictError(f"Incident {current.id} is not closed. There is nothing to reopen.")
        return replace(current, status=Status.ACTIVE, closed=None, close_reason="", close_notes="", modified=server.now)

    incident = await named_incident(server, call, call.args.get("id"))
    return await _edited(server, call, incident, opened, "was reopened.")


def _with_values(server: Server, values: Mapping[str, Json], incident: Incident) -> Incident:
    return replace(with_fields(server.catalogue, incident, values), modified=server.now)


async def _edited(server: Server, call: Call, incident: Incident, edit: Edit, said: str) -> Outcome:
    """Change an incident. The call's own is committed with its task, another one now, with a line in its War Room."""
    entry = text_entry(f"Incident {incident.id} {said}")
    if incident.id == call.incident.id:
        return Outcome(raw=[entry], incident=edit(incident))
    edit(incident)  # an invalid edit is refused before an entry number is reserved
    line = Line(
        incident=incident.id,
        text=f"{call.origin.actor} did this from incident {call.incident.id}: it {said}",
        at=server.now,
        actor=call.origin.actor,
        command=call.name,
    )
    told = await written(lambda: line.entry(server.store), server.clock)
    changes = Changes(actor=call.origin.actor, at=server.now, entries=[told])
    await written(lambda: server.journal.commit(changes, {incident.id: edit}), server.clock)
    return Outcome(raw=[entry])


async def del_context(server: Server, call: Call) -> Outcome:
    """Delete keys of the context, one item of a list, or all (`all=yes`) but what is to be kept, in its scope."""
    key, everything = call.args.get("key"), _yes("all", call.args)
    key = ",".join(map(str, key)) if isinstance(key, list) else str(key or "")
    kept, index = _paths(call.args.get("keysToKeep")), call.args.get("index")
    if not key and not everything:
        raise InvalidInputError("delContext needs `key`, or `all=yes`.")
    if (key and everything) or (kept and not everything) or (index not in NOTHING and not key):
        raise InvalidInputError("delContext takes `key`, also with `index`, or `all=yes`, also with `keysToKeep`.")
    scope = "" if str(call.args.get("subplaybook") or "").lower() == "no" else call.origin.scope
    if key.startswith(OWN_CONTEXT) and not call.origin.scope:
        return Outcome(raw=[text_entry(f"{key} was not deleted: this is no sub-playbook with a context of its own.")])
    key = key.removeprefix(OWN_CONTEXT)
    delete = partial(ContextPatch, incident=call.incident.id, kind=PatchKind.DELETE, scope=scope)
    if everything:
        context = await _scope(server, call, scope)
        left = await server.scripts.evaluated(
            Scope(context={}), reader_of(call), lambda seen: keep(context, kept, scripts=seen.scripts)
        )
        patches = _but(left, context, delete)
        spared = f" but for {', '.join(kept)}" if kept else ""
        return Outcome(raw=[text_entry(f"The context was deleted{spared}.")], patches=patches)
    paths = _paths(key)
    for path in paths:
        refuse_private(scope, path)
    if index not in NOTHING:
        paths = [_item_of(await _scope(server, call, scope), key, index)]
    return Outcome(
        raw=[text_entry(f"{', '.join(paths)} was deleted.")], patches=tuple(delete(path=one) for one in paths)
    )


async def _scope(server: Server, call: Call, scope: str) -> JsonObject:
    """Return the context at a command's place in the playbook, with the changes of its code so far."""
    whole = await server.journal.preview(call.incident.id, server.earlier)
    seen = whole.get(scope) if scope else whole
    return seen if isinstance(seen, dict) else {}


def _but(left: JsonObject, context: JsonObject, delete: Callable[..., ContextPatch]) -> tuple[ContextPatch, ...]:
    """Delete all but what is left, key by key: concurrent writes stay, and what is kept is never absent."""
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


async def get_context(server: Server, call: Call) -> Outcome:
    incident = await named_incident(server, call, call.args.get("id"))
    earlier = server.earlier if incident.id == call.incident.id else ()
    context = seen_with(call.origin.rights, await server.journal.preview(incident.id, earlier))
    return Outcome(raw=[text_entry("Context", {"context": context, "incident": incident.as_xsoar()})])


async def get_incidents(server: Server, call: Call) -> Outcome:
    """Find incidents, in the shape that scripts expect of a search."""
    page, total = await find_incidents(server.store, read_search(call.args), call.incident)
    found = [incident.as_xsoar() for incident in page]
    return Outcome(raw=[text_entry(f"{total} incident{'' if total == 1 else 's'}", {"data": found, "total": total})])


async def set_playbook(server: Server, call: Call) -> Outcome:
    """Replace the incident's playbook: the old one stops, the new one starts."""
    origin = call.origin
    playbook = server.catalogue.playbook(named_playbook(call.args))
    other = str(call.args.get("incidentId") or call.incident.id)
    incident = call.incident if other == call.incident.id else await server.journal.incident(IncidentId(other))
    made = await replacement(server.preparing, incident, playbook, origin.actor)
    if origin.plan:  # the new plan has the starter of the plan that asks for it
        asked_by = (await server.store.plan(origin.plan)).started_by
        made = replace(made, plan=replace(made.plan, started_by=asked_by))
    return Outcome(raw=[text_entry(f"Incident {incident.id} now runs {playbook.name!r}.")], replacements=[made])


def named_playbook(args: Mapping[str, Json]) -> str:
    """Return the name that setPlaybook is called with."""
    unknown = sorted(set(args) - {"name", "incidentId"})
    if unknown:
        raise InvalidInputError(f"setPlaybook has no argument {unknown[0]!r}. It takes: name, incidentId.")
    if not args.get("name"):
        raise InvalidInputError("setPlaybook needs the argument 'name'. Write name=PLAYBOOK.")
    return str(args["name"])


async def on_list(server: Server, call: Call) -> Outcome:
    """Read or change one of XSOAR's lists."""
    lists, actor = Lists(server.store, server.clock), Actor(name=call.origin.actor, role=call.origin.rights)
    text, contents = await LIST_COMMANDS[call.name](lists, call.args, actor)
    if contents is not None:  # a list's own text, to the letter: no sentence, and no Markdown
        return Outcome(raw=[{"Type": EntryType.NOTE.value, "ContentsFormat": "text", "Contents": contents}])
    return Outcome(raw=[text_entry(text)])


# The right that a built-in command takes.
PERMISSIONS: Mapping[str, Permission] = {name: one.permission for name, one in DECLARED.items()}

FUNCTIONS: Mapping[str, Builtin] = {
    "addEntries": add_entries,
    "closeInvestigation": close_investigation,
    "createNewIncident": create_new_incident,
    "delContext": del_context,
    "getContext": get_context,
    "getIncidents": get_incidents,
    "linkIncidents": link_incidents,
    "setIncident": set_incident,
    "setPlaybook": set_playbook,
    "taskComplete": task_complete,
    "reopenInvestigation": reopen_investigation,
    **ENTRY_COMMANDS,
    **PEOPLE,
    **SCHEDULING,
    **TIMERS,
    **dict.fromkeys(LIST_COMMANDS, on_list),
    **INDICATOR_COMMANDS,
}


def _with_right(name: str, function: Builtin) -> Builtin:
    """Require the command's permission before it does anything."""

    async def run(server: Server, call: Call) -> Outcome:
        require(Actor(name=call.origin.actor, role=call.origin.rights), PERMISSIONS[name])
        return await function(server, call)

    return run


BUILTINS: Mapping[str, Builtin] = {name: _with_right(name, function) for name, function in FUNCTIONS.items()}


OWN_CONTEXT = "subplaybook-${currentPlaybookID}."  # how the public DeleteContext names a sub-playbook's own context
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
