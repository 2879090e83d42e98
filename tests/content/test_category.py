import pytest

from warroom.content.category import without_category


@pytest.mark.parametrize(
    ("written", "name"),
    [("date.isBefore", "isBefore"), ("My.Script", "My.Script"), ("string.a.b", "a.b"), ("number", "number"), ("", "")],
)
def test_a_category_is_taken_off_and_nothing_else(written: str, name: str) -> None:
    assert without_category(written) == name
