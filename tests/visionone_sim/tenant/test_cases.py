from dataclasses import replace
from datetime import UTC, datetime

import pytest

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.tenant.cases import Attachment, Case, CaseBook, CaseContent

NOW = datetime(2031, 2, 3, tzinfo=UTC)


def new_case(case_id: str) -> Case:
    return Case(
        id=case_id,
        name="a",
        priority="P0",
        status="Open",
        ticket_alias="IR",
        ticket_id="1",
        created=NOW,
        updated=NOW,
    )


def content(content_id: str, *attachment_ids: str) -> CaseContent:
    return CaseContent(
        id=content_id,
        comment="x",
        created=NOW,
        updated=NOW,
        creator="soc-bot",
        creator_id="key-1",
        attachment_ids=attachment_ids,
    )


def test_cases_are_numbered_and_each_change_makes_another_etag() -> None:
    book = CaseBook()
    case = book.open(new_case(book.next_id(NOW)))
    assert (case.id, book.next_id(NOW)) == ("CL-20310203-00001", "CL-20310203-00002")
    book.change(case, NOW)
    assert book.find(case.id).etag != case.etag
    with pytest.raises(NotFoundError):
        book.find("CL-1")


def test_a_file_belongs_to_one_content_and_leaves_it_when_it_goes() -> None:
    case = replace(new_case("CL-1"), attachments=(Attachment(id="f1", file_name="a", content=b"x"),))
    case = case.with_content(content("c1", "f1")).with_content(content("c2"))
    for stranger in (content("c2", "f1"), content("c3", "f2")):
        with pytest.raises(BadRequestError, match="attachmentIds"):
            case.with_content(stranger)
    assert [each.id for each in case.with_content(content("c1")).contents] == ["c1", "c2"]
    assert case.without_attachment("f1").content("c1").attachment_ids == ()
    assert case.without_content("c1").with_content(content("c2", "f1")).content("c2").attachment_ids == ("f1",)


def test_what_a_case_does_not_have_is_not_found() -> None:
    case = new_case("CL-1")
    for ask in (case.content, case.attachment, case.without_content, case.without_attachment):
        with pytest.raises(NotFoundError):
            ask("x")
