"""Groups the incidents of a storm by the fields that they have in common."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from warroom.context.cast import items, written
from warroom.mapping.map_fields import UNREADABLE
from warroom.model.incident import Incident
from warroom.model.json import Json

KEY_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class StormRule:
    """Incidents of one instance belong together when all of `same` are equal and one of `shared` has a value in common.

    Fields by XSOAR's system names or cliNames; within so many minutes of the first incident; 0: nothing is grouped.
    """

    minutes: float = 0
    same: tuple[str, ...] = ("type", "visiononemodel")
    shared: tuple[str, ...] = ("visiononeendpointguids", "visiononeaccounts")

    @property
    def said(self) -> str:
        """Say what incidents that belong together have in common.

        >>> StormRule(same=("type",), shared=("hosts", "users")).said
        'the same type, and a value in common of hosts or users'
        """
        parts = (["the same " + " and ".join(self.same)] if self.same else []) + [
            "a value in common of " + " or ".join(self.shared)
        ]
        return ", and ".join(parts)


OFF = StormRule()


def storm_keys(incident: Incident, rule: StormRule) -> tuple[str, ...]:
    """A key for each value that others can have in common with it; none where a field of `same` is empty."""
    same = [_texts(incident, name) for name in rule.same]
    if not all(same):
        return ()
    found = dict.fromkeys((name, value.casefold()) for name in rule.shared for value in _texts(incident, name))
    return tuple(_key([incident.source_id, same, *pair]) for pair in found)


def _texts(incident: Incident, name: str) -> list[str]:
    return sorted(_read(incident.custom_fields.get(name, incident.as_xsoar().get(name))))


def _read(value: Json) -> Iterator[str]:
    try:
        yield from (text for item in items(value) if (text := written(item).strip()))
    except UNREADABLE:
        return


def _key(parts: Json) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()[:KEY_LENGTH]
