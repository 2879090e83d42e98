"""Docstrings open as docs/explanation/style.md says, and texts use no word that it lists as avoided."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import Repository

ROOMS = ("src", "tests", "bench", "scripts", "scaffold", "Packs")
OPENING = re.compile(r"Gives?\b")
STYLE = Path("docs/explanation/style.md")
AVOIDED = re.compile(r"^Words that no docstring and no comment uses: (?P<words>.+)\.$", re.MULTILINE)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

OTHER_WORDS = re.compile(r"_*(?:is_|has_)?(?:began|begun|finished)(?:_|$)", re.IGNORECASE)
SEEN_OUTSIDE = {  # what outsiders have seen under these names keeps them
    f"src/warroom/{name}.py": reason
    for name, reason in (
        ("store/tables", "columns"),
        ("store/intents", "a column"),
        ("store/fetches", "a column"),
        ("doors/audit", "an answer of the API"),
        ("doors/halts", "an answer of the API"),
        ("doors/plans", "an answer of the API"),
        ("doors/tasks", "an answer of the API"),
    )
}


def _docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and (docstring := ast.get_docstring(node)):
            yield docstring


def _comments(text: str) -> Iterator[str]:
    for line in text.splitlines():
        before, mark, comment = line.rpartition("# ")
        if mark and before.count('"') % 2 == 0:
            yield comment


def _avoided(page: str) -> tuple[str, ...]:
    found = AVOIDED.search(page)
    assert found, f"{STYLE} lists the words that are avoided in one line."
    return tuple(re.findall(r'"([^"]+)"', found["words"]))


def _bad(tree: ast.Module, text: str, words: tuple[str, ...]) -> list[str]:
    docstrings = list(_docstrings(tree))
    opened = [one for one in docstrings if OPENING.match(one)]
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
    return [*opened, *(one for one in (*docstrings, *_comments(text)) if pattern.search(one))]


@pytest.mark.slow
def test_docstrings_and_comments_are_in_plain_words(repository: Repository) -> None:
    words = _avoided(repository.text(STYLE))
    paths = [path for path in repository.under(*ROOMS) if path != Path("tests/architecture/test_words.py")]
    found = [
        f"{path}: {text.splitlines()[0]}"
        for path in paths
        for text in _bad(repository.tree(path), repository.text(path), words)
    ]
    assert found == [], f"Say what it returns or does; {STYLE} has the rule and the words."


@pytest.mark.parametrize(
    "code",
    [
        'def f():\n    """Give the number."""\n',
        'class A:\n    """Gives numbers."""\n',
        '"""Fields that are nobody\'s business."""\n',
        "x = 1  # each would breed another\n",
    ],
)
def test_a_riddle_is_found(code: str) -> None:
    assert _bad(ast.parse(code), code, ("nobody's business", "breed")) != []


@pytest.mark.parametrize("code", ['def f():\n    """Return the number."""\n', "given = 1  # given by the caller\n"])
def test_plain_words_pass(code: str) -> None:
    assert _bad(ast.parse(code), code, ("nobody's business", "breed")) == []


def _names(tree: ast.Module) -> Iterator[str]:
    """Yield what a module calls things of its own: fields, functions, variables, arguments."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.Attribute(attr=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.keyword(arg=str(name)):
                yield name


def _of_another_word(tree: ast.Module) -> set[str]:
    return {name for name in _names(tree) if OTHER_WORDS.match(name)}


@pytest.mark.slow
def test_what_happens_in_time_starts_and_ends(repository: Repository) -> None:
    found = {
        str(path): names
        for path in repository.under("src")
        if path.parts[1] == "warroom"
        and "migrations" not in path.parts
        and (names := _of_another_word(repository.tree(path)))
    }
    assert {path: names for path, names in found.items() if path not in SEEN_OUTSIDE} == {}, (
        f"Call it `started` or `ended`; {STYLE} says what keeps its name."
    )
    assert sorted(set(SEEN_OUTSIDE) - set(found)) == [], "These files need no exemption any more."


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("class A:\n    finished: int", {"finished"}),
        ("def has_begun(began): ...", {"has_begun", "began"}),
        ("replace(plan, finished=now)", {"finished"}),
        ("started = task.ended", set()),
    ],
)
def test_another_word_is_found(code: str, names: set[str]) -> None:
    assert _of_another_word(ast.parse(code)) == names
