"""Notes on workbench alerts."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.etag import etag_of, require_match
from visionone_sim.wire import Json, wire_time

CONTENT_MAX = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    id: int
    alert_id: str
    content: str
    creator: str
    created: datetime
    updated_by: str | None = None
    updated: datetime | None = None
    version: int = 1

    @property
    def etag(self) -> str:
        return etag_of(f"{self.alert_id}/{self.id}", self.version)

    def wire(self) -> dict[str, Json]:
        return {
            "id": self.id,
            "content": self.content,
            "creatorName": self.creator,
            "creatorMailAddress": None,
            "createdDateTime": wire_time(self.created),
            "lastUpdatedBy": self.updated_by,
            "lastUpdatedDateTime": wire_time(self.updated) if self.updated else None,
        }


FILTER_FIELDS: dict[str, Callable[[Note], tuple[str, ...]]] = {
    "id": lambda note: (str(note.id),),
    "creatorMailAddress": lambda _note: (),
    "creatorName": lambda note: (note.creator,),
    "lastUpdatedBy": lambda note: (note.updated_by or "",),
}

ORDER_FIELDS: dict[str, Callable[[Note], Any]] = {
    "id": lambda note: note.id,
    "creatorMailAddress": lambda _note: "",
    "creatorName": lambda note: note.creator,
    "lastUpdatedBy": lambda note: note.updated_by or "",
    "createdDateTime": lambda note: (note.created, note.id),
    "lastUpdatedDateTime": lambda note: note.updated or note.created,
}

DATES: dict[str, Callable[[Note], datetime | None]] = {
    "createdDateTime": lambda note: note.created,
    "lastUpdatedDateTime": lambda note: note.updated,
}


class NoteBook(Mapping[int, Note]):
    """All notes of the tenant by number."""

    def __init__(self) -> None:
        self._notes: dict[int, Note] = {}
        self._last = 0

    def __getitem__(self, note_id: int) -> Note:
        return self._notes[note_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)

    def on(self, alert_id: str) -> list[Note]:
        return [note for note in self._notes.values() if note.alert_id == alert_id]

    def get_on(self, alert_id: str, note_id: str) -> Note:
        note = self._notes.get(int(note_id)) if note_id.isascii() and note_id.isdecimal() else None
        if note is None or note.alert_id != alert_id:
            raise NotFoundError("The note does not exist.")
        return note

    def count_from(self, first: int) -> None:
        """Set the number of the next note, so that two tenants have none in common."""
        self._last = first - 1

    def add(self, alert_id: str, content: Json, *, creator: str, now: datetime) -> Note:
        self._last += 1
        note = Note(id=self._last, alert_id=alert_id, content=_checked(content), creator=creator, created=now)
        self._notes[note.id] = note
        return note

    def change(self, note: Note, content: Json, *, if_match: str | None, editor: str, now: datetime) -> Note:
        require_match(if_match, note.etag)
        changed = replace(note, content=_checked(content), updated_by=editor, updated=now, version=note.version + 1)
        self._notes[note.id] = changed
        return changed

    def delete(self, alert_id: str, note_ids: Collection[str]) -> None:
        """Delete all of them, or, when one does not exist, none."""
        for note in [self.get_on(alert_id, note_id) for note_id in note_ids]:
            self._notes.pop(note.id, None)


def _checked(content: Json) -> str:
    if not isinstance(content, str) or not content:
        raise BadRequestError("A note needs content.", target="content")
    if len(content) > CONTENT_MAX:
        raise BadRequestError(f"A note holds {CONTENT_MAX} characters at most.", target="content")
    return content
