"""JSON files of a pack: strict, without repeated keys, with lines when something is wrong."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from warroom.content.source import KeyPath, Source
from warroom.content.yaml_source import read_yaml
from warroom.model.border import cleaned
from warroom.model.errors import ContentError, Location
from warroom.model.json import Json, JsonObject


def read_json(text: str, path: Path) -> Source:
    """Read one JSON document."""
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = Location(path, error.lineno)
        raise ContentError(f"This is not valid JSON: {error.msg}; correct it.", at=place) from error
    except RecursionError as error:
        raise ContentError("This JSON is nested too deep; flatten it.", at=Location(path, 1)) from error
    except _RepeatedKeyError as error:
        line = _Lines(text, path).second(error.key)
        message = f"The key `{error.key}` is there twice; remove one of them."
        raise ContentError(message, at=Location(path, line)) from error
    except ValueError as error:
        raise ContentError(f"This is not valid JSON: {error}; correct it.", at=Location(path, 1)) from error
    return Source(path=path, text=text, data=cleaned(data, text), line_of=_Lines(text, path).find)


class _RepeatedKeyError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _as_yaml(text: str) -> str:
    """Blank the one thing that JSON has and YAML has not: halves of characters beyond 16 bits."""
    return re.sub(r"\\u[dD][89abAB][0-9a-fA-F]{2}|\\u[dD][c-fC-F][0-9a-fA-F]{2}", "??????", text)


def _unique(pairs: list[tuple[str, Json]]) -> JsonObject:
    found: JsonObject = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKeyError(key)
        found[key] = value
    return found


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not a JSON number")


@dataclass(slots=True)
class _Lines:
    """Finds lines by reading the text once more as YAML, which contains JSON; only errors pay for it."""

    text: str
    path: Path
    parsed: Source | None = field(default=None)

    def find(self, path: KeyPath) -> int:
        if not path:
            return 1
        if self.parsed is None:
            try:
                self.parsed = read_yaml(_as_yaml(self.text), self.path)
            except ContentError:
                return 1
        return self.parsed.line_of(path)

    def second(self, key: str) -> int:
        """The line where a key comes for the second time in one object."""
        try:
            read_yaml(_as_yaml(self.text), self.path)
        except ContentError as error:
            if f"`{key}`" in error.message and error.at:
                return error.at.line
        return 1
