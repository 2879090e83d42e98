"""A file of a pack as plain data with line numbers, and typed reading of it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from warroom.model.errors import ContentError, Location
from warroom.model.json import Json, JsonObject

KeyPath: TypeAlias = tuple[str | int, ...]

# As Go's time.ParseDuration has them; the micro sign has two code points.
NANOSECONDS: Mapping[str, int] = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,
    "\u03bcs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
PART = re.compile(rf"(\d{{1,12}}(?:\.\d{{0,12}})?|\.\d{{1,12}})({'|'.join(NANOSECONDS)})", re.ASCII)
DURATION = re.compile(rf"(?:{PART.pattern})+", re.ASCII)

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0", ""})
_MARKETPLACES = ("xsoar", "xsoar_on_prem")  # whose own spelling of a key (`name:xsoar`) overrides the plain one


def spelled(scalar: Json) -> str:
    """How a scalar is usually written.

    >>> [spelled(scalar) for scalar in (True, 7, 6.1, "yes")]
    ['true', '7', '6.1', 'yes']
    """
    return ("true" if scalar else "false") if isinstance(scalar, bool) else str(scalar)


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning about a file that can be read all the same."""

    message: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A parsed file. `line_of` counts from 1; `spellings` has scalars as written, where the value alone loses that."""

    path: Path
    text: str = field(repr=False)
    data: Json = field(repr=False)
    line_of: Callable[[KeyPath], int] = field(repr=False)
    spellings: Mapping[KeyPath, str] = field(default_factory=dict, repr=False)
    remarks: tuple[Remark, ...] = ()

    def root(self) -> "Node":
        return Node(self, (), self.data)


@dataclass(frozen=True, slots=True)
class Node:
    """One place in a source. A missing or null value is read as the empty value of the type."""

    source: Source
    path: KeyPath
    data: Json

    @property
    def at(self) -> Location:
        return Location(self.source.path, self.source.line_of(self.path))

    @property
    def exists(self) -> bool:
        return self.data is not None

    def error(self, message: str) -> ContentError:
        return ContentError(message, at=self.at)

    def get(self, *keys: str) -> "Node":
        """The first of these keys that has a value, else a node without one."""
        table = self._mapping()
        for key in keys:
            for spelled in (*(f"{key}:{market}" for market in _MARKETPLACES), key):
                if table.get(spelled) is not None:
                    return Node(self.source, (*self.path, spelled), table[spelled])
        return Node(self.source, (*self.path, keys[0]), None)

    def table(self) -> Iterator[tuple[str, "Node"]]:
        for key, value in self._mapping().items():
            yield key, Node(self.source, (*self.path, key), value)

    def entries(self) -> Iterator["Node"]:
        if self.data is None:
            return
        if not isinstance(self.data, list):
            raise self._wrong("a list")
        for number, value in enumerate(self.data):
            yield Node(self.source, (*self.path, number), value)

    def text(self, default: str = "") -> str:
        """The scalar as it is spelled in the file."""
        if self.data is None:
            return default
        if isinstance(self.data, dict | list):
            raise self._wrong("text")
        if self.path in self.source.spellings:
            return self.source.spellings[self.path]
        return spelled(self.data)

    def needed(self, what: str) -> str:
        """Return the text; raises ContentError when it is missing."""
        found = self.text()
        if not found:
            raise self.error(f"{what} needs a value for `{self._key}`; add it.")
        return found

    def flag(self, *, default: bool = False) -> bool:
        if self.data is None:
            return default
        if isinstance(self.data, bool):
            return self.data
        spelled = self.text().lower()
        if spelled not in _TRUE | _FALSE:
            raise self._wrong("true or false")
        return spelled in _TRUE

    def whole(self, default: int = 0) -> int:
        """A whole number, also when it is written as text."""
        if self.data is None or self.data == "":
            return default
        digits = self.text().strip().removesuffix(".0")
        if not (digits.isascii() and digits.removeprefix("-").isdigit() and len(digits) < 20):
            raise self._wrong("a whole number")
        return int(digits)

    def seconds(self) -> int:
        """Return a number of seconds, also when it is written as a duration; 0 when nothing is written.

        XSOAR keeps a number of seconds where Go expects nanoseconds, and its exports show it so: `3.6µs` are 3,600
        seconds. A second or more (`1h0m0s`) was written by a person and is taken literally.
        """
        written = self.text().strip()
        if not DURATION.fullmatch(written):
            return self.whole()
        nanoseconds = sum(Decimal(number) * NANOSECONDS[unit] for number, unit in PART.findall(written))
        return int(nanoseconds if nanoseconds < NANOSECONDS["s"] else nanoseconds / NANOSECONDS["s"])

    def texts(self) -> tuple[str, ...]:
        return tuple(entry.text() for entry in self.entries())

    def object(self) -> JsonObject | None:
        """The mapping as plain data; None when there is none or it is empty."""
        return dict(self._mapping()) or None

    @property
    def _key(self) -> str:
        return str(self.path[-1]) if self.path else "file"

    def _mapping(self) -> JsonObject:
        if self.data is None:
            return {}
        if not isinstance(self.data, dict):
            raise self._wrong("a mapping")
        return self.data

    def _wrong(self, expected: str) -> ContentError:
        found = {dict: "a mapping", list: "a list", bool: "true or false", str: "text"}.get(type(self.data), "a number")
        if expected == found or (expected != "text" and found == "text"):
            found = f"`{str(self.data)[:60]}`"
        return self.error(f"`{self._key}` must be {expected}, not {found}.")
