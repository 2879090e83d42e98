import pytest

from warroom.model.sentence import counted, ended


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("timed out", "timed out."),
        ("It timed out.\n", "It timed out."),
        ("Really?", "Really?"),
        ("Stop!", "Stop!"),
        ("and so on…", "and so on…"),
        (" ", ""),
    ],
)
def test_a_text_from_elsewhere_ends_with_one_mark_and_what_is_empty_stays_so(text: str, expected: str) -> None:
    assert ended(text) == expected
    assert ended(ended(text)) == expected


def test_one_is_singular_and_all_others_are_plural() -> None:
    assert [counted(number, "event") for number in (0, 1, 2, 4096)] == [
        "0 events",
        "1 event",
        "2 events",
        "4,096 events",
    ]
