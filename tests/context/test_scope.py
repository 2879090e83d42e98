from datetime import UTC, datetime

import pytest

from warroom.context.cast import MISSING
from warroom.context.scope import ItemScope, Scope
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Label
from warroom.model.json import Json

NOW = datetime(2026, 8, 22, 14, 3, tzinfo=UTC)
INCIDENT = Incident(
    id=IncidentId("7"),
    name="LSASS dump",
    occurred=NOW,
    created=NOW,
    modified=NOW,
    labels=tuple(
        Label(type=kind, value=value)
        for kind, value in (("Email/from", "ann@example.org"), ("Tag", "a"), ("Tag", "b"), ("Header.X", "dotted"))
    ),
    custom_fields={"endpointname": "WIN-7", "name": "shadowed"},
)
SCOPE = Scope(
    context={"File": {"Name": "a.exe"}, "inputs": "shadowed", "alert": "shadowed"},
    inputs={"Endpoint": "WIN-7", "Hashes": ["m1", "s1"]},
    incident=INCIDENT.as_xsoar(),
    lists={"Allowed": "10.0.0.1,10.0.0.2"},
    extra={
        "currentPlaybookID": "42",
        "modules": {
            "twin": {"brand": "VisionOneResponse", "state": "active"},
            "old": {"brand": "X", "state": "disabled"},
        },
    },
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("File.Name", "a.exe"),
        (" File.Name ", "a.exe"),
        ("inputs.Endpoint", "WIN-7"),
        ("inputs.Hashes[1]", "s1"),
        ("inputs", {"Endpoint": "WIN-7", "Hashes": ["m1", "s1"]}),
        ("lists.Allowed", "10.0.0.1,10.0.0.2"),
        ("currentPlaybookID", "42"),
        ("incident.id", "7"),
        ("incident.name", "LSASS dump"),
        ("incident.endpointname", "WIN-7"),
        ("incident.CustomFields.endpointname", "WIN-7"),
        ("alert.endpointname", "WIN-7"),
        ("incident.labels.Email/from", "ann@example.org"),
        ("incident.labels.Tag", ["a", "b"]),
        ("incident.labels.Tag[1]", "b"),
        ("incident.labels.Header.X", "dotted"),
        ("incident.labels.type", None),
        ("modules(val.brand == 'VisionOneResponse' && val.state == 'active').name", "twin"),
        (".=val.inputs.Endpoint", "WIN-7"),
        (".=val.incident.endpointname", "WIN-7"),
        ("Nothing", None),
    ],
)
def test_what_a_path_sees(path: str, value: Json) -> None:
    assert SCOPE.get(path) == value


def test_labels_as_a_whole_are_the_list_that_xsoar_has() -> None:
    assert SCOPE.get("incident.labels")[0] == {"type": "Email/from", "value": "ann@example.org"}


def test_labels_may_come_as_an_object() -> None:
    scope = Scope(context={}, incident={"labels": {"Tag": "a"}})
    assert scope.get("incident.labels.Tag") == "a"


def test_an_incident_without_labels_has_none() -> None:
    assert Scope(context={}, incident={}).find("incident.labels.Tag") is MISSING


def test_without_an_incident_the_root_is_an_ordinary_key() -> None:
    scope = Scope(context={"incident": {"name": "raw"}, "inputs": 1, "lists": 2, "alert": {"id": "WB-1"}})
    assert [scope.get(path) for path in ("incident.name", "inputs", "lists", "alert.id")] == ["raw", 1, 2, "WB-1"]


def test_inside_a_filter_paths_from_the_root_lead_into_the_item() -> None:
    item = ItemScope(SCOPE, "File", {"Name": "b.txt", "Tags": ["x"]})
    assert item.find("File.Name") == "b.txt"
    assert item.find("File") == {"Name": "b.txt", "Tags": ["x"]}
    assert item.find("File.Tags[0]") == "x"
    assert item.find("File(val.Name).Name") == "b.txt"
    assert item.find("inputs.Endpoint") == "WIN-7"
    assert item.find("Files") is MISSING
