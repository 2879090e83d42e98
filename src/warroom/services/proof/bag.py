"""The files of an export, compared with the two lists that name them, and its documents."""

from __future__ import annotations

import json
from typing import Any

from warroom.services.proof.canonical import canonical
from warroom.services.proof.container import UNREADABLE, Container, shown
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
EXACT_DIGITS = 15  # an integer of this many is exact as a double
BEYOND = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")  # what characters beyond the first 65,536 begin with in UTF-8


class Bag:
    """An export's files with their hashes, and what is wrong with them; a problem does not end the check."""

    def __init__(self, container: Container) -> None:
        self._container = container
        hashed = container.hashed()
        self.digests = {each.name: each.sha256 for each in hashed}
        self.sizes = {each.name: each.size for each in hashed}
        self.problems = list(container.problems)
        for each in hashed:
            if each.unread:
                self.problem(each.name, f"cannot be read to its end: {each.unread}")
        self._compare_lists()

    def problem(self, name: str, what: str) -> None:
        self.problems.append(f"{shown(name)} {what}")

    def text(self, name: str) -> bytes:
        """Return a file's bytes as a whole; empty for one that cannot be read, which was reported already."""
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
        reader = Reader(text)
        value = reader.read(text)
        if reader.written(value) != text:
            self.problem(name, "is not in canonical JSON.")
        return value

    def _compare_lists(self) -> None:
        there = set(self.digests)
        data = {name for name in there if name.startswith(DATA)}
        for name in REQUIRED:
            if name not in there:
                self.problem(name, "is missing.")
        for name in sorted(there - data - set(REQUIRED) - set(OPTIONAL)):
            self.problem(name, "is there and is no part of an export.")
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
            self.problem(name, f"is there and is not listed in {list_name}.")
        for name in sorted(there & set(listed)):
            if listed[name] != self.digests[name]:
                self.problem(name, f"was changed: its SHA-256 is not the one in {list_name}.")


class Reader:
    """Reads the JSON of one text, and writes its values as canonical JSON: in a fast way that most values allow."""

    def __init__(self, text: bytes) -> None:
        self._is_plain = not any(lead in text for lead in BEYOND)
        self._decoder = json.JSONDecoder(parse_int=self._integer, parse_float=self._float, parse_constant=_refused)

    def read(self, text: bytes) -> Any:
        """Read JSON as an export has it; raises ValueError for anything else."""
        try:
            return self._decoder.decode(text.decode())
        except RecursionError as error:
            raise ValueError("it is nested too deep to be read") from error

    def written(self, value: Any) -> bytes:
        """Write a value, or a part of one, that was read here."""
        return canonical(value, is_plain=self._is_plain)

    def _integer(self, digits: str) -> int:
        if len(digits) > LONGEST_INTEGER:
            _refused(digits)
        self._is_plain = self._is_plain and len(digits) <= EXACT_DIGITS
        return int(digits)

    def _float(self, number: str) -> float:
        self._is_plain = False
        return float(number)


def read_json(text: bytes) -> Any:
    """Read JSON as an export has it; raises ValueError for anything else."""
    return Reader(text).read(text)


def _refused(number: str) -> None:
    raise ValueError(f"{number:.40} is no number of canonical JSON")
