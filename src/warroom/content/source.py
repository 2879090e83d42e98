"""A file of a pack as plain data that still knows its lines, and typed reading of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from warroom.model.errors import ContentError, Location
from warroom.model.json import Json, JsonObject

KeyPath: TypeAlias = tuple[str | int, ...]

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0", ""})
_MARKETPLACES = ("xsoar", "xsoar_on_prem")  # whose own spelling of a key (`name:xsoar`) comes before the plain one


def spelled(scalar: Json) -> str:
    """How a scalar is usually written.

    >>> [spelled(scalar) for scalar in (True, 7, 6.1, "yes")]
    ['true', '7', '6.1', 'yes']
    """
    return ("true" if scalar else "false") if isinstance(scalar, bool) else str(scalar)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What was read. `line_of` counts from 1; `spellings` holds scalars whose text is not that of their value."""

    path: Path
    text: str = field(repr=False)
    data: Json = field(repr=False)
    line_of: Callable[[KeyPath], int] = field(repr=False)
    spellings: Mapping[KeyPath, str] = field(default_factory=dict, repr=False)

    def root(self) -> "Node":
        return Node(self, (), self.data)


@dataclass(frozen=True, slots=True)
class Node:
    """One place in a source. Reading what is missing or null gives the empty value of the asked type."""

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
        """The text, which must be there."""
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
        """A whole number, also when it is written as text or with a unit behind (`300ns` in old exports)."""
        if self.data is None or self.data == "":
            return default
        digits = self.text().strip().removesuffix("ns").removesuffix(".0")
        if not (digits.isascii() and digits.removeprefix("-").isdigit() and len(digits) < 20):
            raise self._wrong("a whole number")
        return int(digits)

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
