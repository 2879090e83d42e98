"""A server that is killed at each step of its work saves the evidence once, or an open task says what is missing."""

from pathlib import Path

import pytest

from tests.acceptance.killed_evidence import REQUESTS, play
from tests.acceptance.kills import Kills
from tests.packs.visionone.playbooks.evidence_page import PAGE, rows

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("folder")]  # which sees that no process is left


def test_evidence_is_saved_or_asked_for_wherever_the_server_dies(tmp_path: Path) -> None:
    """What both cases have in common is killed in the first only."""
    kills = Kills()
    for number, case in enumerate(REQUESTS):
        what, end, _ = play(case, tmp_path / str(number), kills)

        assert end == rows(PAGE.read_text(encoding="utf-8"))[what][1]
    assert len(kills.steps) > len(REQUESTS)
