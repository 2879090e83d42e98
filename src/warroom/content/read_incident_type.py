"""Reads what turns alerts into incidents: types, fields, classifiers, mappers, layouts."""

from warroom.content.incident_type import Classifier, FieldMap, IncidentField, IncidentType, Layout, Mapper
from warroom.content.read_value import read_arguments, read_value
from warroom.content.source import Node, Source
from warroom.content.value import Simple

ALL_TYPES = "dbot_classification_incident_type_all"


def read_incident_type(source: Source) -> IncidentType:
    node = source.root()
    return IncidentType(
        id=_id(node, "An incident type"),
        name=_name(node),
        playbook=node.get("playbookId").text(),
        autorun=node.get("autorun").flag(),
        layout=node.get("layout").text(),
        at=node.at,
    )


def read_incident_field(source: Source) -> IncidentField:
    node = source.root()
    return IncidentField(
        id=_id(node, "An incident field"),
        name=_name(node),
        cli_name=node.get("cliName").needed("An incident field"),
        type=node.get("type").text("shortText"),
        options=() if node.get("openEnded").flag() else tuple(filter(None, node.get("selectValues").texts())),
        sla=node.get("sla").whole() or 0,
        at=node.at,
    )


def read_classifier(source: Source) -> Classifier:
    node = source.root()
    return Classifier(
        id=_id(node, "A classifier", "brandName"),
        name=_name(node),
        transformer=read_value(node.get("transformer")),
        types={key: value.text() for key, value in node.get("keyTypeMap").table()},
        default_type=node.get("defaultIncidentType").text(),
        at=node.at,
    )


def read_mapper(source: Source) -> Mapper:
    node = source.root()
    maps = {name: _field_map(entry) for name, entry in node.get("mapping").table()}
    return Mapper(
        id=_id(node, "A mapper", "brandName"),
        name=_name(node),
        all_types=maps.pop(ALL_TYPES, FieldMap()),
        by_type=maps,
        at=node.at,
    )


def read_layout(source: Source) -> Layout:
    node = source.root()
    return Layout(id=_id(node, "A layout"), name=_name(node), definition=node.object() or {}, at=node.at)


def _field_map(node: Node) -> FieldMap:
    values = read_arguments(node.get("internalMapping"))
    mapped = {name: value for name, value in values.items() if value != Simple(value="")}
    return FieldMap(values=mapped, labels=not node.get("dontMapEventToLabels").flag())


def _id(node: Node, what: str, *instead: str) -> str:
    return node.get("id", "name", *instead).text() or node.get("id").needed(what)


def _name(node: Node) -> str:
    return node.get("name", "id", "brandName").text()
