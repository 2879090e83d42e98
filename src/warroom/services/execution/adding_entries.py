"""`addEntries`: writes entries that a script has made into a War Room, its own or another incident's."""

from collections.abc import Sequence
from dataclasses import replace

from warroom.model.border import parsed
from warroom.model.entry import EntryType
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.services.commands.word_list import words_of
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.results import FILE_TYPES, RawEntry, normalise
from warroom.services.execution.server import Server, named_incident, text_entry
from warroom.services.ports.store import Changes
from warroom.services.secrecy.masking import Mask, secrets_in
from warroom.services.writing.commit_retry import written
from warroom.services.writing.lines import Line, next_ids

HOW = 'Write a JSON list such as [{"Contents": "what is to be read"}].'


async def add_entries(server: Server, call: Call) -> Outcome:
    """Write entries; those of the call's own incident are committed with its task, others at once."""
    raws = normalise(map(_with_type, _listed(call.args.get("entries"))))
    if not raws:
        raise InvalidInputError(f"addEntries needs entries. {HOW}")
    if any(raw.type in FILE_TYPES for raw in raws):
        raise InvalidInputError("addEntries takes no files: leave them out, or let the script return them itself.")
    incident = await named_incident(server, call, call.args.get("id"))
    numbers = await written(lambda: next_ids(server.store, incident.id, len(raws)), server.clock)
    lines = [replace(_line(server, call, raw), incident=incident.id) for raw in raws]
    entries = [line.numbered(number) for line, number in zip(lines, numbers, strict=True)]
    count = "1 entry was" if len(entries) == 1 else f"{len(entries)} entries were"
    said = text_entry(f"{count} added to incident {incident.id}.")
    if incident.id == call.incident.id:
        return Outcome(raw=[said], entries=entries)
    entries = [replace(entry, plan=None, task=None) for entry in entries]
    changes = Changes(actor=call.origin.actor, at=server.now, entries=entries)
    await written(lambda: server.journal.commit(changes), server.clock)
    return Outcome(raw=[said])


def _line(server: Server, call: Call, raw: RawEntry) -> Line:
    """Return what one entry says; its `EntryContext` changes no context."""
    own = call.origin
    body, mask = raw.body, Mask(secrets_in([raw.contents]))
    return Line(
        incident=call.incident.id,
        type=raw.type,
        format=raw.format,
        text=mask.tree(raw.contents),
        readable=None if raw.readable is None else mask.text(raw.readable),
        at=server.now,
        actor=own.actor,
        plan=own.plan,
        task=own.task,
        command=call.name,
        tags=tuple(words_of(body.get("Tags") or body.get("tags"))),
        note=bool(body.get("Note") or body.get("note")),
    )


def _with_type(entry: Json) -> Json:
    """Make a note of what says no type."""
    if not isinstance(entry, dict) or "Type" in entry:
        return entry
    written_as = "text" if isinstance(entry.get("Contents"), str) else "json"
    return {"Type": EntryType.NOTE.value, "ContentsFormat": written_as, **entry}


def _listed(value: Json) -> Sequence[Json]:
    """Read entries that are given as they are, or as JSON text."""
    if isinstance(value, str) and value.strip():
        try:
            value = parsed(value)
        except ValueError as error:
            raise InvalidInputError(f"The entries of addEntries are not JSON: {error}. {HOW}") from error
    return value if isinstance(value, list) else [value]
