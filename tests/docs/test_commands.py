"""Every `warroom …` that a page tells a reader to type exists, with its options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main

from tests.architecture.repository import Repository
from warroom.cli.main import app

FENCE = re.compile(r"^```\w*\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`(?P<body>warroom [^`\n]+)`")
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/quickstart", "docs/howto")


def _typed(page: str) -> Iterator[str]:
    fenced = (line for fence in FENCE.finditer(page) for line in fence["body"].splitlines())
    yield from (line.strip() for line in fenced if line.strip().startswith("warroom "))
    yield from (span["body"] for span in SPAN.finditer(FENCE.sub("", page)))


def _unknown(line: str, root: click.Command) -> str | None:
    """Say what the line names that the command line does not have."""
    command, options = root, {name for p in root.params for name in p.opts}
    for word in shlex.split(line.split("   ", maxsplit=1)[0])[1:]:
        if word.startswith("--"):
            if word not in options | {"--help"}:
                return f"{line}: no option {word}"
        elif isinstance(command, click.Group):
            if word not in command.commands:
                return None if word in {"DIR", "…"} else f"{line}: no command {word}"
            command = command.commands[word]
            options |= {name for p in command.params for name in p.opts}
    return None


def _pages(repository: Repository) -> list[Path]:
    return [path for path in repository.files if path.suffix == ".md" and str(path).startswith(PAGES)]


def test_every_command_in_the_documentation_exists(repository: Repository) -> None:
    root = typer.main.get_command(app)
    lines = {line for path in _pages(repository) for line in _typed(repository.text(path))}
    assert lines, "The pages name no command at all; the pattern must have gone wrong."
    assert sorted(filter(None, (_unknown(line, root) for line in lines))) == []


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("warroom run '!Set key=a' --incident 1", None),
        ("warroom runs", "warroom runs: no command runs"),
        ("warroom run --fast", "warroom run --fast: no option --fast"),
    ],
)
def test_an_unknown_word_is_found(line: str, answer: str | None) -> None:
    group = click.Group(commands={"run": click.Command("run", params=[click.Option(["--incident"])])})
    assert _unknown(line, group) == answer
