from collections.abc import Callable

import pytest

from warroom.content.source import Node
from warroom.model.errors import ContentError

Read = Callable[[str], Node]


def failure(read: Callable[[], object]) -> str:
    with pytest.raises(ContentError) as caught:
        read()
    return str(caught.value)


def test_what_is_missing_or_null_reads_as_empty(node: Read) -> None:
    root = node("a: null")
    for each in (root.get("a"), root.get("gone"), root.get("gone").get("deeper")):
        assert not each.exists
        assert (each.text(), each.flag(), each.whole(), each.texts()) == ("", False, 0, ())
        assert list(each.table()) == []
        assert each.object() is None


def test_defaults_stand_in_for_what_is_missing(node: Read) -> None:
    gone = node("a: 1").get("gone")
    assert (gone.text("x"), gone.flag(default=True), gone.whole(7)) == ("x", True, 7)


def test_text_is_what_is_written(node: Read) -> None:
    root = node("a: 6.10\nb: True\nc: 7\nd: yes")
    assert [root.get(key).text() for key in "abcd"] == ["6.10", "True", "7", "yes"]


def test_the_first_key_with_a_value_counts(node: Read) -> None:
    root = node("new: null\nold: x")
    assert root.get("new", "old").text() == "x"


def test_the_spelling_for_our_marketplace_comes_first(node: Read) -> None:
    assert node("name: plain\nname:xsoar: ours\nname:xpanse: theirs").get("name").text() == "ours"


@pytest.mark.parametrize(("written", "value"), [("yes", True), ("'true'", True), ("1", True), ("no", False)])
def test_flags_may_be_written_in_words(node: Read, written: str, value: bool) -> None:
    assert node(f"a: {written}").get("a").flag() is value


@pytest.mark.parametrize(("written", "value"), [("5", 5), ("'5'", 5), ("5.0", 5), ("-1", -1), ("''", 0)])
def test_whole_numbers_may_be_text(node: Read, written: str, value: int) -> None:
    assert node(f"a: {written}").get("a").whole() == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("", 0), ("'0'", 0), ("0s", 0), ("2400", 2400), ("300ns", 300)),
        *(("3.6µs", 3600), ("86.4\u03bcs", 86_400), ("60us", 60_000), ("1.5ms", 1_500_000), ("999ms", 999_000_000)),
        *(("1s", 1), ("90s", 90), ("1.5h", 5400), ("1h0m0s", 3600), ("1h40m0s", 6000), ("1m0.5s", 60), ("1000ms", 1)),
    ],
)
def test_seconds_may_be_a_duration_as_xsoar_exports_it(node: Read, written: str, value: int) -> None:
    assert node(f"timeout: {written}").get("timeout").seconds() == value


@pytest.mark.parametrize("written", ["5 s", "1d", "s", "1h-5m", "0x1s", "1e3s", "\u0661s", "1.2.3s"])
def test_what_is_no_duration_is_refused(node: Read, written: str) -> None:
    timeout = node(f"timeout: {written}").get("timeout")
    assert failure(timeout.seconds) == f"item.yml:1: `timeout` must be a whole number, not `{written}`."


def test_wrong_types_say_what_was_expected_and_where(node: Read) -> None:
    root = node(
        """
        table: [1]
        list: {a: 1}
        text:
        - 1
        flag: perhaps
        whole: many
        """
    )
    assert failure(lambda: root.get("table").get("x")) == "item.yml:1: `table` must be a mapping, not a list."
    assert failure(lambda: list(root.get("list").entries())) == "item.yml:2: `list` must be a list, not a mapping."
    assert failure(root.get("text").text) == "item.yml:3: `text` must be text, not a list."
    assert failure(root.get("flag").flag) == "item.yml:5: `flag` must be true or false, not `perhaps`."
    assert failure(root.get("whole").whole) == "item.yml:6: `whole` must be a whole number, not `many`."


def test_what_is_needed_says_who_needs_it(node: Read) -> None:
    root = node("a: 1\nb:\n  c: ''")
    assert (
        failure(lambda: root.get("b").get("c").needed("A thing"))
        == "item.yml:3: A thing needs a value for `c`; add it."
    )
