"""What a generator wants to write, and the one place that writes it: all of it, or nothing."""

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class ScaffoldError(Exception):
    """Something is wrong with what was asked for; the sentence says what now."""


class Change(Protocol):
    """A change of a file that is there."""

    @property
    def file(self) -> str: ...

    def into(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """Text that goes before or after a place of a file; a place is a text that the file has once."""

    file: str
    text: str
    before: str = ""
    after: str = ""

    def into(self, text: str) -> str:
        """Return the file's text with the insertion.

        >>> Insertion(file="a.txt", text="b", before="c").into("a, c")
        'a, bc'
        """
        _require_once(self.file, text, self.before or self.after)
        return text.replace(self.before or self.after, self.after + self.text + self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table in a file, which goes where its name belongs; `opens` is the table's first line."""

    file: str
    opens: str
    text: str

    def into(self, text: str) -> str:
        r"""Return the file's text with the row.

        >>> Row(file="a.py", opens="A = (", text='    "b",\n').into('A = (\n    "a",\n    "c",\n)\n')
        'A = (\n    "a",\n    "b",\n    "c",\n)\n'
        """
        opens = f"{self.opens}\n"
        _require_once(self.file, text, opens)
        before, after = text.split(opens)
        lines = after.splitlines(keepends=True)
        indent = " " * (len(self.text) - len(self.text.lstrip()))
        place = next(number for number, line in enumerate(lines) if self._is_before(line, indent))
        return before + opens + "".join(lines[:place]) + self.text + "".join(lines[place:])

    def _is_before(self, line: str, indent: str) -> bool:
        """Whether the row stands before this line: the end of the table, or a row with a later name."""
        if not line.startswith(indent):
            return True
        return line[len(indent)] not in " )]}" and _rank(line) > _rank(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A name that goes from a tuple of names."""

    file: str
    name: str

    def into(self, text: str) -> str:
        """Return the file's text without the name.

        >>> [Removal(file="a.py", name="b").into(text) for text in ('("a", "b", "c")', '("a", "b")', '("b",)')]
        ['("a", "c")', '("a",)', '()']
        """
        _require_once(self.file, text, f'"{self.name}"')
        return re.sub(rf'\([^()]*"{self.name}"[^()]*\)', self._without, text)

    def _without(self, names: re.Match[str]) -> str:
        rest = [name for name in re.findall(r'"\w+"', names[0]) if name != f'"{self.name}"']
        return f"({', '.join(rest)}{',' * (len(rest) == 1)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """Imports that a module needs as well; ruff then puts them in order, and each once."""

    file: str
    text: str

    def into(self, text: str) -> str:
        """Return the module's text with the imports before its own.

        >>> Imports(file="a.py", text="import re; ").into("import os")
        'import re; import os'
        """
        place = re.search(r"^(from|import) ", text, re.MULTILINE)
        at = place.start() if place else len(text)
        return text[:at] + self.text + text[at:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Files to make, changes of others, what comes next, and the pages to generate again: each with its module."""

    files: Mapping[str, str]
    insertions: Sequence[Change] = ()
    at_end: Mapping[str, str] = field(default_factory=dict)
    prints: Mapping[str, Sequence[str]] = field(default_factory=dict)
    then: Sequence[str] = ()


def write(root: Path, draft: Draft) -> list[str]:
    """Write a draft into the checkout, formatted; return the files that are new or changed."""
    there = [name for name in draft.files if (root / name).exists()]
    if there:
        raise ScaffoldError(f"{there[0]} is there already. Choose another name, or change that file by hand.")
    texts = dict(draft.files)
    for insertion in draft.insertions:
        texts[insertion.file] = insertion.into(texts.get(insertion.file) or read(root, insertion.file))
    for name, text in draft.at_end.items():
        texts[name] = (texts.get(name) or read(root, name)) + text
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    _tidy(root, [name for name in texts if name.endswith(".py")])
    for module in dict.fromkeys(map(tuple, draft.prints.values())):
        _run(root, [sys.executable, "-m", *module])
    return sorted({*texts, *draft.prints})


def read(root: Path, name: str) -> str:
    return (root / name).read_text(encoding="utf-8")


def _require_once(file: str, text: str, place: str) -> None:
    if text.count(place) != 1:
        raise ScaffoldError(
            f"{file} has {place!r} {text.count(place)} times, where once was expected. The file has changed: "
            "correct the generator in scaffold/."
        )


def _rank(row: str) -> tuple[bool, list[str]]:
    """Return by what rows are in order: their names, of an operation first its path; `**others` come last.

    >>> _rank('    "GET /dmm/models",')
    (False, ['/dmm/models', 'GET'])
    """
    plain = row.strip()
    name = plain.split('"')[1] if plain.startswith(('"', "(")) and '"' in plain else plain.rstrip(",")
    return name.startswith("**"), name.split()[::-1]


def _tidy(root: Path, names: Iterable[str]) -> None:
    ruff = [sys.executable, "-m", "ruff"]
    _run(root, [*ruff, "check", "--quiet", "--fix", "--select", "I", *names])
    _run(root, [*ruff, "format", "--quiet", *names])


def _run(root: Path, command: Sequence[str]) -> None:
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise ScaffoldError(
            f"The files are written, but `{' '.join(command[1:])}` failed; correct it and run it:\n{said}"
        )
