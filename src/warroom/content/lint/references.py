"""Checks of what the items of a pack name in one another, beside what playbooks call."""

from collections.abc import Iterator, Mapping
from functools import partial

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import Classifier, IncidentType, Layout, Mapper
from warroom.content.integration import Integration
from warroom.content.lint.finding import SEVERITIES, Finding, Rule
from warroom.content.pack import Pack
from warroom.model.errors import Location
from warroom.model.json import Json

DEFAULT_PLAYBOOK = "playbook0"  # XSOAR's own
FIELD_ID = "incident_"
# What an incident has without a field of its own, in mappers and in layouts.
SYSTEM_FIELDS = frozenset(
    """name type severity occurred details owner created modified closed closeReason closeNotes closingUserId status
    reason dueDate phase playbookId sourceBrand sourceInstance labels attachment roles
    dbotMirrorId dbotMirrorInstance dbotMirrorDirection dbotMirrorTags dbotMirrorLastSync""".lower().split()
)


def check_references(pack: Pack, catalogue: Catalogue) -> list[Finding]:
    """What the pack's types, classifiers, mappers, layouts and integrations name and nothing in the catalogue is."""
    return [
        *(finding for item in pack.incident_types.values() for finding in _of_type(item, catalogue)),
        *(finding for item in pack.classifiers.values() for finding in _of_classifier(item, catalogue)),
        *(finding for item in pack.mappers.values() for finding in _of_mapper(item, catalogue)),
        *(finding for item in pack.outgoing_mappers.values() for finding in _of_types(item, catalogue)),
        *(finding for item in pack.layouts.values() for finding in _of_layout(item, catalogue)),
        *(finding for item in pack.integrations.values() for finding in _of_integration(item, catalogue)),
    ]


def _of_type(item: IncidentType, catalogue: Catalogue) -> Iterator[Finding]:
    report = partial(_finding, item.at, f"The incident type `{item.id}`")
    if item.playbook not in {"", DEFAULT_PLAYBOOK} and catalogue.find_playbook(item.playbook) is None:
        yield report(Rule.UNKNOWN_PLAYBOOK, "starts the playbook", item.playbook)
    if item.layout and not _is_layout(catalogue, item.layout):
        yield report(Rule.UNKNOWN_LAYOUT, "is shown in the layout", item.layout)


def _of_classifier(item: Classifier, catalogue: Catalogue) -> Iterator[Finding]:
    for name in dict.fromkeys((*item.types.values(), item.default_type)):
        if name and catalogue.find_incident_type(name) is None:
            yield _finding(item.at, f"The classifier `{item.id}`", Rule.UNKNOWN_TYPE, "gives the incident type", name)


def _of_types(item: Mapper, catalogue: Catalogue) -> Iterator[Finding]:
    report = partial(_finding, item.at, f"The mapper `{item.id}`")
    for name in item.by_type:
        if catalogue.find_incident_type(name) is None:
            yield report(Rule.UNKNOWN_TYPE, "has a part for the incident type", name)


def _of_mapper(item: Mapper, catalogue: Catalogue) -> Iterator[Finding]:
    yield from _of_types(item, catalogue)
    report = partial(_finding, item.at, f"The mapper `{item.id}`")
    fields = dict.fromkeys(field for part in (item.all_types, *item.by_type.values()) for field in part.values)
    for name in fields:
        if not is_field(catalogue, name):
            yield report(Rule.UNKNOWN_FIELD, "fills the incident field", name)


def _of_layout(item: Layout, catalogue: Catalogue) -> Iterator[Finding]:
    report = partial(_finding, item.at, f"The layout `{item.id}`")
    named = list(_inner(item.definition))
    for name in dict.fromkeys(_texts(named, "fieldId")):
        if not is_field(catalogue, name.removeprefix(FIELD_ID)):
            yield report(Rule.UNKNOWN_FIELD, "shows the incident field", name)
    queries = _texts([each for each in named if each.get("queryType") == "script"], "query")
    for name in dict.fromkeys((*_texts(named, "scriptId"), *queries)):
        if catalogue.find_script(name) is None:
            yield report(Rule.UNKNOWN_SCRIPT, "runs the script", name)


def _of_integration(item: Integration, catalogue: Catalogue) -> Iterator[Finding]:
    report = partial(_finding, item.at, f"The integration `{item.id}`")
    if item.classifier and item.classifier not in catalogue.classifiers:
        yield report(Rule.UNKNOWN_CLASSIFIER, "names the classifier", item.classifier)
    if item.mapper_in and item.mapper_in not in catalogue.mappers:
        yield report(Rule.UNKNOWN_MAPPER, "names the incoming mapper", item.mapper_in)
    if item.mapper_out and item.mapper_out not in catalogue.outgoing_mappers:
        yield report(Rule.UNKNOWN_MAPPER, "names the outgoing mapper", item.mapper_out)


def _is_layout(catalogue: Catalogue, name: str) -> bool:
    return any(name in {layout.id, layout.name} for layout in catalogue.layouts.values())


def is_field(catalogue: Catalogue, name: str) -> bool:
    """Whether an incident has such a field, of its own or of a pack."""
    return name.lower() in SYSTEM_FIELDS or catalogue.find_field(name) is not None


def _inner(value: Json) -> Iterator[Mapping[str, Json]]:
    """Every mapping in a definition, however deep."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, Mapping):
            yield one
            left += one.values()
        elif isinstance(one, list):
            left += one


def _texts(mappings: list[Mapping[str, Json]], key: str) -> Iterator[str]:
    return (text for each in mappings if isinstance(text := each.get(key), str) and text)


def _finding(at: Location | None, who: str, rule: Rule, does: str, name: str) -> Finding:
    what = rule.removeprefix("unknown-")
    sentence = f"{who} {does} `{name}`, and there is no such {what}; correct the name, or install the pack that has it."
    return Finding(rule=rule, severity=SEVERITIES[rule], message=sentence, at=at)
