"""Evidence from and to files of this machine: paths are for callers on the machine only."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from warroom.doors.answer import shaped
from warroom.doors.asked import Asked
from warroom.doors.evidence import LONGEST_REASON
from warroom.doors.local import path_for
from warroom.doors.operation import writes
from warroom.doors.war_room import EntryShown, entry_of
from warroom.model.border import clean
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.evidence.exporting import Wanted
from warroom.services.incidents.uploading import pieces_of
from warroom.services.people.access import Permission


class WithPath(Asked):
    """A file or folder of this machine; its name may be invalid UTF-8."""

    as_typed = frozenset({"path"})

    path: str


class Added(WithPath):
    """Which file becomes evidence of which incident, under which name; without one, its own."""

    incident: str
    name: str = ""


class FileExport(WithPath):
    """Which entry's file to export, and where to; with `reason`, an admin may export restricted evidence."""

    entry: str
    overwrite: bool = False
    reason: str = Field(default="", max_length=LONGEST_REASON)


class CaseExport(WithPath):
    """Which evidence of an incident to export, and where to; without items, all of it."""

    incident: str
    items: list[str] = Field(default=[])
    with_damaged: bool = False
    overwrite: bool = False
    reason: str = Field(default="", max_length=LONGEST_REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileExported:
    """Where the file was written."""

    entry: EntryId
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExported:
    """An export and what is in it. Of `damaged` and `deleted` items it has no bytes."""

    path: str
    incident: IncidentId
    items: int
    of: int
    root: str
    key: str
    damaged: Sequence[str]
    deleted: Sequence[str]
    time_stamp: bool
    no_time_stamp: str


@writes("evidence.add", Permission.NOTE, NotFoundError, ConflictError)
async def add_file(app: App, asked: Added, actor: Actor) -> EntryShown:
    """Keep a file of this machine as evidence."""
    path = Path(asked.path)
    name = asked.name or clean(path.name)
    entry = await app.uploading.add(IncidentId(asked.incident), name, pieces_of(path), actor)
    return entry_of(entry, path_for(actor, app.evidence.location(entry)))


@writes("evidence.export", Permission.DOWNLOAD_EVIDENCE, NotFoundError, ConflictError)
async def export_file(app: App, asked: FileExport, actor: Actor) -> FileExported:
    """Copy an entry's file to a file or folder of this machine."""
    entry, target = EntryId(asked.entry), Path(asked.path)
    try:
        path = await app.evidence.export(entry, target, actor, overwrite=asked.overwrite, why=asked.reason)
    except OSError as error:
        raise InvalidInputError(
            f"{target} cannot be written ({error.strerror}). Name another file or folder."
        ) from error
    return FileExported(entry=entry, path=str(path))


@writes("evidence.export_case", Permission.DOWNLOAD_EVIDENCE, NotFoundError, ConflictError)
async def export_case(app: App, asked: CaseExport, actor: Actor) -> CaseExported:
    """Export the evidence of an incident, all or some items, to a folder or a zip that others can check."""
    wanted = Wanted(
        incident=IncidentId(asked.incident),
        items=[EntryId(item) for item in asked.items],
        with_damaged=asked.with_damaged,
        why=asked.reason,
    )
    path, exported = await app.exporting.to_path(wanted, Path(asked.path), actor, overwrite=asked.overwrite)
    stamps = {"time_stamp": exported.is_stamped, "no_time_stamp": exported.unstamped}
    return shaped(CaseExported, exported, path=str(path), **stamps)
