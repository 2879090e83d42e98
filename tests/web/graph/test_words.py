import pytest

from warroom.web.graph.words import clean, lines, shortened, width


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x00\x1b[31mb", "a[31mb"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("\u2066one\u2069 \u200btwo", "one two"),
        ("line\r\nbreak\u2028\ttab", "line break tab"),
        ("lone \ud800 half", "lone half"),
        ("\ufeffname\ufff9", "name"),
        ("  much   room ", "much room"),
    ],
)
def test_characters_that_do_tricks_are_gone(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


def test_accents_stay_and_towers_of_them_do_not() -> None:
    assert clean("e\u0301a") == "e\u0301a"
    assert len(clean("a" + "\u0301" * 500)) < 6


def test_a_megabyte_is_looked_at_only_so_far() -> None:
    assert len(clean("x" * 1_000_000)) == 1000


def test_wide_scripts_take_more_room() -> None:
    assert width("検知", 10) > width("ab", 10)
    assert width("WW", 10) > width("ii", 10)


@pytest.mark.parametrize("room", range(30, 400, 17))
def test_lines_fit_the_room(room: float) -> None:
    text = "Say which of the endpoints could not be reached and why trendmicro-visionone-collect-forensic-file"
    found = lines(text, 13, room)
    assert len(found) <= 2
    assert all(width(line, 13) <= room for line in found)


def test_what_fits_is_not_cut() -> None:
    assert lines("Isolate it?", 13, 200) == ["Isolate it?"]
    assert shortened("Isolate it?", 13, 200) == "Isolate it?"
    assert lines("", 13, 200) == []


def test_a_cut_is_seen() -> None:
    assert lines("one two three four five six seven", 13, 80)[-1].endswith("…")


def test_a_word_wider_than_the_line_is_broken_after_a_mark() -> None:
    assert lines("trendmicro-visionone-add-note", 13, 160) == ["trendmicro-visionone-", "add-note"]
