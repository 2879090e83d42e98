"""The use case under every disturbance ends as the page says: evidence is saved, or an open task says what is not."""

import pytest

from tests.acceptance.killed_evidence import KILLED
from tests.packs.visionone.playbooks.evidence_cases import CASES, Case, play
from tests.packs.visionone.playbooks.evidence_page import PAGE, page, rows
from tests.packs.visionone.playbooks.stage import Stage


def is_well(end: str) -> bool:
    return "saved: " in end or "open task *Evidence missing*" in end


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
async def test_it_ends_as_the_page_says(stage: Stage, case: Case) -> None:
    row = await play(case, stage)

    assert row == rows(PAGE.read_text(encoding="utf-8"))[case.what]
    assert is_well(row[1])


def test_the_page_is_that_of_one_whole_run() -> None:
    text = PAGE.read_text(encoding="utf-8")
    found = rows(text)

    assert list(found) == [*(case.what for case in CASES), *(case.what for case in KILLED)]
    assert text == page([found[case.what] for case in CASES], [found[case.what] for case in KILLED])
    assert all(is_well(end) for _, end, _ in found.values())


def test_the_page_ends_alike_where_a_server_was_killed_at_requests_and_at_commits() -> None:
    found = rows(PAGE.read_text(encoding="utf-8"))
    ends = [(case.is_deleted, found[case.what][1]) for case in KILLED]

    assert len(set(ends)) == len({case.is_deleted for case in KILLED})


def test_each_row_of_a_killed_server_says_how_often() -> None:
    found = rows(PAGE.read_text(encoding="utf-8"))

    assert all(int(found[case.what][2].removesuffix(" times")) > 1 for case in KILLED)
