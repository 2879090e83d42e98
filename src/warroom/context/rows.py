"""Reads what is known of the language, row by row: `known/*.yaml`, which tests execute and the reference prints."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from warroom.content.source import Node
from warroom.content.yaml_source import read_yaml
from warroom.context.cast import MISSING
from warroom.context.merge import merge
from warroom.context.operators import compare
from warroom.context.path import find
from warroom.context.semantics import Semantics
from warroom.context.transformers import transform
from warroom.model.json import Json, JsonObject

FOLDER = Path(__file__).parent / "known"
SOURCES = {"D": "documented", "I": "inferred", "G": "guessed"}
CONTEXT = "Context"  # in the file of paths: what they are read in
FIXED = frozenset({"source", "date"})


@dataclass(frozen=True, slots=True)
class Family:
    """A file of rows: the columns that it may have, the column of the result, and what runs a row."""

    name: str
    given: tuple[str, ...]
    result: str
    run: Callable[[str, JsonObject], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What something is given, and what comes of it: a value, MISSING, or an error with these words."""

    family: Family
    subject: str
    given: JsonObject
    expected: Json = MISSING
    error: str = ""
    source: str
    date: str
    place: str

    def run(self) -> Json:
        """Return what comes of it here; raises InvalidInputError where it is refused."""
        return self.family.run(self.subject, self.given)


def _semantics(given: Mapping[str, Json]) -> Semantics:
    return Semantics(**(given.get("semantics") or {}))


def _compare(subject: str, given: JsonObject) -> Json:
    return compare(
        subject,
        given.get("left", MISSING),
        given.get("right"),
        ignore_case=bool(given.get("ignore_case")),
        semantics=_semantics(given),
    )


def _transform(subject: str, given: JsonObject) -> Json:
    return transform(subject, given.get("value", MISSING), given.get("args") or {}, semantics=_semantics(given))


def _find(_: str, given: JsonObject) -> Json:
    return find(given[CONTEXT], given["path"], _semantics(given))


def _merge(_: str, given: JsonObject) -> Json:
    return merge(given["context"], given["outputs"], _semantics(given))


FAMILIES = (
    Family("operators", ("left", "right", "ignore_case", "semantics"), "holds", _compare),
    Family("transformers", ("value", "args", "semantics"), "result", _transform),
    Family("paths", ("path", "semantics"), "value", _find),
    Family("merging", ("context", "outputs", "semantics"), "result", _merge),
)


def rows_of(family: Family, folder: Path = FOLDER) -> list[Row]:
    """Return a family's rows in the order of its file; raises ContentError for a row that cannot be read."""
    file = folder / f"{family.name}.yaml"
    root = read_yaml(file.read_text(encoding="utf-8"), file).root()
    shared = {CONTEXT: root.get(CONTEXT).data} if family.name == "paths" else {}
    return [
        row for subject, group in root.table() if subject != CONTEXT for row in _rows(family, subject, group, shared)
    ]


def _rows(family: Family, subject: str, group: Node, shared: JsonObject) -> Iterator[Row]:
    for node in group.entries():
        written = node.object() or {}
        known = {*family.given, family.result, "error", *FIXED}
        if unknown := written.keys() - known:
            raise node.error(f"A row of {family.name} has no column {min(unknown)}; it takes {sorted(known)}.")
        if written.get("source") not in SOURCES or not written.get("date"):
            raise node.error("A row says its `source` (D, I or G) and the `date` on which that was said; add them.")
        yield Row(
            family=family,
            subject=subject,
            given={**shared, **{key: written[key] for key in family.given if key in written}},
            expected=written.get(family.result, MISSING),
            error=str(written.get("error") or ""),
            source=written["source"],
            date=str(written["date"]),
            place=str(node.at.line),
        )
