"""The files of an export against the two lists that name them, and the documents among them to be read."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from warroom.services.proof.canonical import canonical
from warroom.services.proof.container import UNREADABLE, Container, pieces, shown
from warroom.services.proof.layout import (
    BAG_DECLARATION,
    BAGIT,
    DATA,
    OPTIONAL,
    PAYLOAD,
    REQUIRED,
    TAGS,
    digest_lines,
)

LARGEST_TEXT = 256 << 20  # bytes of a file that is read as a whole
LONGEST_INTEGER = 400  # digits; a double has no more


class Bag:
    """An export's files with their hashes, and what is wrong with them; nothing that is wrong ends the look."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self.problems = list(container.problems)
        self.digests: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        for name in container.names:
            self._hash(name)
        self._compare_lists()

    def problem(self, name: str, what: str) -> None:
        self.problems.append(f"{shown(name)} {what}")

    def text(self, name: str) -> bytes:
        """Give the bytes of a file that is read as a whole; nothing of one that cannot be, which was said already."""
        if self.sizes.get(name, 0) > LARGEST_TEXT:
            self.problem(name, f"has {self.sizes[name]:,} bytes; {LARGEST_TEXT:,} are read at most.")
            return b""
        try:
            with self._container.open(name) as file:
                return file.read(LARGEST_TEXT)
        except UNREADABLE:
            return b""

    def document(self, name: str) -> Any:
        """Read a document in canonical JSON; one that is written in any other way is a problem of its own."""
        text = self.text(name)
        value = read_json(text)
        if canonical(value) != text:
            self.problem(name, "is not in canonical JSON.")
        return value

    def _hash(self, name: str) -> None:
        digest, size = hashlib.sha256(), 0
        try:
            with self._container.open(name) as file:
                for piece in pieces(file):
                    digest.update(piece)
                    size += len(piece)
        except UNREADABLE as error:
            self.problem(name, f"cannot be read to its end: {error}")
        self.digests[name], self.sizes[name] = digest.hexdigest(), size

    def _compare_lists(self) -> None:
        there = set(self.digests)
        data = {name for name in there if name.startswith(DATA)}
        for name in REQUIRED:
            if name not in there:
                self.problem(name, "is missing.")
        for name in sorted(there - data - set(REQUIRED) - set(OPTIONAL)):
            self.problem(name, "lies there and is no part of an export.")
        self._compare(PAYLOAD, data)
        self._compare(TAGS, there - data - {TAGS})
        if BAGIT in there and self.text(BAGIT) != BAG_DECLARATION:
            self.problem(BAGIT, "is not the declaration of a bag of version 1.0.")

    def _compare(self, list_name: str, there: set[str]) -> None:
        """Compare a list with the files that are there."""
        if list_name not in self.digests:
            return
        text = self.text(list_name)
        rows = [row.partition("  ") for row in text.decode("utf-8", "replace").split("\n")[:-1]]
        listed = {name: digest for digest, _, name in rows}
        if digest_lines(listed) != text:
            self.problem(list_name, "is not written as an export writes it.")
        for name in sorted(set(listed) - there):
            self.problem(name, f"is listed in {list_name} and not there.")
        for name in sorted(there - set(listed)):
            self.problem(name, f"lies there and is not listed in {list_name}.")
        for name in sorted(there & set(listed)):
            if listed[name] != self.digests[name]:
                self.problem(name, f"was changed: its SHA-256 is not the one in {list_name}.")


def read_json(text: bytes) -> Any:
    """Read JSON as an export has it; raises ValueError for anything else."""
    try:
        return json.loads(text.decode(), parse_int=_integer, parse_constant=_refused)
    except RecursionError as error:
        raise ValueError("it is nested too deep to be read") from error


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= LONGEST_INTEGER else _refused(digits)


def _refused(number: str) -> int:
    raise ValueError(f"{number:.40} is no number of canonical JSON")
