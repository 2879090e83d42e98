"""Results that are too large for a War Room line: they become files with a sentence, in a thread of their own."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import uuid4

from warroom.model.border import laid_out, written
from warroom.model.entry import Entry, EntryFormat, EntryType
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

LARGE = 1 << 20  # bytes; larger results are not for reading, and processing them would block the event loop
MOST_OUTPUTS = 32 << 20  # the context is read again for every task of an incident
MIB = 1 << 20

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def aside(size: int, function: Callable[_P, _T], /, *args: _P.args, **given: _P.kwargs) -> _T:
    """Call a function on a run's results; in a thread when they are large, to keep the event loop free."""
    return await asyncio.to_thread(function, *args, **given) if size > LARGE else function(*args, **given)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitEntry:
    """An entry without what was too large, and the file that has it."""

    entry: Entry
    path: Path
    name: str


def spill(entry: Entry, scratch: Path) -> SplitEntry | None:
    """Move what is too large for a line into a file; None when nothing is. Secrets are masked in it as in the entry."""
    whole, ending = _largest(entry)
    if len(whole) <= LARGE:
        return None
    readable = entry.human_readable or ""
    name = f"{entry.command or 'result'} {entry.id.partition('@')[0]}.{ending}"
    path = scratch / uuid4().hex
    size = path.write_text(whole, encoding="utf-8", errors="replace")
    said = f"The result is {size / MIB:.1f} MiB, too large for a line of the War Room. It is whole in the file {name}."
    shown = replace(
        entry,
        type=entry.type if entry.is_error else EntryType.INFO_FILE,
        format=EntryFormat.TEXT,
        contents=said,
        human_readable=f"{readable}\n\n{said}" if readable and len(readable) <= LARGE else None,
        context={} if _size(entry.context) > LARGE else entry.context,
    )
    return SplitEntry(entry=shown, path=path, name=name)


def refuse_large(outputs: Mapping[str, Json]) -> None:
    """Raise InvalidInputError for outputs that would make the context unusable."""
    if (size := _size(outputs)) > MOST_OUTPUTS:
        raise InvalidInputError(
            f"They are {size / MIB:.1f} MiB; the context takes {MOST_OUTPUTS // MIB} MiB of one result. Ask for less."
        )


def _largest(entry: Entry) -> tuple[str, str]:
    """Return the longest text of an entry, and how the name of a file with it ends."""
    contents = entry.contents
    texts = [
        (contents, "txt") if isinstance(contents, str) else (laid_out(contents) if contents else "", "json"),
        (entry.human_readable or "", "md"),
        (laid_out(dict(entry.context)) if entry.context else "", "json"),
    ]
    return next((text for text in texts if len(text[0]) > LARGE), texts[0])


def _size(value: Json) -> int:
    return len(written(value)) if value else 0
