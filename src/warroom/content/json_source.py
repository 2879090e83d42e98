"""JSON files of a pack, with lines when something is wrong. Of a repeated key the last one counts, as in XSOAR."""

import json
import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from warroom.content.source import KeyPath, Remark, Source
from warroom.content.yaml_source import read_yaml
from warroom.model.border import cleaned
from warroom.model.errors import ContentError, Location
from warroom.model.json import Json, JsonObject


def read_json(text: str, path: Path) -> Source:
    """Read one JSON document."""
    repeated: dict[str, None] = {}
    try:
        data = json.loads(text, object_pairs_hook=partial(_object, repeated), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = Location(path, error.lineno)
        raise ContentError(f"This is not valid JSON: {error.msg}; correct it.", at=place) from error
    except RecursionError as error:
        raise ContentError("This JSON is nested too deep; flatten it.", at=Location(path, 1)) from error
    except ValueError as error:
        raise ContentError(f"This is not valid JSON: {error}; correct it.", at=Location(path, 1)) from error
    lines = _Lines(text, path)
    remarks = tuple(
        Remark(f"The key `{key}` is there twice; the last one counts. Remove the other.", lines.second(key))
        for key in repeated
    )
    return Source(path=path, text=text, data=cleaned(data, text), line_of=lines.find, remarks=remarks)


def _as_yaml(text: str) -> str:
    """Blank lone surrogates, which JSON allows and YAML does not."""
    return re.sub(r"\\u[dD][89abAB][0-9a-fA-F]{2}|\\u[dD][c-fC-F][0-9a-fA-F]{2}", "??????", text)


def _object(repeated: dict[str, None], pairs: list[tuple[str, Json]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                repeated[key] = None
            seen.add(key)
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
        """Return the line of the first key that one object has twice."""
        try:
            read_yaml(_as_yaml(self.text), self.path)
        except ContentError as error:
            if f"`{key}`" in error.message and error.at:
                return error.at.line
        return 1
