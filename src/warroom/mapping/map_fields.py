"""Applies a mapper to the record that a product sent: system fields, custom fields, labels."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from warroom.content.incident_type import FieldMap, IncidentField, Mapper
from warroom.content.value import Complex, Simple, Value
from warroom.context.cast import boolean, items, number, written
from warroom.context.moment import moment
from warroom.context.scope import Scope
from warroom.context.scripted import Scripts, for_each
from warroom.context.value import resolve
from warroom.model.errors import WarroomError
from warroom.model.incident import Label
from warroom.model.json import Json, JsonObject

SYSTEM_FIELDS: Mapping[str, str] = {
    name.lower(): name
    for name in (
        "name",
        "type",
        "severity",
        "occurred",
        "details",
        "owner",
        "closeReason",
        "closeNotes",
        "dbotMirrorId",
        "dbotMirrorInstance",
        "dbotMirrorDirection",
        "dbotMirrorTags",
    )
}

# Any transformer can fail on hostile data, and one bad record must not stop a fetch.
LONGEST_NAME = 600  # characters of an incident's name
UNREADABLE = (WarroomError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError)

FindField = Callable[[str], IncidentField | None]

_CASTS: Mapping[str, Callable[[Json], Json]] = {
    "number": number,
    "boolean": boolean,
    "date": lambda value: moment(value).isoformat(),
    "multiSelect": items,
}
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]")
_ROOT = re.compile(r"[^.\[(=]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedFields:
    """System fields by XSOAR's names, custom fields by cliName; `notes` say what could not be mapped, and why."""

    system: Mapping[str, Json] = field(default_factory=dict)
    custom: Mapping[str, Json] = field(default_factory=dict)
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Why a field got no value."""

    reason: str


def map_fields(
    mapper: Mapper | None,
    type_name: str,
    record: JsonObject,
    find_field: FindField,
    scripts: Scripts | None = None,
) -> MappedFields:
    """Map a record; the section for all types applies first, the type's own overrides it.

    Raises ScriptNeededError, and nothing else.
    """
    own = mapper.by_type.get(type_name) if mapper else None
    sections = [section for section in (mapper.all_types if mapper else None, own) if section]
    system: dict[str, Json] = {}
    custom: dict[str, Json] = {}
    notes: list[str] = []
    for name, found in resolved(_merged(sections), Scope(context=record, scripts=scripts)).items():
        try:
            if isinstance(found, Unmapped):
                notes.append(f"The field `{name}` was not mapped: {found.reason}")
            elif found is not None:
                _place(name, found, find_field, system, custom)
        except UNREADABLE as error:
            notes.append(f"The field `{name}` was not mapped: {error}")
    wants_labels = sections[-1].labels if sections else True
    labels = tuple(_labels(record, sections)) if wants_labels else ()
    return MappedFields(system=system, custom=custom, labels=labels, notes=tuple(notes))


def resolved(values: Mapping[str, Value], scope: Scope) -> dict[str, Json | Unmapped]:
    """Resolve each value; the scripts that they need are named at once."""

    def one(value: Value) -> Json | Unmapped:
        try:
            return resolve(value, scope, is_context=True)
        except UNREADABLE as error:
            return Unmapped(str(error))

    return dict(zip(values, for_each(values.values(), one), strict=True))


@lru_cache(maxsize=4096)
def cli_name(name: str) -> str:
    """The cliName that XSOAR derives from a display name; for fields that no installed pack declares.

    >>> cli_name("MITRE Technique ID")
    'mitretechniqueid'
    """
    return _NOT_IN_NAMES.sub("", name.lower())


def _merged(sections: Iterable[FieldMap]) -> dict[str, Value]:
    return {name: value for section in sections for name, value in section.values.items()}


def _place(name: str, found: Json, find_field: FindField, system: dict[str, Json], custom: dict[str, Json]) -> None:
    declared = find_field(name)
    key = declared.cli_name if declared else cli_name(name)
    if key.lower() in SYSTEM_FIELDS:
        system[SYSTEM_FIELDS[key.lower()]] = found
        return
    cast = _CASTS.get(declared.type) if declared else None
    custom[key] = cast(found) if cast else found


def _labels(record: JsonObject, sections: Iterable[FieldMap]) -> Iterator[Label]:
    """What no mapping reads, by its top-level key."""
    read = {root_of(value) for section in sections for value in section.values.values()}
    for key, value in record.items():
        if key not in read and value is not None:
            yield Label(type=key, value=written(value))


def root_of(value: Value) -> str:
    """The top-level key that a value is read from; nothing when it is from none."""
    match value:
        case Complex(root=path) | Simple(value=str() as path):
            return _first_key(path)
        case _:
            return ""


@lru_cache(maxsize=4096)
def _first_key(path: str) -> str:
    found = _ROOT.match(path.strip().removeprefix("${"))
    return found[0].rstrip("}") if found else ""
