"""An incident's summary after the layout that its type names: sections with fields and buttons."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import Layout
from warroom.model.border import DEEPEST, written
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.web.pages.text import one_line, plain

WIDEST = 3  # columns of a layout
MOST_VALUES = 200
MOST_FACTS = 9
LINK_SCHEMES = frozenset({"http", "https"})
LONG_KINDS = frozenset({"longText", "markdown", "html"})
LIST_KINDS = frozenset({"multiSelect", "tagsSelect"})
TONES = {"error": "danger", "warning": "caution"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a section: texts, or the rows of a table."""

    label: str
    texts: tuple[str, ...] = ()
    is_long: bool = False
    is_link: bool = False
    is_list: bool = False
    moment: datetime | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.texts or self.moment or self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Runs a script with fixed arguments; `command` is what one would type."""

    name: str
    command: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A card of the summary. `script` fills it with its result."""

    id: str
    name: str
    width: int = 1
    fields: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    script: str = ""

    @property
    def shown(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if not field.is_empty)

    @property
    def silent(self) -> tuple[str, ...]:
        """Labels of the fields that hold nothing."""
        return tuple(field.label for field in self.fields if field.is_empty)


SYSTEM: Mapping[str, tuple[str, Callable[[Incident], Json | datetime]]] = {
    "severity": ("Severity", lambda incident: incident.severity.label),
    "details": ("Details", lambda incident: incident.details),
    "occurred": ("Occurred", lambda incident: incident.occurred),
    "dbotcreated": ("Created", lambda incident: incident.created),
    "dbotmodified": ("Modified", lambda incident: incident.modified),
    "dbotclosed": ("Closed", lambda incident: incident.closed or ""),
    "owner": ("Owner", lambda incident: incident.owner),
    "type": ("Type", lambda incident: incident.type),
    "name": ("Name", lambda incident: incident.name),
    "dbotstatus": ("Status", lambda incident: incident.status.name.capitalize()),
    "playbookid": ("Playbook", lambda incident: incident.playbook),
    "sourcebrand": ("Source", lambda incident: incident.source_brand),
    "sourceinstance": ("Source instance", lambda incident: incident.source_instance),
    "dbotmirrorid": ("Id at the source", lambda incident: incident.remote),
    "closereason": ("Close reason", lambda incident: incident.close_reason),
    "closenotes": ("Close notes", lambda incident: incident.close_notes),
}
PLAIN_FIELDS = ("type", "severity", "details", "occurred", "dbotcreated", "owner", "sourceinstance", "dbotmirrorid")


def sections_of(incident: Incident, catalogue: Catalogue) -> tuple[Section, ...]:
    """Return the sections in reading order; an incident without a layout shows all its fields."""
    kind = catalogue.find_incident_type(incident.type)
    layout = catalogue.layouts.get(kind.layout) if kind and kind.layout else None
    found = tuple(_sections(layout, incident, catalogue)) if layout else ()
    return found or _without_layout(incident, catalogue)


def _sections(layout: Layout, incident: Incident, catalogue: Catalogue) -> Iterator[Section]:
    definition = layout.definition.get("detailsV2", layout.definition)
    tabs = [tab for tab in definition.get("tabs") or () if isinstance(tab, dict) and not tab.get("hidden")]
    found = [each for tab in tabs for each in tab.get("sections") or () if isinstance(each, dict)]
    for each in sorted(found, key=lambda item: (_number(item.get("y")), _number(item.get("x")))):
        section = _section(each, incident, catalogue)
        if section.fields or section.buttons or section.script:
            yield section


def _section(each: JsonObject, incident: Incident, catalogue: Catalogue) -> Section:
    items = [item for item in each.get("items") or () if isinstance(item, dict)]
    fields = [item for item in items if item.get("sectionItemType", "field") == "field" and item.get("fieldId")]
    is_script = each.get("type") == "dynamic" and each.get("queryType") == "script"
    return Section(
        id=str(each.get("id") or each.get("name")),
        name=one_line(str(each.get("name") or "")),
        width=max(1, min(WIDEST, int(_number(each.get("w")) or 1))),
        fields=tuple(field_of(str(item["fieldId"]), incident, catalogue) for item in fields),
        buttons=tuple(_button(item) for item in items if item.get("sectionItemType") == "button"),
        script=str(each.get("query") or "") if is_script else "",
    )


def _button(item: JsonObject) -> Button:
    args = {name: value.get("simple") for name, value in (item.get("args") or {}).items() if isinstance(value, dict)}
    typed = "".join(f" {name}={_quoted(str(value))}" for name, value in args.items() if value is not None)
    return Button(
        name=one_line(str(item.get("name") or item.get("scriptId"))),
        command=f"!{item.get('scriptId')}{typed}",
        tone=TONES.get(str(item.get("buttonClass")), ""),
    )


def _quoted(value: str) -> str:
    return f'"{value}"' if '"' not in value else f"`{value}`"


def field_of(field_id: str, incident: Incident, catalogue: Catalogue) -> Field:
    """Return what one field holds; the layout's "incident_" before a custom field's name is not part of it."""
    if field_id in SYSTEM:
        label, value_of = SYSTEM[field_id]
        value = value_of(incident)
        if isinstance(value, datetime):
            return Field(label=label, moment=value)
        return shown(label, value, is_long=field_id in {"details", "closenotes"})
    name = field_id.removeprefix("incident_")
    declared = catalogue.find_field(name)
    kind = declared.type if declared else "shortText"
    label = declared.name if declared else name
    found = shown(label, incident.custom_fields.get(name), is_long=kind in LONG_KINDS, is_url=kind == "url")
    return replace(found, is_list=found.is_list or kind in LIST_KINDS)


def shown(label: str, value: Json, *, is_long: bool = False, is_url: bool = False) -> Field:
    """Make texts of a value, or a table when it is a list of objects."""
    values = value if isinstance(value, list) else [value]
    values = [each for each in values if each not in (None, "", [], {})][:MOST_VALUES]
    if values and all(isinstance(each, dict) for each in values):
        columns = tuple(dict.fromkeys(str(key) for each in values for key in each))
        rows = tuple(tuple(_text(each.get(column)) for column in columns) for each in values)
        return Field(label=one_line(label), columns=columns, rows=rows)
    texts = tuple(_text(each) for each in values)
    return Field(
        label=one_line(label),
        texts=texts,
        is_long=is_long or any("\n" in text for text in texts),
        is_list=isinstance(value, list),
        is_link=is_url and all(is_web_link(text) for text in texts),
    )


def is_web_link(text: str) -> bool:
    """Whether a text may become a link.

    >>> is_web_link("https://portal.example/w/1"), is_web_link("javascript:alert(1)")
    (True, False)
    """
    try:
        return urlsplit(text.strip()).scheme in LINK_SCHEMES
    except ValueError:
        return False


def _text(value: Json, levels: int = DEEPEST) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case dict() | list():
            return plain(_line(value, levels - 1) if levels else written(value))
        case _:
            return plain(str(value))


def _line(value: Json, levels: int) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(each, levels)}" for key, each in value.items())
    return ", ".join(_text(each, levels) for each in value)


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _without_layout(incident: Incident, catalogue: Catalogue) -> tuple[Section, ...]:
    known = tuple(field_of(name, incident, catalogue) for name in PLAIN_FIELDS)
    custom = tuple(field_of(name, incident, catalogue) for name in sorted(incident.custom_fields))
    labels = tuple(shown(label.type, label.value) for label in incident.labels)
    parts = (("incident", "Incident", known), ("fields", "Fields", custom), ("labels", "Labels", labels))
    return tuple(Section(id=part, name=name, fields=fields) for part, name, fields in parts if fields)


def facts_of(sections: tuple[Section, ...]) -> tuple[Field, ...]:
    """Choose the sections beside the tabs: lists of short texts, such as techniques, entities and indicators."""
    fields = [field for section in sections for field in section.shown]
    return tuple(field for field in fields if field.is_list and not field.is_long and field.texts)[:MOST_FACTS]
