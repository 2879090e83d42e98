"""Shapes what code passes to `demisto.results`: entries, and the next poll that a scheduled command asks for."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from warroom.context.semantics import STANDARD
from warroom.model.context import ContextPatch
from warroom.model.entry import Entry, EntryFormat, EntryType
from warroom.model.json import Json, JsonObject
from warroom.services.execution.call import Outcome, Schedule
from warroom.services.ports.runner import Ran

UNTYPED = frozenset({"Contents", "ContentsFormat"})  # an entry without Type has these
FILE_TYPES = frozenset({EntryType.FILE, EntryType.INFO_FILE, EntryType.IMAGE, EntryType.DEBUG_FILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """One result, in XSOAR's keys, normalised: always a dict with Type, ContentsFormat and Contents."""

    body: JsonObject
    type: EntryType
    format: EntryFormat

    @property
    def contents(self) -> Json:
        return self.body.get("Contents")

    @property
    def readable(self) -> str | None:
        text = self.body.get("HumanReadable")
        return text if isinstance(text, str) and text else None

    @property
    def context(self) -> JsonObject:
        context = self.body.get("EntryContext")
        return context if isinstance(context, dict) else {}

    @property
    def file_id(self) -> str:
        return str(self.body.get("FileID") or "") if self.type in FILE_TYPES else ""

    @property
    def file_name(self) -> str:
        return str(self.body.get("File") or self.file_id)

    @property
    def is_silent(self) -> bool:
        """Whether an interim result says nothing; one that is final is an entry in any case."""
        return self.is_empty and bool(self.body.get("PollingCommand"))

    @property
    def is_empty(self) -> bool:
        """Whether a result says nothing: no text, no file, no error."""
        return not (self.readable or self.file_id or self.contents or self.type is EntryType.ERROR)

    @property
    def schedule(self) -> Schedule | None:
        command = self.body.get("PollingCommand")
        if not command:
            return None
        args = self.body.get("PollingArgs")
        return Schedule(
            command=str(command),
            args=dict(args) if isinstance(args, dict) else {},
            seconds=max(_seconds(self.body.get("NextRun"), DEFAULT_POLL_SECONDS), STANDARD.min_poll),
            timeout=_seconds(self.body.get("Timeout"), DEFAULT_POLL_TIMEOUT),
        )


DEFAULT_POLL_SECONDS = 10.0
DEFAULT_POLL_TIMEOUT = 600.0
LONGEST_WAIT = 366 * 86400.0


def normalise(results: Iterable[Json]) -> list[RawEntry]:
    """Turn results of any form into entries: text, a dict that is no entry (JSON), lists of them, nothing.

    An entry has a Type; what has Contents and a ContentsFormat is one as well, a note.
    """
    entries: list[RawEntry] = []
    for result in results:
        if result is None:
            continue
        if isinstance(result, list):
            entries += normalise(result)
        elif isinstance(result, dict) and ("Type" in result or result.keys() >= UNTYPED):
            entries.append(_as_entry(result))
        elif isinstance(result, dict):
            entries.append(_plain(result, EntryFormat.JSON))
        else:
            entries.append(_plain(result if isinstance(result, str) else json.dumps(result), EntryFormat.TEXT))
    return entries


def error_entry(message: str) -> RawEntry:
    body = {"Type": EntryType.ERROR.value, "ContentsFormat": "text", "Contents": message}
    return RawEntry(body=body, type=EntryType.ERROR, format=EntryFormat.TEXT)


def raws_of(ran: Ran) -> list[RawEntry]:
    """Shape the results of a run; an exception of the code is the last one, as an error."""
    raws = normalise(ran.results)
    return [*raws, error_entry(ran.error)] if ran.error else raws


def error_of(ran: Ran) -> str:
    """Return what went wrong in a run: the code's exception, or its first error entry; else an empty text."""
    if ran.error:
        return ran.error
    errors = [raw for raw in normalise(ran.results) if raw.type is EntryType.ERROR]
    return str(errors[0].readable or errors[0].contents) if errors else ""


def outcome_of(raws: Sequence[RawEntry], entries: Sequence[Entry], patches: Sequence[ContextPatch]) -> Outcome:
    """Return the outcome of a run's results: as they came, and as entries with the context that they write."""
    failed = next((entry for entry in entries if entry.is_error), None)
    return Outcome(
        entries=entries,
        patches=patches,
        error=(failed.readable or str(failed.contents)) if failed else "",
        label=label_of(raws),
        raw=[raw.body for raw in raws],
    )


def label_of(entries: Iterable[RawEntry]) -> str:
    """What a condition script answered: the first result as text; true and false in lower case."""
    for entry in entries:
        contents = entry.contents
        if isinstance(contents, bool):
            return str(contents).lower()
        if contents is not None and not isinstance(contents, Mapping | list):
            return str(contents)
    return ""


def _as_entry(body: JsonObject) -> RawEntry:
    """Shape an entry; what a file's entry has beside the file is text, as its format says."""
    contents = body.get("Contents")
    raw = RawEntry(body=body, type=_type(body.get("Type")), format=_format(body))
    if raw.file_id and raw.format is EntryFormat.TEXT and isinstance(contents, dict | list):
        return replace(raw, body={**body, "Contents": json.dumps(contents)})
    return raw


def _plain(contents: Json, entry_format: EntryFormat) -> RawEntry:
    body = {"Type": EntryType.NOTE.value, "ContentsFormat": entry_format.value, "Contents": contents}
    return RawEntry(body=body, type=EntryType.NOTE, format=entry_format)


def _seconds(value: Json, otherwise: float) -> float:
    """Read seconds that code wrote as text or number; unreadable ones do not fail the task."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return otherwise
    return min(seconds, LONGEST_WAIT) if seconds > 0 else otherwise


def _type(number: Json) -> EntryType:
    try:
        return EntryType(int(number))
    except (TypeError, ValueError, OverflowError):
        return EntryType.NOTE


def _format(result: JsonObject) -> EntryFormat:
    try:
        return EntryFormat(result.get("ContentsFormat") or "text")
    except ValueError:
        return EntryFormat.TEXT
