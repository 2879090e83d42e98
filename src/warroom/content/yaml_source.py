"""YAML as XSOAR means it: only true and false are booleans, labels such as yes and no stay text.

Built from parser events with a stack of our own, because composing deeply nested text recursively
can overflow the C stack and take the process down.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from warroom.content.source import KeyPath, Source, spelled
from warroom.model import border
from warroom.model.errors import ContentError, Location
from warroom.model.json import Json

MAX_DEPTH = 100
MAX_NODES = 1_000_000  # an alias counts as all nodes that it repeats

_WORDS: dict[str, Json] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?([0-9]{1,17}\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str, path: Path) -> Source:
    """Read one YAML document."""
    builder = _Builder(path)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _syntax_error(error, text, path) from error
    return Source(
        path=path, text=text, data=builder.data, line_of=_Lines(builder.lines).find, spellings=builder.spellings
    )


def plain_scalar(text: str) -> Json:
    """Say what an unquoted scalar means.

    >>> [plain_scalar(text) for text in ("yes", "True", "7", "1.5", "007", "2024-05-01", "=")]
    ['yes', True, 7, 1.5, '007', '2024-05-01', '=']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines by path; nodes behind an alias have the line of the alias."""

    known: dict[KeyPath, int]

    def find(self, path: KeyPath) -> int:
        while path and path not in self.known:
            path = path[:-1]
        return self.known.get(path, 1)


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being read."""

    container: Json
    path: KeyPath
    anchor: str | None
    started: int  # nodes that had been read before it
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    path: Path
    data: Json = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    spellings: dict[KeyPath, str] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Json, int]] = field(default_factory=dict)
    nodes: int = 0
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.ScalarEvent():
                self._refuse_tag(event.tag, line)
                self._scalar(event, line)
            case yaml.MappingStartEvent():
                self._refuse_tag(event.tag, line)
                self._open({}, event.anchor, line)
            case yaml.SequenceStartEvent():
                self._refuse_tag(event.tag, line)
                self._open([], event.anchor, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close()
            case yaml.AliasEvent():
                self._alias(event.anchor or "", line)
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise self._error("A second document begins here; keep one item per file.", line)
            case _:
                pass

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        # Every item has the same few keys: interned, they take a quarter of the memory.
        plain, text = not event.style, sys.intern(border.text(event.value))
        if self._awaits_key():
            if plain and text == "<<":
                raise self._error("Merge keys (`<<`) are not read; write the keys out.", line)
            self._key(text, line)
            return
        value = plain_scalar(text) if plain else text
        path = self._place(value, line)
        if value is not None and spelled(value) != text:
            self.spellings[path] = text
        self._remember(event.anchor, value, 1)

    def _open(self, container: Json, anchor: str | None, line: int) -> None:
        if self._awaits_key():
            raise self._error("A key must be text, not a list or mapping; quote it.", line)
        if len(self.stack) >= MAX_DEPTH:
            raise self._error(f"This is nested more than {MAX_DEPTH} levels deep; flatten it.", line)
        started = self.nodes
        path = self._place(container, line)
        self.stack.append(_Open(container, path, anchor, started))

    def _close(self) -> None:
        closed = self.stack.pop()
        self._remember(closed.anchor, closed.container, self.nodes - closed.started)

    def _alias(self, anchor: str, line: int) -> None:
        if self._awaits_key():
            raise self._error(f"The alias `*{anchor}` cannot be a key; write the key out.", line)
        if anchor not in self.anchors:
            raise self._error(f"The alias `*{anchor}` has no finished anchor before it; write the value out.", line)
        value, size = self.anchors[anchor]
        self.nodes += size - 1
        self._place(value, line)

    def _remember(self, anchor: str | None, value: Json, size: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = (value, size)

    def _awaits_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].container, dict) and self.stack[-1].key is None

    def _key(self, key: str, line: int) -> None:
        top = self.stack[-1]
        if key in top.container:
            first = self.lines[(*top.path, key)]
            raise self._error(f"The key `{key}` is already there on line {first}; remove one of them.", line)
        top.key = key
        self.lines[(*top.path, key)] = line

    def _place(self, value: Json, line: int) -> KeyPath:
        """Put a value where the document has got to, and say where that is."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._error(f"The file holds more than {MAX_NODES:,} values; split it or drop its aliases.", line)
        if not self.stack:
            self.data = value
            self.lines[()] = line
            return ()
        top = self.stack[-1]
        if isinstance(top.container, dict):
            assert top.key is not None
            path: KeyPath = (*top.path, top.key)
            top.container[top.key] = value
            top.key = None
            return path
        path = (*top.path, len(top.container))
        top.container.append(value)
        self.lines[path] = line
        return path

    def _refuse_tag(self, tag: str | None, line: int) -> None:
        if tag is not None:
            raise self._error(f"The tag `{tag}` is not allowed in content; write the plain value.", line)

    def _error(self, message: str, line: int) -> ContentError:
        return ContentError(message, at=Location(self.path, line))


def _syntax_error(error: yaml.YAMLError, text: str, path: Path) -> ContentError:
    parts = [part for part in _parts(error) if part]
    problem = ", ".join(parts) or "it cannot be parsed"
    return ContentError(f"This is not valid YAML: {problem}; correct it.", at=Location(path, _line(error, text)))


def _parts(error: yaml.YAMLError) -> Iterator[str | None]:
    if isinstance(error, yaml.MarkedYAMLError):
        yield error.context
        yield error.problem
    elif isinstance(error, yaml.reader.ReaderError):
        yield error.reason


def _line(error: yaml.YAMLError, text: str) -> int:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return min(int(error.problem_mark.line) + 1, max(1, len(text.splitlines())))
    if isinstance(error, yaml.reader.ReaderError):
        return text.encode(errors="surrogatepass")[: error.position].count(b"\n") + 1
    return 1
