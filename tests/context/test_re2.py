import pytest

from warroom.context.re2 import beyond_re2


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "lsass",
        r"(?i)dump (?:of|for) (?P<user>\w+)",
        r"^\s*[[:upper:]\d]+\.dmp\z",
        r"\Q(?=a)\1\E",
        r"[(?=!<>+*\]]{2,1000}?",
        r"\x{41}\x42\07\123\pL\+\(\?=",
        r"a\++",
        r"(?s-m:a.b)",
        "[[x]",
        r"[]\"]+[^](?=]",
    ],
)
def test_what_go_knows_is_fine(pattern: str) -> None:
    assert beyond_re2(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"a(?=b)", "`(?=` looks ahead"),
        (r"(?<!a)b", "`(?<!` looks ahead or behind"),
        (r"x[)](?<=b)", "`(?<=` looks"),
        (r"(a)\1", r"`\1` refers back to a group"),
        (r"(?P<a>x)(?P=a)", "`(?P=a)` refers back to a group"),
        (r"(a)?(?(1)b|c)", "`(?(` depends on a group"),
        ("[](](?=a)", "`(?=` looks ahead"),
        ("[^]](?<=b)", "`(?<=` looks"),
        ("(?>a+)b", "`(?>` is an atomic group"),
        ("a(?#why)b", "`(?#` is a comment"),
        (r"a{2}+", "`{2}+` repeats possessively"),
        ("a*+b", "`*+` repeats possessively"),
        ("(?x) a", "`(?x)` sets a flag"),
        ("(?u:a)", "`(?u:` sets a flag"),
        (r"a\Z", r"`\Z` is an escape"),
        (r"\u0041", r"`\u` is an escape"),
        (r"[\b]", r"`\b` is an escape"),
        (r"[\1]", r"`\1` is no character of a class"),
        ("a{1,2000}", "`{1,2000}` repeats more than 1,000 times"),
    ],
)
def test_what_go_would_refuse_is_named(pattern: str, said: str) -> None:
    assert beyond_re2(pattern).startswith(said)
