from tests.conformance.conformance import PAGE
from tests.conformance.fuzzing import TOOL, Fuzzed, program


def test_the_page_says_what_schemathesis_found() -> None:
    assert f"{TOOL} tried the twin's own OpenAPI document" in PAGE.read_text(encoding="utf-8")


def test_a_failure_is_not_hidden() -> None:
    assert "found faults" in Fuzzed(passed=False, cases=7, report="").sentence()


def test_the_program_is_missing_or_can_be_run() -> None:
    found = program()
    assert found is None or found.stat().st_mode & 0o100
