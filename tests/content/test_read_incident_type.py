import json
from pathlib import Path

import pytest

from warroom.content.incident_type import FieldMap
from warroom.content.json_source import read_json
from warroom.content.read_incident_type import (
    read_classifier,
    read_incident_field,
    read_incident_type,
    read_layout,
    read_mapper,
)
from warroom.content.source import Source
from warroom.content.value import Complex, Simple
from warroom.model.errors import ContentError


def source(data: object) -> Source:
    return read_json(json.dumps(data, indent=1), Path("x.json"))


def test_an_incident_type() -> None:
    read = read_incident_type(source({"id": "A", "name": "A", "playbookId": "P", "autorun": True, "layout": "L"}))
    assert (read.id, read.name, read.playbook, read.autorun, read.layout) == ("A", "A", "P", True, "L")


def test_an_incident_field() -> None:
    read = read_incident_field(source({"id": "incident_x", "name": "X", "cliName": "x", "type": "date"}))
    assert (read.id, read.name, read.cli_name, read.type) == ("incident_x", "X", "x", "date")


def test_an_incident_field_needs_a_cli_name() -> None:
    with pytest.raises(ContentError, match="An incident field needs a value for `cliName`"):
        read_incident_field(source({"id": "incident_x", "name": "X"}))


def test_a_classifier() -> None:
    read = read_classifier(
        source(
            {
                "id": "C",
                "name": "C",
                "defaultIncidentType": "Other",
                "keyTypeMap": {"1": "One"},
                "transformer": {"complex": {"root": "kind"}},
            }
        )
    )
    assert (read.types, read.default_type, read.transformer) == ({"1": "One"}, "Other", Complex(root="kind"))


def test_a_classifier_without_a_transformer_has_only_a_default() -> None:
    read = read_classifier(source({"id": "C", "name": "C", "keyTypeMap": None, "transformer": {}}))
    assert (read.types, read.transformer) == ({}, None)


def test_a_mapper() -> None:
    every = {"dontMapEventToLabels": True, "internalMapping": {"name": {"simple": "title"}, "details": {"simple": ""}}}
    read = read_mapper(
        source({"id": "M", "mapping": {"dbot_classification_incident_type_all": every, "A": {"internalMapping": None}}})
    )
    assert read.all_types == FieldMap(values={"name": Simple(value="title")}, labels=False)
    assert read.by_type == {"A": FieldMap(values={}, labels=True)}


def test_a_mapper_names_the_line_of_what_is_wrong() -> None:
    broken = source({"id": "M", "mapping": {"A": {"internalMapping": {"name": {"simpel": "x"}}}}})
    with pytest.raises(ContentError, match=r"x\.json:6: A value must be"):
        read_mapper(broken)


def test_a_layout_keeps_its_definition() -> None:
    read = read_layout(source({"id": "L", "name": "L", "detailsV2": {"tabs": []}}))
    assert read.definition["detailsV2"] == {"tabs": []}
