"""What a generator wants to write, and the one place that writes it: all of it, or nothing."""

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


class ScaffoldError(Exception):
    """Something is wrong with what was asked for; the sentence says what now."""


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
        place = self.before or self.after
        if text.count(place) != 1:
            raise ScaffoldError(
                f"{self.file} has {place!r} {text.count(place)} times, where once was expected. The file has changed: "
                "correct the generator in scaffold/."
            )
        return text.replace(place, self.after + self.text + self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Files to make, texts to put into others, modules that print the documentation anew, and what comes next."""

    files: Mapping[str, str]
    insertions: Sequence[Insertion] = ()
    at_end: Mapping[str, str] = field(default_factory=dict)
    prints: Sequence[Sequence[str]] = ()
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
    for module in draft.prints:
        _run(root, [sys.executable, "-m", *module])
    return sorted(texts)


def read(root: Path, name: str) -> str:
    return (root / name).read_text(encoding="utf-8")


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
