import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import Classifier, FieldMap, IncidentField, IncidentType, Mapper
from warroom.content.integration import Code, Integration
from warroom.content.pack import Pack
from warroom.content.value import Complex, Simple, TransformerCall, Value
from warroom.mapping.incident_from import MappedIncident, Source, incident_from
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Incident, Label, Mirror, Severity, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject

NOW = datetime(2031, 2, 3, 5, 0, tzinfo=UTC)
ALERT = {
    "id": "WB-1",
    "model": "Dump of LSASS",
    "severity": "critical",
    "alertProvider": "SAE",
    "createdDateTime": "2031-02-03T04:05:06Z",
    "impactScope": {"desktopCount": 2, "entities": [{"entityValue": {"name": "win-7"}}]},
}
FETCHED: JsonObject = {
    "name": "raw name",
    "occurred": "2031-02-03T04:05:06Z",
    "severity": 3,
    "details": "from the integration",
    "rawJSON": json.dumps(ALERT),
    "dbotMirrorId": "WB-1",
    "dbotMirrorDirection": "In",
    "labels": [{"type": "Brand", "value": "Vision One"}],
    "CustomFields": {"given": 1},
}
VALUES: dict[str, Value] = {
    "name": Simple(value="model"),
    "severity": Simple(value="severity"),
    "Host Count": Simple(value="impactScope.desktopCount"),
    "Hostnames": Complex(
        root="impactScope.entities",
        accessor="entityValue.name",
        transformers=(TransformerCall(operator="uniq"),),
    ),
}
PACK = Pack(
    id="P",
    name="P",
    version="1.0.0",
    path=Path("P"),
    integrations={
        "V1": Integration(id="V1", name="V1", code=Code(text="", sha256=""), classifier="C", mapper_in="M"),
    },
    incident_types={"Workbench": IncidentType(id="Workbench", name="Workbench", playbook="Collect", autorun=True)},
    incident_fields={
        "incident_hostcount": IncidentField(
            id="incident_hostcount", name="Host Count", cli_name="hostcount", type="number"
        )
    },
    classifiers={
        "C": Classifier(id="C", name="C", transformer=Simple(value="alertProvider"), types={"SAE": "Workbench"}),
        "Always": Classifier(id="Always", name="Always", transformer=None, default_type="From classifier"),
        "Broken": Classifier(
            id="Broken",
            name="Broken",
            transformer=Complex(root="alertProvider", transformers=(TransformerCall(operator="noSuchThing"),)),
            default_type="Workbench",
        ),
    },
    mappers={"M": Mapper(id="M", name="M", all_types=FieldMap(values=VALUES, labels=False))},
)
CATALOGUE = Catalogue([PACK])
INSTANCE = IntegrationInstance(id=InstanceId("i1"), name="V1 main", integration="V1")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
records = st.fixed_dictionaries({}, optional=dict.fromkeys(ALERT, json_values)) | json_values
fetched_values = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FETCHED, json_values),
        "type": json_values,
        "owner": json_values,
        "rawJSON": records.map(json.dumps) | json_values,
        "labels": st.lists(st.dictionaries(st.sampled_from(["type", "value"]), json_values) | json_values)
        | json_values,
    },
)


def made(fetched: Json, instance: IntegrationInstance = INSTANCE, catalogue: Catalogue = CATALOGUE) -> MappedIncident:
    source = Source(instance=instance, catalogue=catalogue)
    return incident_from(fetched, incident_id=IncidentId("17"), now=NOW, source=source)


def test_a_good_alert_becomes_a_full_incident_without_notes() -> None:
    assert made(FETCHED) == MappedIncident(
        incident=Incident(
            id=IncidentId("17"),
            name="Dump of LSASS",
            type="Workbench",
            severity=Severity.CRITICAL,
            status=Status.PENDING,
            occurred=datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC),
            created=NOW,
            modified=NOW,
            details="from the integration",
            raw_json=FETCHED["rawJSON"],
            labels=(Label(type="Brand", value="Vision One"),),
            custom_fields={"given": 1, "hostcount": 2, "hostnames": "win-7"},
            playbook="Collect",
            source_brand="V1",
            source_instance="V1 main",
            source_id="i1",
            mirror=Mirror(instance="V1 main", id="WB-1", direction="In"),
        ),
        fetched=FETCHED,
    )


@pytest.mark.parametrize(
    ("said", "classifier", "set_type", "expected"),
    [
        ("Said", "C", "Set", "Said"),
        ("", "C", "Set", "Workbench"),
        ("", "Always", "Set", "From classifier"),
        ("", "", "Set", "Set"),
        ("", "", "", "Workbench"),  # the integration's default classifier
        ("", "Gone", "Set", "Set"),
        (7, "", "Set", "Set"),
    ],
)
def test_the_type_is_what_was_said_then_classified_then_set(
    said: Json, classifier: str, set_type: str, expected: str
) -> None:
    instance = replace(INSTANCE, classifier=classifier, incident_type=set_type)
    assert made({**FETCHED, "type": said}, instance).incident.type == expected


def test_without_any_word_on_it_an_incident_is_unclassified() -> None:
    found = made({**FETCHED, "rawJSON": '{"id": "WB-1"}'})
    assert (found.incident.type, found.incident.playbook, found.notes) == ("Unclassified", "", ())


def test_a_type_may_be_mapped_when_nothing_else_says_it() -> None:
    mapper = Mapper(id="M", name="M", all_types=FieldMap(values={"type": Simple(value="kind")}, labels=False))
    catalogue = Catalogue([replace(PACK, mappers={"M": mapper})])
    found = made({**FETCHED, "rawJSON": '{"kind": "Workbench"}'}, catalogue=catalogue)
    assert (found.incident.type, found.incident.playbook) == ("Workbench", "Collect")


def test_a_broken_classifier_leaves_its_default_and_a_note() -> None:
    found = made(FETCHED, replace(INSTANCE, classifier="Broken"))
    assert found.incident.type == "Workbench"
    assert found.notes[0].startswith("The classifier `Broken` failed: ")


def test_what_is_not_installed_becomes_notes() -> None:
    found = made({**FETCHED, "type": "Odd"}, replace(INSTANCE, mapper="Gone"))
    assert found.notes == (
        "The mapper `Gone` is not installed; no fields were mapped.",
        "The incident type `Odd` is not installed; it was kept as a name only.",
    )
    assert found.incident.name == "raw name"
    assert found.incident.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("sent", "shown"), [("\\ud800", "\ufffd"), ("\\u0000", "\ufffd"), ("\\ud83d\\ude00", "\U0001f600")]
)
def test_a_text_that_could_not_be_shown_is_mended_when_it_enters(sent: str, shown: str) -> None:
    raw = json.dumps({**ALERT, "model": "WORD", "note": "WORD"}).replace("WORD", f"Dump {sent}")
    for document in (raw, f"\ufeff{raw}"):
        found = made({**FETCHED, "rawJSON": document})
        assert (found.incident.name, found.notes) == (f"Dump {shown}", ())


def test_a_broken_raw_json_is_kept_as_it_is() -> None:
    found = made({**FETCHED, "rawJSON": "{broken"})
    assert (found.incident.raw_json, found.incident.name) == ("{broken", "raw name")
    assert "The rawJSON cannot be read" in found.notes[0]


@pytest.mark.parametrize("raw", ["[1]", '"text"', "null"])
def test_a_raw_json_that_is_no_object_is_a_note(raw: str) -> None:
    found = made({**FETCHED, "rawJSON": raw})
    assert found.incident.raw_json == raw
    assert found.notes[0].startswith("The rawJSON is not an object but ")


def test_a_raw_json_that_is_an_object_already_is_used() -> None:
    found = made({**FETCHED, "rawJSON": ALERT})
    assert json.loads(found.incident.raw_json) == ALERT
    assert found.incident.name == "Dump of LSASS"


def test_without_a_raw_json_the_incident_itself_is_mapped() -> None:
    found = made({**ALERT, "dbotMirrorId": "WB-1", "name": "given"})
    assert json.loads(found.incident.raw_json)["model"] == "Dump of LSASS"
    assert found.incident.name == "Dump of LSASS"
    assert "There is no rawJSON" in found.notes[0]


def test_a_missing_name_is_made_up() -> None:
    fetched = {**FETCHED, "name": "", "rawJSON": "{}"}
    assert made(fetched).incident.name == "V1 main WB-1"
    assert made({"rawJSON": "{}"}).incident.name == "Unnamed incident from V1 main"
    assert "without a name" in made(fetched).notes[0]


def test_an_unknown_severity_leaves_the_next_best_word() -> None:
    raw = json.dumps({**ALERT, "severity": "urgent"})
    found = made({**FETCHED, "rawJSON": raw})
    assert found.incident.severity is Severity.HIGH
    assert made({"rawJSON": raw}).incident.severity is Severity.UNKNOWN
    assert found.notes == ("The severity `urgent` is not one that we know.",)


@pytest.mark.parametrize("when", ["yesterday-ish", {"a": 1}, "0001-01-01T00:00:00+14:00", 1e300])
def test_a_time_that_cannot_be_read_is_the_time_of_the_fetch(when: Json) -> None:
    found = made({**FETCHED, "occurred": when})
    assert found.incident.occurred == NOW
    assert "cannot be read" in found.notes[0]


def test_times_are_kept_in_utc() -> None:
    occurred = made({**FETCHED, "occurred": "2031-02-03T06:05:06+02:00"}).incident.occurred
    assert occurred.isoformat() == "2031-02-03T04:05:06+00:00"


def test_labels_without_a_type_are_left_out_with_a_note() -> None:
    found = made({**FETCHED, "labels": [{"type": "a", "value": 1}, {"value": 2}, "x"]})
    assert found.incident.labels == (Label(type="a", value="1"),)
    assert len(found.notes) == 2
    assert made({**FETCHED, "labels": "x"}).notes == ("The labels are not a list but `x`.",)


def test_an_id_that_only_the_mapper_knows_counts_too() -> None:
    values = {"dbotMirrorId": Simple(value="id")}
    mapper = Mapper(id="M", name="M", all_types=FieldMap(values=values, labels=False))
    catalogue = Catalogue([replace(PACK, mappers={"M": mapper})])
    fetched = {key: value for key, value in FETCHED.items() if key != "dbotMirrorId"}
    assert made(fetched, catalogue=catalogue).incident.mirror == Mirror(instance="V1 main", id="WB-1", direction="In")
    assert made(fetched).incident.mirror is None


def test_an_unknown_integration_does_no_harm() -> None:
    assert made(FETCHED, catalogue=Catalogue([])).incident.name == "raw name"


@pytest.mark.parametrize("fetched", [None, 7, "text", [], [FETCHED], {}])
def test_even_what_is_no_incident_becomes_one(fetched: Json) -> None:
    found = made(fetched)
    assert found.incident.name
    assert found.notes


def test_json_that_is_nested_too_deep_does_no_harm() -> None:
    deep: Json = []
    for _ in range(5_000):
        deep = [deep]
    assert made({**FETCHED, "details": deep, "labels": deep}).incident.name == "Dump of LSASS"
    assert made({**FETCHED, "rawJSON": "[" * 200_000}).incident.name == "raw name"


@given(fetched_values | json_values)
def test_an_incident_comes_out_whatever_came_in(fetched: Json) -> None:
    incident = made(fetched).incident
    assert incident.name
    assert incident.occurred.tzinfo is not None
    assert isinstance(incident.raw_json, str)


@pytest.mark.parametrize(
    "name", ["sourceInstance", "sourceBrand", "source_instance", "source_id", "dbotMirrorInstance"]
)
def test_where_an_incident_came_from_is_no_matter_of_its_data(name: str) -> None:
    values = {name: Simple(value="elsewhere")}
    mapper = Mapper(id="M", name="M", all_types=FieldMap(values=values, labels=False))
    catalogue = Catalogue([replace(PACK, mappers={"M": mapper})])
    fetched = {**FETCHED, name: "V1 other", "rawJSON": json.dumps({**ALERT, name: "V1 other", "elsewhere": "V1 other"})}
    for found in (made(fetched).incident, made(fetched, catalogue=catalogue).incident):
        assert (found.source_brand, found.source_instance, found.source_id) == ("V1", "V1 main", "i1")
        assert found.mirror is None or found.mirror.instance == "V1 main"
