import re

import pytest

from warroom.web.markdown import html_of, plain_html_of, visible


def test_a_table_is_a_table_and_names_keep_their_underscores() -> None:
    made = html_of("|file_name|size|\n|---|---|\n|`a|b`_x_y|7|\n")
    assert made.count("<th>") == 2
    assert "file_name" in made


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "![x](http://elsewhere/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>)",
    "[x](JaVaScRiPt:alert(1))",
    '<a href="http://a" onclick="b()">x</a>',
    "[x]: javascript:alert(1)\n\n[x]",
    "<svg/onload=alert(1)>",
    "```\n</pre><script>\n```",
    '[a](http://b "\\" onmouseover=alert(1) ")',
    "<style>*{display:none}</style>",
    "&lt;script&gt;",
    "<!-- --><iframe src=//elsewhere>",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("render", [html_of, plain_html_of])
def test_hostile_text_becomes_no_live_markup(text: str, render: type) -> None:
    made = render(text)
    tags = set(re.findall(r"<(\w+)", made))
    assert tags <= {"p", "a", "pre", "code", "ul", "li", "br"}
    for opened in re.findall(r"<[^>]*>", made):
        assert not re.search(r"\bon\w+\s*=(?!.*title=)", opened.split("title=")[0])
    assert all(link.startswith(("http://", "https://")) for link in re.findall(r'href="([^"]*)"', made))


def test_links_tell_nothing_to_where_they_lead() -> None:
    assert 'rel="noopener noreferrer"' in html_of("[x](https://example.com/a)")


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\0", "\x1b", "\ud800", "\ufeff"])
def test_characters_that_disguise_a_text_are_dropped(mark: str) -> None:
    assert visible(f"a{mark}b\n") == "ab\n"


def test_a_text_of_a_megabyte_is_cut_and_says_so() -> None:
    made = html_of("x" * 1_000_000)
    assert len(made) < 300_000
    assert "800000 more characters" in made
