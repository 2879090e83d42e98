"""Turns shaped results into War Room entries: numbers them, takes their files in, writes their context changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warroom.context.extend import extend_context
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.entry import Entry, EntryType, StoredFile
from warroom.model.ids import entry_id
from warroom.model.json import JsonObject
from warroom.services.execution.call import Call
from warroom.services.execution.masking import Mask
from warroom.services.execution.results import RawEntry
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Store

FILE_ROOTS = {EntryType.FILE: "File", EntryType.INFO_FILE: "InfoFile", EntryType.IMAGE: "File"}


@dataclass(frozen=True, slots=True)
class EntryWriter:
    """Makes entries of results."""

    store: Store
    blobs: Blobs
    clock: Clock

    async def write(
        self, call: Call, raws: Sequence[RawEntry], *, scratch: Path | None, instance: str, mask: Mask
    ) -> tuple[list[Entry], list[ContextPatch]]:
        """Number the results and take their files; nothing is committed yet."""
        shown = [raw for raw in raws if not raw.is_silent]
        if not shown:
            return [], _context_patches(call, raws)
        first = await self.store.reserve_entries(call.incident.id, len(shown))
        entries: list[Entry] = []
        files: list[ContextPatch] = []
        for number, raw in enumerate(shown, first):
            stored = await self._take(raw, call, scratch)
            entry = self._entry(call, raw, number, stored, instance, mask)
            entries.append(entry)
            if stored and entry.type in FILE_ROOTS:
                files.append(_merge(call, {FILE_ROOTS[entry.type]: file_context(entry, stored)}))
        return entries, files + _context_patches(call, raws)

    async def _take(self, raw: RawEntry, call: Call, scratch: Path | None) -> StoredFile | None:
        if not raw.file_id or scratch is None:
            return None
        path = scratch / f"{call.incident.id}_{Path(raw.file_id).name}"
        if path.is_symlink() or not path.is_file():
            return None
        return await self.blobs.take(path, raw.file_name)

    def _entry(
        self, call: Call, raw: RawEntry, number: int, stored: StoredFile | None, instance: str, mask: Mask
    ) -> Entry:
        readable = raw.readable
        return Entry(
            id=entry_id(number, call.incident.id),
            incident=call.incident.id,
            type=raw.type,
            format=raw.format,
            contents=mask.tree(raw.contents),
            human_readable=None if call.controls.raw_response or readable is None else mask.text(readable),
            context=mask.tree(raw.context),
            created=self.clock.now(),
            actor=call.origin.actor,
            command=call.name,
            instance=instance,
            plan=call.origin.plan,
            task=call.origin.task,
            tags=(*call.origin.tags, *(str(tag) for tag in raw.body.get("Tags") or ())),
            note=call.origin.note or bool(raw.body.get("Note")),
            file=stored,
        )


def file_context(entry: Entry, stored: StoredFile) -> JsonObject:
    """Describe a stored file as XSOAR's `File` and `InfoFile` context does."""
    common = {
        "Name": stored.name,
        "EntryID": entry.id,
        "Size": stored.size,
        "Extension": stored.name.rpartition(".")[2] if "." in stored.name else "",
        "Info": stored.info,
    }
    if entry.type is EntryType.INFO_FILE:
        return common
    return common | {"MD5": stored.md5, "SHA1": stored.sha1, "SHA256": stored.sha256, "SHA512": stored.sha512}


def _context_patches(call: Call, raws: Sequence[RawEntry]) -> list[ContextPatch]:
    patches = []
    for raw in raws:
        if raw.context and not call.controls.ignore_outputs:
            patches.append(_merge(call, raw.context))
        if call.controls.extend_context and raw.type is not EntryType.ERROR:
            patches.append(_merge(call, extend_context(call.controls.extend_context, raw.contents)))
    return patches


def _merge(call: Call, value: JsonObject) -> ContextPatch:
    return ContextPatch(incident=call.incident.id, kind=PatchKind.MERGE, scope=call.origin.scope, value=value)
