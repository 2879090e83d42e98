from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField, IncidentType, Layout
from warroom.content.pack import Pack
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Label, Severity
from warroom.services.app import App
from warroom.web.pages.summary import facts_of, field_of, is_web_link, sections_of, shown

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
INCIDENT = Incident(
    id=IncidentId("7"),
    name="Dump",
    type="Alert",
    severity=Severity.HIGH,
    occurred=NOON,
    created=NOON,
    modified=NOON,
)


def field_item(name: str) -> dict[str, Any]:
    return {"fieldId": name, "sectionItemType": "field"}


def laid_out(app: App, *sections: dict[str, Any]) -> Catalogue:
    """Return a catalogue whose incident type Alert has a layout of these sections."""
    definition = {"detailsV2": {"tabs": [{"sections": list(sections)}]}}
    pack: Pack = replace(
        app.library.packs[0],
        incident_types={"Alert": IncidentType(id="Alert", name="Alert", layout="Look")},
        incident_fields={"hosts": IncidentField(id="hosts", name="Hosts", cli_name="hosts", type="multiSelect")},
        layouts={"Look": Layout(id="Look", name="Look", definition=definition)},
    )
    return Catalogue([pack])


def test_sections_come_in_reading_order_with_their_fields(app: App) -> None:
    right = {"id": "b", "name": "Right", "x": 1, "y": 0, "items": [field_item("severity")]}
    left = {"id": "a", "name": "Left", "x": 0, "y": 0, "w": 2, "items": [field_item("incident_hosts")]}
    incident = replace(INCIDENT, custom_fields={"hosts": ["FIN-1", "FIN-2"]})
    found = sections_of(incident, laid_out(app, right, left))
    assert [(section.name, section.width) for section in found] == [("Left", 2), ("Right", 1)]
    assert found[0].fields[0].texts == ("FIN-1", "FIN-2")
    assert found[1].fields[0].texts == ("High",)


def test_a_field_that_holds_nothing_is_named_as_silent(app: App) -> None:
    (section,) = sections_of(INCIDENT, laid_out(app, {"id": "a", "name": "A", "items": [field_item("incident_hosts")]}))
    assert section.shown == ()
    assert section.silent == ("Hosts",)


def test_a_button_is_the_command_that_one_would_type(app: App) -> None:
    button = {
        "sectionItemType": "button",
        "name": "Isolate",
        "scriptId": "Respond",
        "buttonClass": "error",
        "args": {"action": {"simple": "isolate it"}},
    }
    (section,) = sections_of(INCIDENT, laid_out(app, {"id": "a", "name": "A", "items": [button]}))
    assert section.buttons[0].command == '!Respond action="isolate it"'
    assert section.buttons[0].tone == "danger"


def test_a_section_that_a_script_fills_names_it(app: App) -> None:
    (section,) = sections_of(
        INCIDENT, laid_out(app, {"id": "a", "name": "A", "type": "dynamic", "queryType": "script", "query": "Evidence"})
    )
    assert section.script == "Evidence"


def test_an_incident_without_a_layout_shows_all_it_has(app: App) -> None:
    incident = replace(
        INCIDENT, type="Unheard of", custom_fields={"color": "red"}, labels=(Label(type="Email", value="a@b"),)
    )
    found = sections_of(incident, Catalogue(app.library.packs))
    assert [section.name for section in found] == ["Incident", "Fields", "Labels"]
    assert found[1].fields[0].texts == ("red",)


def test_facts_are_lists_of_short_texts(app: App) -> None:
    catalogue = laid_out(app, {"id": "a", "name": "A", "items": [field_item("incident_hosts"), field_item("details")]})
    incident = replace(INCIDENT, details="many words", custom_fields={"hosts": "FIN-1"})
    assert [field.label for field in facts_of(sections_of(incident, catalogue))] == ["Hosts"]


def test_our_own_layout_draws_every_section_of_the_pack(app: App) -> None:
    incident = replace(INCIDENT, type="Vision One Workbench Alert")
    names = [section.name for section in sections_of(incident, app.library.catalogue)]
    assert names[:2] == ["What was detected", "Entities"]
    assert "Respond" in names


def test_objects_become_a_table() -> None:
    field = shown("Files", [{"name": "a.exe", "size": 3}, {"name": "b.exe", "seen": True}])
    assert field.columns == ("name", "size", "seen")
    assert field.rows == (("a.exe", "3", ""), ("b.exe", "", "yes"))


def test_a_link_leads_to_the_web_or_is_text() -> None:
    assert shown("Link", "https://portal.example/1", is_url=True).is_link
    assert not shown("Link", "javascript:alert(1)", is_url=True).is_link


@pytest.mark.parametrize("text", ["data:text/html,x", "//elsewhere", "http://[", "vbscript:x", ""])
def test_other_schemes_are_no_links(text: str) -> None:
    assert not is_web_link(text)


def test_a_moment_stays_a_moment(app: App) -> None:
    assert field_of("occurred", INCIDENT, app.library.catalogue).moment == NOON


def test_what_an_old_row_holds_is_shown_however_deep_it_is(app: App) -> None:
    value: Any = "needle"
    for _ in range(800):
        value = [value]
    deep = field_of("deep", replace(INCIDENT, custom_fields={"deep": value}), Catalogue(app.library.packs))
    assert len(deep.texts) == 1
    assert deep.texts[0].startswith("[[[")
