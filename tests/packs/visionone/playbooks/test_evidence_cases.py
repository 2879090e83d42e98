"""The use case under every disturbance ends as the page says: evidence is saved, or an open task says what is not."""

import pytest

from tests.packs.visionone.playbooks.evidence_cases import CASES, HEAD, PAGE, Case, play, rows
from tests.packs.visionone.playbooks.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
async def test_it_ends_as_the_page_says(stage: Stage, case: Case) -> None:
    row = await play(case, stage)

    assert row == rows(PAGE.read_text(encoding="utf-8"))[case.what]
    assert "saved: " in row or "open task *Evidence missing*" in row


async def test_the_page_has_every_case_and_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page.startswith(HEAD)
    assert list(rows(page)) == [case.what for case in CASES]
