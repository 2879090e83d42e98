from datetime import UTC, datetime

import pytest

from visionone_sim.errors import NotFoundError
from visionone_sim.tenant.cases import Case, CaseBook

NOW = datetime(2031, 2, 3, tzinfo=UTC)


def test_cases_are_numbered_and_each_change_makes_another_etag() -> None:
    book = CaseBook()
    case = book.open(
        Case(
            id=book.next_id(NOW),
            name="a",
            priority="P0",
            status="Open",
            ticket_alias="IR",
            ticket_id="1",
            created=NOW,
            updated=NOW,
        )
    )
    assert (case.id, book.next_id(NOW)) == ("CL-20310203-00001", "CL-20310203-00002")
    book.change(case, NOW)
    assert book.find(case.id).etag != case.etag
    with pytest.raises(NotFoundError):
        book.find("CL-1")
