import pytest

from warroom.doors.words import moment_named, severity_named, status_named
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Severity, Status


def test_words_name_what_they_say() -> None:
    assert severity_named("Critical") is Severity.CRITICAL
    assert severity_named("3") is Severity.HIGH
    assert status_named("done") is Status.DONE
    assert status_named("0") is Status.PENDING
    assert moment_named("2026-11-24T10:00:00+02:00").isoformat() == "2026-11-24T10:00:00+02:00"


@pytest.mark.parametrize("read", [severity_named, status_named, moment_named])
@pytest.mark.parametrize("text", ["", "7x", "9", "\0", "yesterday"])
def test_another_word_is_refused_with_what_would_do(read: type, text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"Use|Write"):
        read(text)
