import pytest

from tests.conformance.conformance import PAGE, Outcome, interpreter, page, run
from visionone_sim.operations import done


def test_every_operation_of_the_client_works() -> None:
    python = interpreter()
    if python is None:
        pytest.skip("make conformance makes the environment that has the client")
    assert [outcome for outcome in run(python) if outcome.result != "ok"] == []


def test_the_page_names_operations_that_the_twin_has_and_failures_too() -> None:
    text = page([Outcome("GET /a", "ok"), Outcome("GET /b", "AssertionError: no")], "Fuzzed.", "2031-02-03")
    assert "1 of 2 work" in text
    assert "Fuzzed." in text
    assert "| `GET /b` | pytmv1 0.11.0 | AssertionError: no | 2031-02-03 |" in text
    written = PAGE.read_text(encoding="utf-8")
    tested = [line.split("`")[1] for line in written.splitlines() if line.startswith("| `")]
    assert len(tested) == 60
    assert set(tested) <= set(done())
