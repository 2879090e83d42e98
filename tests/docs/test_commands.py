"""Every `warroom …` that a page tells a reader to type exists, with its options."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.architecture.repository import Repository
from warroom.cli.main import app

FENCE = re.compile(r"^```\w*\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`(?P<body>warroom [^`\n]+)`")
PLACEHOLDERS = {"DIR", "…"}
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/quickstart", "docs/howto")


def _typed(page: str) -> Iterator[str]:
    fenced = (line for fence in FENCE.finditer(page) for line in fence["body"].splitlines())
    yield from (line.strip() for line in fenced if line.strip().startswith("warroom "))
    yield from (span["body"] for span in SPAN.finditer(FENCE.sub("", page)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of the command line: what may follow it."""

    options: frozenset[str] = frozenset()
    words: Mapping[str, "Word"] = field(default_factory=dict)


def _read(command: Any) -> Word:
    """Read the tree that Typer builds; its classes are private to Typer."""
    options = frozenset(name for parameter in command.params for name in parameter.opts)
    names = command.list_commands(None) if hasattr(command, "list_commands") else []
    words = {name: _read(command.get_command(None, name)) for name in names}
    return Word(options=options, words=words)


def _unknown(line: str, root: Word) -> str | None:
    """Say what the line names that the command line does not have."""
    here, options = root, root.options | {"--help"}
    for typed in shlex.split(line.split("   ", maxsplit=1)[0])[1:]:
        if typed.startswith("--") and typed not in options:
            return f"{line}: no option {typed}"
        if typed in here.words:
            here = here.words[typed]
            options |= here.options
        elif here.words and not typed.startswith("--") and typed not in PLACEHOLDERS:
            return f"{line}: no command {typed}"
    return None


def _pages(repository: Repository) -> list[Path]:
    return [path for path in repository.files if path.suffix == ".md" and str(path).startswith(PAGES)]


@pytest.mark.slow
def test_every_command_in_the_documentation_exists(repository: Repository) -> None:
    root = _read(typer.main.get_command(app))
    lines = {line for path in _pages(repository) for line in _typed(repository.text(path))}
    assert lines, "The pages name no command at all; the pattern must have gone wrong."
    assert sorted(filter(None, (_unknown(line, root) for line in lines))) == []


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("warroom run '!Set key=a' --incident 1   # a comment", None),
        ("warroom --home DIR run", None),
        ("warroom runs", "warroom runs: no command runs"),
        ("warroom run --fast", "warroom run --fast: no option --fast"),
    ],
)
def test_an_unknown_word_is_found(line: str, answer: str | None) -> None:
    run = Word(options=frozenset({"--incident"}))
    assert _unknown(line, Word(options=frozenset({"--home"}), words={"run": run})) == answer
