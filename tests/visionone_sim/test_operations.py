from pathlib import Path

import pytest

from visionone_sim.operations import FAMILIES, done, left, main, page
from visionone_sim.permissions import permission_for
from visionone_sim.sources import documented

PAGE = Path(__file__).parents[2] / "docs/reference/twin-operations.md"


def test_the_page_is_current() -> None:
    assert main([str(PAGE), "--check"]) == 0


def test_what_is_done_comes_from_the_routes() -> None:
    assert "GET /workbench/alerts/{id}/notes/{id}" in done()
    assert len(done()) >= 100


def test_what_is_left_is_counted_and_every_family_of_it_says_what_it_is_about() -> None:
    families = left(done(), documented())
    assert set(families) == set(FAMILIES), "FAMILIES of operations.py says what is left, and of nothing else."
    assert sum(families.values()) == len(set(documented()) - set(done()))
    assert f"| dmm | {families['dmm']} |" in page()


def test_every_operation_needs_a_permission_but_the_connectivity_check() -> None:
    open_to_all = [operation for operation in done() if permission_for(*operation.split()) is None]
    assert open_to_all == ["GET /healthcheck/connectivity"]


def test_an_old_page_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.md"
    assert main([str(file), "--check"]) == 1
    assert main([str(file)]) == 0
    assert main([str(file), "--check"]) == 0
    capsys.readouterr()
    assert main([]) == 0
    assert capsys.readouterr().out == file.read_text() == page()
