import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.mapping.deduplicate import Deduplicated, deduplicate, mirror_id


def fetched(*ids: str) -> list[dict[str, str]]:
    return [{"dbotMirrorId": each, "name": str(number)} for number, each in enumerate(ids)]


def test_what_is_known_and_what_repeats_is_dropped() -> None:
    batch = fetched("a", "b", "a", "c")
    assert deduplicate(batch, {"c"}) == Deduplicated(new=tuple(batch[:2]), known=1, repeated=1)


def test_what_has_no_id_always_stays() -> None:
    batch = [{}, {}, {"dbotMirrorId": ""}, "no object"]
    assert deduplicate(batch, {""}).new == tuple(batch)


def test_any_key_can_be_used() -> None:
    assert deduplicate(["Ab", "aB", "c"], {"c"}, str.lower).new == ("Ab",)


@pytest.mark.parametrize(("value", "expected"), [("WB-1", "WB-1"), (17, "17"), (None, ""), (["WB-1"], "")])
def test_ids_are_text_or_numbers(value: object, expected: str) -> None:
    assert mirror_id({"dbotMirrorId": value}) == expected


@given(st.lists(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_nothing_is_lost_and_nothing_comes_twice(ids: list[str], known: set[str]) -> None:
    result = deduplicate(fetched(*ids), known)
    assert sorted(mirror_id(each) for each in result.new) == sorted(set(ids) - known)
    assert len(result.new) + result.known + result.repeated == len(ids)
