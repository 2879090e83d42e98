"""The built-in commands on entries that are in a War Room: reading them, tags, notes and evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from warroom.model.entry import Entry, StoredFile
from warroom.model.errors import InvalidInputError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.json import Json, JsonObject
from warroom.model.user import SYSTEM, Actor
from warroom.services.commands.word_list import words_of
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.json_arguments import json_object
from warroom.services.execution.server import Builtin, Server, named_incident, text_entry
from warroom.services.ports.store import Changes, Store
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.commit_retry import written
from warroom.services.writing.lines import Line

MOST_ENTRIES = 1000  # in one answer; scripts ask for the rest with firstId
EVIDENCE = "evidence"  # the tag of an entry that is marked as evidence

CATEGORIES: Mapping[str, Callable[[Entry], bool]] = {
    "attachments": lambda entry: entry.file is not None,
    "chats": lambda entry: not entry.command and entry.file is None,
    "commandAndResults": lambda entry: bool(entry.command),
    "evidence": lambda entry: EVIDENCE in entry.tags,
    "notes": lambda entry: entry.note,
    "playbookErrors": lambda entry: entry.task is not None and entry.is_error,
    "playbookTaskResult": lambda entry: entry.task is not None,
}


async def get_entry(server: Server, call: Call) -> Outcome:
    """Return one entry; to code with all that it reads of an entry."""
    found = await server.store.entry(EntryId(str(call.args.get("id") or "")))
    (entry,) = await _shown(server, call, found.incident, [found])
    if call.is_carried:
        return Outcome(raw=[for_code(entry)])
    return Outcome(raw=[{"Type": entry.type.value, "ContentsFormat": entry.format.value, "Contents": entry.contents}])


async def get_entries(server: Server, call: Call) -> Outcome:
    """Return the entries of an incident's War Room, all or those of some tags or categories.

    To code each is an entry of the answer, as in XSOAR; a person or a task gets one entry with rows, since an answer of
    entries would write them into the War Room again.
    """
    wanted = json_object("filter", call.args.get("filter"))
    tags, categories, first = set(words_of(wanted.get("tags"))), words_of(wanted.get("categories")), _first(wanted)
    if unknown := [one for one in categories if one not in CATEGORIES]:
        raise InvalidInputError(f"There is no category {unknown[0]!r}. Use {', '.join(CATEGORIES)}.")
    incident = await named_incident(server, call, call.args.get("id"))

    def is_wanted(entry: Entry) -> bool:
        return (not tags or bool(tags & set(entry.tags))) and (
            not categories or any(CATEGORIES[one](entry) for one in categories)
        )

    found = await _found(server.store, incident.id, first, is_wanted)
    entries = await _shown(server, call, incident.id, found)
    if call.is_carried:
        return Outcome(raw=[for_code(entry) for entry in entries])
    rows = [{"ID": entry.id, "Type": entry.type.value, "Contents": entry.contents} for entry in entries]
    return Outcome(raw=[text_entry(f"{len(rows)} entries", rows)])


async def _found(store: Store, incident: IncidentId, first: int, is_wanted: Callable[[Entry], bool]) -> list[Entry]:
    """Return the first entries that are wanted, from a number on."""
    found: list[Entry] = []
    after = max(first - 1, 0)
    while len(found) < MOST_ENTRIES and (page := await store.entries(incident, after, MOST_ENTRIES)):
        after = number_of(page[-1])
        found += filter(is_wanted, page)
    return found[:MOST_ENTRIES]


def for_code(entry: Entry) -> JsonObject:
    """Describe an entry as XSOAR's server does to a script."""
    file = entry.file
    return {
        "ID": entry.id,
        "Type": entry.type.value,
        "ContentsFormat": entry.format.value,
        "Contents": entry.contents,
        "HumanReadable": entry.human_readable,
        "EntryContext": dict(entry.context) or None,
        "Tags": list(entry.tags),
        "Note": entry.note,
        "Evidence": EVIDENCE in entry.tags,
        "ModuleName": entry.instance,
        "File": file.name if file else "",
        "FileID": file.sha256 if file else "",
        "FileMetadata": _file(file) if file else None,
        "Metadata": _metadata(entry),
    }


def _file(file: StoredFile) -> JsonObject:
    return {"md5": file.md5, "sha1": file.sha1, "sha256": file.sha256, "size": file.size, "info": file.info}


def _metadata(entry: Entry) -> JsonObject:
    return {
        "id": entry.id,
        "investigationId": entry.incident,
        "type": entry.type.value,
        "category": next((name for name, holds in CATEGORIES.items() if holds(entry)), ""),
        "created": entry.created.isoformat(),
        "modified": (entry.modified or entry.created).isoformat(),
        "user": "" if entry.actor == SYSTEM.name else entry.actor,
        "tags": list(entry.tags),
        "note": entry.note,
        "parentId": entry.parent or "",
        "parentContent": f"!{entry.command}" if entry.command else "",
        "instance": entry.instance,
        "file": entry.file.name if entry.file else "",
        "entryTask": {"taskId": entry.task, "playbookRunId": entry.plan} if entry.task else None,
    }


async def set_entries_tags(server: Server, call: Call) -> Outcome:
    """Add tags to entries of the War Room; mirroring, for one, sends out those with its tag."""
    ids, tags = words_of(call.args.get("entryIDs")), words_of(call.args.get("entryTags"))
    if not ids or not tags:
        raise InvalidInputError("setEntriesTags needs entryIDs and entryTags. Write entryIDs=4@17 entryTags=visionone.")
    await _change(server, call, ids, lambda entry: _with_tags(entry, tags))
    return Outcome(raw=[text_entry(f"Tagged {', '.join(ids)} with {', '.join(tags)}.")])


async def mark_as_note(server: Server, call: Call) -> Outcome:
    """Mark entries as notes."""
    ids = words_of(call.args.get("entryIDs"))
    if not ids:
        raise InvalidInputError("markAsNote needs entryIDs. Write entryIDs=4@17.")
    await _change(server, call, ids, lambda entry: replace(entry, note=True))
    return Outcome(raw=[text_entry(f"Marked {', '.join(ids)} as {'a note' if len(ids) == 1 else 'notes'}.")])


async def mark_as_evidence(server: Server, call: Call) -> Outcome:
    """Tag an entry as evidence; what is said about it is a line of its War Room. Scripts compare the answer `done`."""
    args = call.args
    wanted = str(args.get("id") or "")
    if not wanted:
        raise InvalidInputError("markAsEvidence needs id. Write id=4@17.")
    await _change(server, call, [wanted], lambda entry: _with_tags(entry, [EVIDENCE, *words_of(args.get("tags"))]))
    about = [str(args[name]) for name in ("description", "when") if args.get(name)]
    said = f"{wanted} was marked as evidence{': ' if about else ''}{', '.join(about)}."
    if not call.is_carried:
        return Outcome(raw=[text_entry(said, "done")])
    own = call.origin
    line = Line(
        incident=call.incident.id,
        text=said,
        at=server.now,
        actor=own.actor,
        plan=own.plan,
        task=own.task,
        command=call.name,
    )
    told = await written(lambda: line.entry(server.store), server.clock)
    return Outcome(raw=[text_entry(said, "done")], entries=[told])


def number_of(entry: Entry) -> int:
    """Return the number of an entry in its War Room: 4 for 4@17."""
    return int(entry.id.partition("@")[0])


def _first(wanted: Mapping[str, Json]) -> int:
    """Read the number of the first entry that is wanted: scripts page with it."""
    text = str(wanted.get("firstId") or "").partition("@")[0]
    if text and not text.isdecimal():
        raise InvalidInputError(f"firstId is {wanted['firstId']!r}, which is no entry. Give a number such as 4.")
    return int(text or 0)


def _with_tags(entry: Entry, tags: Sequence[str]) -> Entry:
    return replace(entry, tags=tuple(dict.fromkeys((*entry.tags, *tags))))


async def _change(server: Server, call: Call, ids: Sequence[str], change: Callable[[Entry], Entry]) -> None:
    """Change entries that are stored, at once; those that are so already are left alone."""
    found = [await server.store.entry(EntryId(one)) for one in ids]
    changed = [replace(after, modified=server.now) for entry in found if (after := change(entry)) != entry]
    changes = Changes(actor=call.origin.actor, at=server.now, entries=changed)
    await written(lambda: server.journal.commit(changes), server.clock)


async def _shown(server: Server, call: Call, incident: IncidentId, entries: Sequence[Entry]) -> list[Entry]:
    reader = Actor(name=call.origin.actor, role=call.origin.rights)
    return await Redaction(server.journal).entries(incident, entries, reader)


ENTRY_COMMANDS: Mapping[str, Builtin] = {
    "getEntries": get_entries,
    "getEntry": get_entry,
    "markAsEvidence": mark_as_evidence,
    "markAsNote": mark_as_note,
    "setEntriesTags": set_entries_tags,
}
