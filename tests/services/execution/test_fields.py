"""A field takes what its type takes; what does not fit is refused in one sentence."""

import re
from pathlib import Path

import pytest

from tests.services.staff import sign_up
from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField, IncidentType
from warroom.content.pack import Pack
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.incident import Severity
from warroom.model.json import Json
from warroom.services.commands.targets import BuiltinTarget
from warroom.services.execution.fields import fitting, known_people, taken_fields, with_fields
from warroom.testing.samples import an_incident
from warroom.testing.store import MemoryStore

COLOURS = ("Red", "Dark Blue", "Green, mostly")


def field(kind: str, options: tuple[str, ...] = ()) -> IncidentField:
    return IncidentField(id=kind, name="The Field", cli_name=f"the{kind.lower()}", type=kind, options=options)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("number", "64", 64),
        ("number", " 6.5 ", 6.5),
        ("number", 7, 7),
        ("number", ["8"], 8),
        ("boolean", "yes", True),
        ("boolean", "False", False),
        ("boolean", True, True),
        ("date", "2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"),
        ("date", "Mon, 02 Jan 2006 15:04:05 GMT", "Mon, 02 Jan 2006 15:04:05 GMT"),
        ("date", 1136214245, 1136214245),
        ("singleSelect", "red", "Red"),
        ("singleSelect", " Dark Blue", "Dark Blue"),
        ("multiSelect", "red,dark blue", ["Red", "Dark Blue"]),
        ("multiSelect", "green, mostly", ["Green, mostly"]),
        ("multiSelect", ["Red"], ["Red"]),
        ("multiSelect", '["Green, mostly", "red"]', ["Green, mostly", "Red"]),
        ("tagsSelect", "cmd /c a,b", "cmd /c a,b"),
        ("tagsSelect", '["a", "b,c"]', ["a", "b,c"]),
        ("tagsSelect", "[not json", "[not json"),
        ("tagsSelect", ["a"], ["a"]),
        ("shortText", "64", "64"),
        ("shortText", "${x}", "${x}"),
        ("unheard of", {"a": 1}, {"a": 1}),
    ],
)
def test_a_value_becomes_what_its_field_holds(kind: str, value: Json, kept: Json) -> None:
    held = fitting(field(kind, COLOURS if "Select" in kind and kind != "tagsSelect" else ()), value)
    assert (held, type(held)) == (kept, type(kept))


@pytest.mark.parametrize("kind", ["number", "boolean", "date", "singleSelect", "multiSelect", "shortText"])
@pytest.mark.parametrize("empty", ["", None, [], {}])
def test_nothing_empties_any_field(kind: str, empty: Json) -> None:
    assert fitting(field(kind, COLOURS), empty) == empty


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("number", "many", 'The Field takes a number, not "many".'),
        ("number", "1,5", "The Field takes a number"),
        ("number", "nan", "The Field takes a number"),
        ("number", "inf", "The Field takes a number"),
        ("number", True, "The Field takes a number, not true."),
        ("number", {"a": 1}, "The Field takes a number"),
        ("boolean", "perhaps", 'The Field takes true or false, not "perhaps".'),
        ("boolean", 2, "The Field takes true or false, not 2."),
        ("date", "yesterday", "The Field takes a time such as 2026-11-24T10:00:00Z, not"),
        ("date", "2026-13-01", "The Field takes a time"),
        ("date", ["a", "b"], "The Field takes a time"),
        ("singleSelect", "Yellow", 'The Field takes one of Red, Dark Blue, Green, mostly, not "Yellow".'),
        ("singleSelect", ["Red", "Dark Blue"], "The Field takes one of"),
        ("multiSelect", "red,yellow", 'The Field takes one of Red, Dark Blue, Green, mostly, not "yellow".'),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(kind: str, value: Json, words: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(words)):
        fitting(field(kind, COLOURS), value)


def test_a_field_of_choices_without_any_takes_all() -> None:
    assert fitting(field("singleSelect"), "Yellow") == "Yellow"
    assert fitting(field("multiSelect"), "a,b") == "a,b"


KINDS = ("number", "user", "shortText")
CATALOGUE = Catalogue(
    [
        Pack(
            id="p",
            name="p",
            version="1",
            path=Path("p"),
            incident_fields={kind: field(kind) for kind in KINDS},
            incident_types={"Dump": IncidentType(id="Dump", name="Dump")},
        )
    ]
)


@pytest.mark.parametrize("name", ["thenumber", "number"])
def test_fields_are_set_by_any_of_their_names(name: str) -> None:
    incident = with_fields(CATALOGUE, an_incident(), {name: "5", "type": "Dump", "severity": "4", "closeNotes": "n"})
    assert incident.custom_fields == {"thenumber": 5}
    assert (incident.type, incident.severity, incident.close_notes) == ("Dump", Severity.CRITICAL, "n")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"type": "Dmup"}, NotFoundError),
        ({"severity": "urgent"}, InvalidInputError),
        ({"name": ""}, InvalidInputError),
        ({"details": ["a", "b"]}, InvalidInputError),
        ({"nosuch": "1"}, InvalidInputError),
        ({"thenumber": "x"}, InvalidInputError),
    ],
)
def test_nothing_is_set_where_one_value_does_not_fit(values: dict[str, Json], error: type[Exception]) -> None:
    with pytest.raises(error):
        with_fields(CATALOGUE, an_incident(), values)


def test_an_incident_may_lose_its_type_and_its_owner() -> None:
    incident = with_fields(CATALOGUE, an_incident(owner="bo"), {"type": "Unclassified", "owner": ""})
    assert (incident.type, incident.owner) == ("Unclassified", "")


@pytest.mark.parametrize(
    ("values", "known"),
    [
        ({"owner": " Bo "}, {"owner": "bo"}),
        ({"owner": "ana"}, {"owner": "ana"}),
        ({"owner": ""}, {"owner": ""}),
        ({"theuser": "BO"}, {"theuser": "bo"}),
        ({"theuser": ["bo", "cy"]}, {"theuser": ["bo", "cy"]}),
        ({"theuser": "bo, cy"}, {"theuser": "bo,cy"}),
        ({"theshorttext": "nobody"}, {"theshorttext": "nobody"}),
    ],
)
async def test_people_are_named_as_they_are_kept(values: dict[str, Json], known: dict[str, Json]) -> None:
    store = MemoryStore()
    await sign_up(store.users, "bo", "cy")
    assert await known_people(CATALOGUE, store.users, values, "ana") == known


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"owner": "zoe"}, "owner cannot be 'zoe': there is no such user. `warroom user list` shows who there is."),
        ({"owner": "old"}, "owner cannot be 'old', who can no longer sign in"),
        ({"owner": ["bo", "ana"]}, "owner takes text"),
        ({"theuser": "bo,zoe"}, "The Field cannot be 'zoe': there is no such user"),
    ],
)
async def test_people_who_are_not_there_are_refused(values: dict[str, Json], words: str) -> None:
    store = MemoryStore()
    await sign_up(store.users, "bo")
    await sign_up(store.users, "old", disabled=True)
    with pytest.raises(InvalidInputError, match=re.escape(words)):
        await known_people(CATALOGUE, store.users, values, "ana")


def test_some_built_in_commands_take_fields_beside_what_they_declare() -> None:
    assert "thenumber" in taken_fields(BuiltinTarget(name="setIncident"), CATALOGUE)
    assert "nosuch" not in taken_fields(BuiltinTarget(name="setIncident"), CATALOGUE)
    assert "thenumber" not in taken_fields(BuiltinTarget(name="getContext"), CATALOGUE)
