import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.mapping.severity import WORDS, read_severity
from warroom.model.incident import Severity


@pytest.mark.parametrize(("word", "severity"), WORDS.items())
def test_words_are_read_in_any_case(word: str, severity: Severity) -> None:
    assert read_severity(f" {word.upper()} ") is severity


def test_critical_stays_critical() -> None:
    assert read_severity("critical") is read_severity(4) is read_severity("4") is Severity.CRITICAL


@pytest.mark.parametrize("severity", Severity)
def test_numbers_are_xsoars(severity: Severity) -> None:
    assert read_severity(severity.value) is read_severity(str(severity.value)) is severity


def test_a_list_of_one_is_its_item() -> None:
    assert read_severity(["high"]) is Severity.HIGH


@pytest.mark.parametrize("value", ["urgent", "", "nan", 7, -1, True, None, [], ["low", "high"], {"severity": "high"}])
def test_anything_else_is_no_severity(value: object) -> None:
    assert read_severity(value) is None


@given(st.text() | st.floats() | st.integers())
def test_reading_never_raises(value: object) -> None:
    assert read_severity(value) is None or isinstance(read_severity(value), Severity)
