"""How alerts become incidents: types, fields, classifiers, mappers and layouts as their files say them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warroom.content.value import Value
from warroom.model.errors import Location
from warroom.model.json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentType:
    id: str
    name: str
    playbook: str = ""
    autorun: bool = False
    layout: str = ""
    pack: str = ""
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentField:
    id: str
    name: str
    cli_name: str
    type: str = "shortText"
    options: tuple[str, ...] = ()  # the values of a choice field; empty for other fields
    sla: int = 0  # of a timer, in minutes; 0 is none
    pack: str = ""
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """Which type an alert gets: `transformer` on the raw record, looked up in `types`, else the default."""

    id: str
    name: str
    transformer: Value | None
    types: Mapping[str, str] = field(default_factory=dict)
    default_type: str = ""
    pack: str = ""
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """The mapping for one incident type; keys are display names or cliNames of fields, or the other system's names."""

    values: Mapping[str, Value] = field(default_factory=dict)
    labels: bool = True  # what is not mapped becomes labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapper:
    """A mapper; `all_types` applies first, then the type's own. An outgoing one names fields of the other system."""

    id: str
    name: str
    all_types: FieldMap = field(default_factory=FieldMap)
    by_type: Mapping[str, FieldMap] = field(default_factory=dict)
    pack: str = ""
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    id: str
    name: str
    definition: JsonObject = field(default_factory=dict)
    pack: str = ""
    at: Location | None = None
