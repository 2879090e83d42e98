"""Merges the other system's record into a mirrored incident: of two changes to a field, the one made here stays."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from warroom.context.cast import written
from warroom.mapping.map_fields import LONGEST_NAME, UNREADABLE, MappedFields
from warroom.mapping.severity import read_severity
from warroom.model.incident import Incident
from warroom.model.json import Json

DIGEST_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The state of the fields: those that also go out, those that were changed here since, and what came last."""

    synced: frozenset[str] = frozenset()  # in lower case, as `Outgoing.sources` has them
    dirty: frozenset[str] = frozenset()
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """The incident afterwards, and the new values by field.

    `agreed` are dirty fields that are the same on both sides by now; with `seen` the next time is compared.
    """

    incident: Incident
    changed: Mapping[str, Json] = field(default_factory=dict)
    agreed: frozenset[str] = frozenset()
    seen: Mapping[str, str] = field(default_factory=dict)


def take_in(incident: Incident, mapped: MappedFields, shared: Shared) -> TakenIn:
    """Merge mapped fields into an incident.

    A field that goes out too is set to what the other side has. One that only comes in is set when the other side has
    changed it: a new note there must not undo an analyst's change of the severity.
    """
    system: dict[str, Any] = {}
    custom: dict[str, Json] = {}
    seen = dict(shared.seen)
    agreed: set[str] = set()
    for name, value in readable(mapped).items():
        key, now = name.lower(), digest(value)
        is_new = key in shared.synced or shared.seen.get(name) != now
        if key not in shared.synced:
            seen[name] = now
        if same := _current(incident, name) == value:
            agreed.add(key)
        if same or not is_new or key in shared.dirty:
            continue
        (system if name in SYSTEM else custom)[name] = value
    after = replace(incident, **system, custom_fields={**incident.custom_fields, **custom})
    return TakenIn(incident=after, changed={**system, **custom}, agreed=frozenset(agreed & shared.dirty), seen=seen)


def seen_in(mapped: MappedFields, synced: frozenset[str]) -> dict[str, str]:
    """Return the values that a fetched record had, to compare the first mirroring with."""
    return {name: digest(value) for name, value in readable(mapped).items() if name.lower() not in synced}


def readable(mapped: MappedFields) -> dict[str, Json]:
    """The fields that mirroring may set, as an incident keeps them, without those that are empty."""
    system = {name: _read(name, mapped.system[name]) for name in SYSTEM if name in mapped.system}
    return {name: value for name, value in {**system, **mapped.custom}.items() if value is not None and value != ""}


def _read(name: str, value: Json) -> Json:
    try:
        return SYSTEM[name](value)
    except UNREADABLE:
        return None


def digest(value: Json) -> str:
    """Return a short digest of a value."""
    text = json.dumps(value, sort_keys=True, default=str)
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGEST_CHARACTERS]


def _short(value: Json) -> str:
    return written(value)[:LONGEST_NAME]


# Type, times and what ties an incident to its source are not changed by mirroring.
SYSTEM: Mapping[str, Callable[[Json], Json]] = {
    "name": _short,
    "severity": read_severity,
    "details": written,
    "owner": written,
}


def _current(incident: Incident, name: str) -> Json:
    return getattr(incident, name) if name in SYSTEM else incident.custom_fields.get(name)
