"""A pack: the shipped unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from warroom.content.incident_type import Classifier, IncidentField, IncidentType, Layout, Mapper
from warroom.content.indicator_type import IndicatorType
from warroom.content.integration import Integration, Script
from warroom.content.playbook import Playbook
from warroom.content.preprocess_rule import PreProcessRule
from warroom.model.json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNote:
    """A file of a pack that is not as it should be: why, and what its item may be called."""

    file: str  # below the pack's folder
    message: str
    line: int
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The shipped unit: everything in it, typed, by id."""

    id: str  # the folder's or zip's name
    name: str
    version: str
    path: Path
    metadata: JsonObject = field(default_factory=dict, repr=False)
    integrations: Mapping[str, Integration] = field(default_factory=dict)
    scripts: Mapping[str, Script] = field(default_factory=dict)
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)
    test_playbooks: Mapping[str, Playbook] = field(default_factory=dict)
    incident_types: Mapping[str, IncidentType] = field(default_factory=dict)
    incident_fields: Mapping[str, IncidentField] = field(default_factory=dict)
    classifiers: Mapping[str, Classifier] = field(default_factory=dict)
    mappers: Mapping[str, Mapper] = field(default_factory=dict)
    outgoing_mappers: Mapping[str, Mapper] = field(default_factory=dict)
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    preprocess_rules: Mapping[str, PreProcessRule] = field(default_factory=dict)
    indicator_types: Mapping[str, IndicatorType] = field(default_factory=dict)
    indicator_fields: Mapping[str, IncidentField] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)  # file: why it was left out
    ignored: Mapping[str, int] = field(default_factory=dict)  # folder of items that are not read: how many
    unreadable: tuple[FileNote, ...] = ()  # files that cannot be read; their items are missing
    remarks: tuple[FileNote, ...] = ()  # files that can, with a mistake
