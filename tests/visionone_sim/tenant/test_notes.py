from datetime import UTC, datetime

import pytest

from visionone_sim.errors import BadRequestError, ConditionNotMetError, NotFoundError
from visionone_sim.tenant.notes import CONTENT_MAX, Note, NoteBook
from visionone_sim.wire import Json

NOW = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)


def add(book: NoteBook, alert_id: str = "WB-1") -> Note:
    return book.add(alert_id, "Seen.", creator="soc-bot", now=NOW)


def test_a_note_has_all_seven_keys_from_the_start() -> None:
    assert add(NoteBook()).wire() == {
        "id": 1,
        "content": "Seen.",
        "creatorName": "soc-bot",
        "creatorMailAddress": None,
        "createdDateTime": "2031-02-03T04:05:06Z",
        "lastUpdatedBy": None,
        "lastUpdatedDateTime": None,
    }


def test_a_note_belongs_to_its_alert() -> None:
    book = NoteBook()
    note = add(book)
    assert book.on("WB-2") == []
    assert book.get_on("WB-1", str(note.id)) == note
    for alert_id, note_id in (("WB-2", "1"), ("WB-1", "2"), ("WB-1", "x"), ("WB-1", "²")):
        with pytest.raises(NotFoundError):
            book.get_on(alert_id, note_id)


def test_a_change_needs_the_newest_tag() -> None:
    book = NoteBook()
    note = add(book)
    changed = book.change(note, "Seen again.", if_match=note.etag, editor="ana", now=NOW)
    assert (changed.content, changed.updated_by) == ("Seen again.", "ana")
    with pytest.raises(ConditionNotMetError):
        book.change(changed, "Late.", if_match=note.etag, editor="ana", now=NOW)


def test_deleting_is_all_or_nothing() -> None:
    book = NoteBook()
    add(book)
    with pytest.raises(NotFoundError):
        book.delete("WB-1", ["1", "2"])
    assert len(book) == 1
    book.delete("WB-1", ["1", "1"])
    assert len(book) == 0
    assert add(book).id == 2


@pytest.mark.parametrize("content", [None, "", 3, ["x"], "x" * (CONTENT_MAX + 1)])
def test_a_note_needs_a_text_that_is_not_too_long(content: Json) -> None:
    with pytest.raises(BadRequestError):
        NoteBook().add("WB-1", content, creator="soc-bot", now=NOW)


def test_notes_can_be_counted_from_another_number() -> None:
    book = NoteBook()
    book.count_from(100)
    assert [add(book).id, add(book).id] == [100, 101]
