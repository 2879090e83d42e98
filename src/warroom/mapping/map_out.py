"""Applies an outgoing mapper to an incident: its fields as the other system names them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from warroom.content.incident_type import Mapper
from warroom.context.scope import Scope
from warroom.context.scripted import Scripts
from warroom.mapping.map_fields import Unmapped, resolved, root_of
from warroom.model.incident import Incident
from warroom.model.json import Json

EMPTY: tuple[Json, ...] = (None, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Values by the other system's names; `sources` says which incident field, in lower case, each is made of."""

    values: Mapping[str, Json] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def delta(self, before: Mapping[str, Json]) -> dict[str, Json]:
        """What differs from what both sides had before; a field that was emptied becomes empty text."""
        names = dict.fromkeys((*self.values, *before))
        now = {name: self.values.get(name, "") for name in names}
        return {name: value for name, value in now.items() if not _same(value, before.get(name))}

    def made_of(self, names: Iterable[str]) -> frozenset[str]:
        """The incident fields that these fields of the other system are made of."""
        return frozenset(self.sources[name] for name in names if name in self.sources)


def map_out(mapper: Mapper | None, incident: Incident, scripts: Scripts | None = None) -> Outgoing:
    """Map an incident; the section for all types applies first, the type's own overrides it.

    Raises ScriptNeededError, and nothing else.
    """
    own = mapper.by_type.get(incident.type) if mapper else None
    sections = [section for section in (mapper.all_types if mapper else None, own) if section]
    scope = Scope(context={**incident.as_xsoar(), **incident.custom_fields}, scripts=scripts)
    wanted = {name: value for section in sections for name, value in section.values.items()}
    values: dict[str, Json] = {}
    notes: list[str] = []
    for name, found in resolved(wanted, scope).items():
        if isinstance(found, Unmapped):
            notes.append(f"The field `{name}` was not mapped: {found.reason}")
        elif found not in EMPTY:
            values[name] = found
    sources = {name: root_of(value).lower() for name, value in wanted.items()}
    return Outgoing(values=values, sources=sources, notes=tuple(notes))


def _same(now: Json, before: Json) -> bool:
    return now == before or (now in EMPTY and before in EMPTY)
