from collections.abc import Mapping

import pytest

from warroom.content.incident_type import FieldMap, IncidentField, Mapper
from warroom.content.value import Complex, Simple, TransformerCall, Value
from warroom.context.scripted import Failed, ScriptNeededError, Scripts
from warroom.mapping.map_fields import MappedFields, map_fields
from warroom.model.incident import Label
from warroom.model.json import Json, JsonObject

FIELDS = {
    name: IncidentField(id=f"incident_{cli}", name=name, cli_name=cli, type=kind)
    for name, cli, kind in (
        ("Host Count", "hostcount", "number"),
        ("Is VIP", "isvip", "boolean"),
        ("First Seen", "firstseen", "date"),
        ("Techniques", "techniques", "multiSelect"),
        ("Odd Name", "visiononeoddity", "shortText"),
    )
}


def path(text: str) -> Simple:
    return Simple(value=text)


def mapped(record: JsonObject, values: Mapping[str, Value], **own: Value) -> MappedFields:
    mapper = Mapper(
        id="M",
        name="M",
        all_types=FieldMap(values=values, labels=False),
        by_type={"Own": FieldMap(values=own, labels=False)} if own else {},
    )
    return map_fields(mapper, "Own", record, FIELDS.get)


def test_simple_values_are_paths_into_the_record() -> None:
    found = mapped({"model": "Dump", "impact": {"hosts": 3}}, {"name": path("model"), "Odd Name": path("impact.hosts")})
    assert found == MappedFields(system={"name": "Dump"}, custom={"visiononeoddity": 3})


def test_system_fields_are_known_in_any_spelling() -> None:
    values = {"Name": path("a"), "Close Reason": path("a"), "dbotMirrorId": path("a"), "severity": path("a")}
    assert set(mapped({"a": "x"}, values).system) == {"name", "closeReason", "dbotMirrorId", "severity"}


def test_a_field_of_no_installed_pack_goes_by_its_cli_name() -> None:
    assert mapped({"a": "T1003"}, {"MITRE Technique ID": path("a")}).custom == {"mitretechniqueid": "T1003"}


def test_the_types_own_section_overrides_the_one_for_all() -> None:
    found = mapped({"a": "all", "b": "own"}, {"name": path("a"), "details": path("a")}, name=path("b"))
    assert found.system == {"name": "own", "details": "all"}


def test_another_types_section_is_not_used() -> None:
    mapper = Mapper(id="M", name="M", by_type={"Other": FieldMap(values={"name": path("a")})})
    assert map_fields(mapper, "Own", {"a": "x"}, FIELDS.get).system == {}


def test_what_is_missing_is_not_mapped() -> None:
    found = mapped({"a": None}, {"name": path("a"), "details": path("gone.deeper")})
    assert found == MappedFields()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("Host Count", "7", 7),
        ("Is VIP", "true", True),
        ("First Seen", "2031-02-03T04:05:06Z", "2031-02-03T04:05:06+00:00"),
        ("Techniques", "T1003", ["T1003"]),
    ],
)
def test_values_take_the_type_of_their_field(field: str, value: Json, expected: Json) -> None:
    assert mapped({"a": value}, {field: path("a")}).custom == {FIELDS[field].cli_name: expected}


def test_a_value_that_cannot_be_mapped_becomes_a_note_and_the_rest_is_mapped() -> None:
    broken = Complex(root="a", transformers=(TransformerCall(operator="noSuchThing"),))
    found = mapped({"a": "many"}, {"Host Count": path("a"), "details": broken, "name": path("a")})
    assert (found.system, found.custom) == ({"name": "many"}, {})
    assert len(found.notes) == 2
    assert found.notes[0].startswith("The field `Host Count` was not mapped: ")
    assert "noSuchThing" in found.notes[1]


def test_what_no_mapping_reads_becomes_labels() -> None:
    values: dict[str, Value] = {
        "name": path("model"),
        "details": path("${impact.hosts}"),
        "Odd Name": Complex(root="rules", accessor="name"),
        "owner": path("list[0].x"),
    }
    mapper = Mapper(id="M", name="M", all_types=FieldMap(values=values))
    record = {"model": 1, "impact": {}, "rules": [], "list": [], "score": 71, "deep": {"a": [1]}, "none": None}
    assert map_fields(mapper, "Own", record, FIELDS.get).labels == (
        Label(type="score", value="71"),
        Label(type="deep", value='{"a":[1]}'),
    )


def test_the_types_own_section_decides_about_labels() -> None:
    mapper = Mapper(id="M", name="M", all_types=FieldMap(labels=True), by_type={"Own": FieldMap(labels=False)})
    assert map_fields(mapper, "Own", {"a": 1}, FIELDS.get).labels == ()
    assert map_fields(mapper, "Other", {"a": 1}, FIELDS.get).labels == (Label(type="a", value="1"),)


def test_without_a_mapper_all_of_it_becomes_labels() -> None:
    assert map_fields(None, "Own", {"a": "x"}, FIELDS.get) == MappedFields(labels=(Label(type="a", value="x"),))


def test_the_scripts_that_fields_need_are_named_at_once_and_what_one_fails_is_its_fields_note() -> None:
    values = {name: Simple(value=f"a=val.{name}()") for name in ("name", "details")}
    mapper = Mapper(id="M", name="M", all_types=FieldMap(values=values, labels=False))
    scripts = Scripts(lambda _: None)
    with pytest.raises(ScriptNeededError) as needed:
        map_fields(mapper, "Own", {"a": "x"}, FIELDS.get, scripts)
    assert [run.script for run in needed.value.runs] == ["val.name()", "val.details()"]
    first, second = needed.value.runs
    scripts.answers.update({first: ["X"], second: Failed("It took too long.")})
    found = map_fields(mapper, "Own", {"a": "x"}, FIELDS.get, scripts)
    assert (found.system, found.notes) == (
        {"name": "X"},
        ("The field `details` was not mapped: It took too long.",),
    )
