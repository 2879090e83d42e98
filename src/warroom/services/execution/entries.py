"""Turns shaped results into War Room entries: numbers them, stores their files, writes their context changes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from warroom.model.context import ContextPatch
from warroom.model.entry import Entry, EntryType, StoredFile
from warroom.model.errors import NotFoundError
from warroom.model.ids import EntryId
from warroom.model.json import JsonObject
from warroom.services.commands.library import Library
from warroom.services.execution.auto_extract import note_values
from warroom.services.execution.call import Call
from warroom.services.execution.code_output import NO_OUTPUT, CodeOutput, with_output
from warroom.services.execution.large import LARGE, aside, spill
from warroom.services.execution.outputs import Outputs, merging
from warroom.services.execution.polls import is_interim
from warroom.services.execution.results import RawEntry, error_entry
from warroom.services.execution.scoring import note_scores
from warroom.services.indicators.indicators import Indicators
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Store
from warroom.services.secrecy.masking import Mask, secrets_in
from warroom.services.writing.commit_retry import written
from warroom.services.writing.lines import Line, next_ids

FILE_ROOTS = {EntryType.FILE: "File", EntryType.INFO_FILE: "InfoFile", EntryType.IMAGE: "File"}


@dataclass(frozen=True, slots=True)
class EntryWriter:
    """Makes entries of results."""

    store: Store
    blobs: Blobs
    clock: Clock
    outputs: Outputs
    library: Library | None = None  # whose types of indicators count; None: results score none

    async def write(
        self,
        call: Call,
        raws: Sequence[RawEntry],
        *,
        scratch: Path | None,
        instance: str,
        mask: Mask,
        output: CodeOutput = NO_OUTPUT,
    ) -> tuple[list[Entry], list[ContextPatch]]:
        """Number the results and take their files; nothing is committed yet.

        A result that cannot be written (a missing file, an invalid context path) becomes an error entry, so that the
        command's other results are kept. Large texts become files.
        """
        patches, refused = await self.outputs.patches(call, raws, output.size)
        if self.library:
            indicators = Indicators(self.store, self.clock, self.library)
            await note_scores(indicators, call, raws)
            await note_values(indicators, call, raws)
        shown = [raw for raw in raws if not raw.is_silent] + refused
        if not shown:
            return [], patches
        over = await self._written_over(call, shown)
        numbers = await written(lambda: next_ids(self.store, call.incident.id, len(shown)), self.clock)
        taken = [await self._take(raw, call, scratch) for raw in shown]
        told = [
            raw if stored or not raw.file_id or scratch is None else _lost(raw)
            for raw, stored in zip(shown, taken, strict=True)
        ]
        make = partial(self._entry, call, instance, mask)
        entries = await aside(output.size, lambda: list(map(make, told, numbers, taken)))
        if output.size > LARGE and scratch is not None:
            entries = await self._without_large(entries, scratch)
        if over:
            entries = [
                _in_place_of(over[1], entry) if raw is over[0] else entry
                for raw, entry in zip(shown, entries, strict=True)
            ]
        return with_output(entries, output), [*_file_patches(call, entries), *patches]

    async def _without_large(self, entries: Sequence[Entry], scratch: Path) -> list[Entry]:
        spilled = await asyncio.to_thread(lambda: [None if entry.file else spill(entry, scratch) for entry in entries])
        return [
            replace(each.entry, file=await self._keep(each.path, each.name)) if each else entry
            for each, entry in zip(spilled, entries, strict=True)
        ]

    async def _keep(self, path: Path, name: str) -> StoredFile:
        return await written(lambda: self.blobs.take(path, name), self.clock)

    async def _written_over(self, call: Call, shown: Sequence[RawEntry]) -> tuple[RawEntry, Entry] | None:
        """Return the first interim result, and the earlier poll's entry that it replaces."""
        interim = next((raw for raw in shown if is_interim(raw)), None)
        if interim is None or call.line is None:
            return None
        try:
            return interim, await self.store.entry(call.line)
        except NotFoundError:  # it was not kept; the poll gets an entry of its own
            return None

    async def _take(self, raw: RawEntry, call: Call, scratch: Path | None) -> StoredFile | None:
        if not raw.file_id or scratch is None:
            return None
        path = scratch / file_in_scratch(call, raw.file_id)
        if path.is_symlink() or not path.is_file():
            return None
        return await self._keep(path, raw.file_name)

    def _entry(
        self, call: Call, instance: str, mask: Mask, raw: RawEntry, number: EntryId, stored: StoredFile | None
    ) -> Entry:
        readable = raw.readable
        mask = mask.also(secrets_in([raw.contents, raw.context]))
        line = Line(
            incident=call.incident.id,
            type=raw.type,
            format=raw.format,
            text=mask.tree(raw.contents),
            readable=None if call.controls.raw_response or readable is None else mask.text(readable),
            context=mask.tree(raw.context),
            at=self.clock.now(),
            actor=call.origin.actor,
            command=call.name,
            instance=instance,
            plan=call.origin.plan,
            task=call.origin.task,
            tags=(*call.origin.tags, *(str(tag) for tag in raw.body.get("Tags") or ())),
            note=call.origin.note or bool(raw.body.get("Note")),
            file=stored,
        )
        return line.numbered(number)


def _in_place_of(before: Entry, entry: Entry) -> Entry:
    """Replace an older entry; its tags are kept."""
    tags = tuple(dict.fromkeys((*before.tags, *entry.tags)))
    return replace(entry, id=before.id, created=before.created, modified=entry.created, tags=tags)


def file_in_scratch(call: Call, file_id: str) -> str:
    """Name a file that code announced, as `fileResult` writes it into its working folder."""
    return f"{call.incident.id}_{Path(file_id).name}"


def hand_over_files(call: Call, raws: Sequence[RawEntry], written_to: Path, scratch: Path) -> None:
    """Copy the files of a nested run to the code that called it, which may return their entries as its own."""
    for raw in raws:
        path = written_to / file_in_scratch(call, raw.file_id)
        if raw.file_id and path.is_file() and not path.is_symlink():
            path.rename(scratch / path.name)


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


def _file_patches(call: Call, entries: Sequence[Entry]) -> list[ContextPatch]:
    return [
        merging(call, {FILE_ROOTS[entry.type]: file_context(entry, entry.file)})
        for entry in entries
        if entry.file and entry.type in FILE_ROOTS
    ]


def _lost(raw: RawEntry) -> RawEntry:
    return error_entry(f"The file {raw.file_name!r} was announced and is not there. Nothing was saved under this name.")
