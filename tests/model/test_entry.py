import pytest

from warroom.model.entry import EntryType
from warroom.model.json import Json
from warroom.testing.samples import an_entry


def test_only_type_four_is_an_error() -> None:
    assert [kind for kind in EntryType if an_entry(type=kind).is_error] == [EntryType.ERROR]
    assert EntryType.ERROR.value == 4


@pytest.mark.parametrize(
    ("contents", "human_readable", "readable"),
    [
        ("raw", "pretty", "pretty"),
        ("raw", None, "raw"),
        ("raw", "", "raw"),
        ({"a": 1}, "pretty", "pretty"),
        ({"a": 1}, None, ""),
    ],
)
def test_a_person_reads_the_human_readable_text_or_contents_that_are_text(
    contents: Json, human_readable: str | None, readable: str
) -> None:
    assert an_entry(contents=contents, human_readable=human_readable).readable == readable
