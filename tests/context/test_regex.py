import re

import pytest

from warroom.context.regex import compile_regex, expand
from warroom.model.errors import InvalidInputError


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("lsass", "dump of lsass.exe"),
        ("(?i)LSASS", "dump of lsass.exe"),
        ("dump (?i)OF", "dump of"),
        ("(?i)x|LSASS", "lsass"),
        ("((?i)A)b", "ab"),
        ("a(?i)b|c", "C"),
        ("(?i:A)b", "ab"),
        (r"^\w+\z", "abc"),
        ("[[:alpha:]]+[[:digit:]]", "ab1"),
        ("[[x]", "["),
        ("[&&|~]", "|"),
        (r"\Qa.b(\E+", "a.b(("),
        (r"\Qa.b", "a.b"),
        (r"\x{41}", "A"),
        (r"[a\]]", "]"),
        ("(?P<user>a)", "a"),
        ("(?m)a$", "a\nb"),
        ("(?s)a.b", "a\nb"),
        ("[$]", "$"),
        ("a{2}", "aa"),
    ],
)
def test_gos_syntax_is_found(pattern: str, text: str) -> None:
    assert compile_regex(pattern).search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a$", "a\n"),
        ("((?i)A)B", "ab"),
        ("a(?i)b|c", "A"),
        (r"\d", "٣"),
        (r"a\z", "a\n"),
        ("LSASS", "lsass"),
    ],
)
def test_gos_meaning_holds_where_pythons_differs(pattern: str, text: str) -> None:
    assert not compile_regex(pattern).search(text)


@pytest.mark.parametrize("pattern", ["(", "[a", "a**", r"\p{Greek}", r"\pL", "(?U)a+", "(?z)a"])
def test_what_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidInputError, match="regular expression"):
        compile_regex(pattern)


@pytest.mark.parametrize(
    ("template", "text"),
    [("$1-$2", "ann-org"), ("${1}x", "annx"), ("$1x", ""), ("$user", "ann"), ("$$1", "$1"), ("$9", ""), ("$", "$")],
)
def test_templates_name_groups_as_in_go(template: str, text: str) -> None:
    found = re.fullmatch(r"(?P<user>\w+)@(\w+)", "ann@org")
    assert found
    assert expand(template, found) == text


def test_a_group_that_took_no_part_is_empty() -> None:
    found = re.fullmatch("(a)|(b)", "b")
    assert found
    assert expand("<$1$2>", found) == "<b>"
