import pytest

from visionone_sim.errors import ConditionNotMetError
from visionone_sim.etag import etag_of, require_match


def test_a_tag_differs_by_record_and_by_version() -> None:
    assert len({etag_of("a", 1), etag_of("a", 2), etag_of("b", 1)}) == 3


@pytest.mark.parametrize("written", ["{}", '"{}"', 'W/"{}"', " {} "])
def test_every_spelling_of_the_same_tag_matches(written: str) -> None:
    tag = etag_of("a", 1)
    require_match(written.format(tag), tag)


@pytest.mark.parametrize("written", [None, "*"])
def test_a_writer_may_not_mind(written: str | None) -> None:
    require_match(written, "9f2c")


def test_an_old_tag_is_refused() -> None:
    with pytest.raises(ConditionNotMetError):
        require_match('"old"', "new")
