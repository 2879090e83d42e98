"""Makes an incident of a fetched record. Every record becomes one; notes say what could not be mapped."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import Classifier, IncidentType, Mapper
from warroom.context.cast import written
from warroom.context.moment import moment
from warroom.context.scripted import Scripts
from warroom.mapping.classify import classify
from warroom.mapping.deduplicate import mirror_id, short_id
from warroom.mapping.map_fields import LONGEST_NAME, UNREADABLE, MappedFields, map_fields
from warroom.mapping.severity import read_severity
from warroom.model.border import parsed
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Label, Mirror, Severity
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject

UNCLASSIFIED = "Unclassified"


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedIncident:
    """The incident, what could not be mapped, one sentence each, and what it was made of."""

    incident: Incident
    notes: tuple[str, ...] = ()
    fetched: Json = field(default=None, repr=False)

    def noting(self, *notes: str) -> Self:
        """Return it with more notes."""
        return replace(self, notes=(*self.notes, *notes)) if notes else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a record comes from, and what its values may use."""

    instance: IntegrationInstance
    catalogue: Catalogue
    scripts: Scripts | None = None


def incident_from(fetched: Json, *, incident_id: IncidentId, now: datetime, source: Source) -> MappedIncident:
    """Return the incident for one item of `demisto.incidents()`, which may be any JSON.

    Raises ScriptNeededError, and nothing else, where a value needs a script that has not been run.
    """
    notes: list[str] = []
    instance, catalogue = source.instance, source.catalogue
    given = _object(fetched, "What was fetched", notes)
    raw_json, record = _raw(given, fetched, notes)
    kind = _type(given, record, source, notes)
    mapped = _mapped(kind or UNCLASSIFIED, record, source, notes)
    reading = _Reading(given, mapped, notes)
    kind = kind or reading.text("type") or UNCLASSIFIED
    installed = _installed(kind, catalogue, notes)
    incident = Incident(
        id=incident_id,
        name=reading.text("name")[:LONGEST_NAME] or _unnamed(reading, instance, notes),
        type=installed.name if installed else kind[:LONGEST_NAME],
        severity=reading.severity(),
        owner=reading.text("owner")[:LONGEST_NAME],
        occurred=reading.occurred(now),
        created=now,
        modified=now,
        details=reading.text("details"),
        raw_json=raw_json,
        labels=(*_labels(given.get("labels"), notes), *mapped.labels),
        custom_fields={**_custom_fields(given, notes), **mapped.custom},
        playbook=installed.playbook if installed else "",
        source_brand=instance.integration,
        source_instance=instance.name,
        source_id=instance.id,
        mirror=_mirror(reading, given, instance),
    )
    return MappedIncident(incident=incident, notes=tuple(notes), fetched=fetched)


def _installed(kind: str, catalogue: Catalogue, notes: list[str]) -> IncidentType | None:
    installed = catalogue.find_incident_type(kind)
    if installed is None and kind != UNCLASSIFIED:
        notes.append(f"The incident type `{kind}` is not installed; it was kept as a name only.")
    return installed


@dataclass(frozen=True, slots=True)
class _Reading:
    """Fields by name: what was mapped counts before what the integration gave."""

    given: JsonObject
    mapped: MappedFields
    notes: list[str] = field(default_factory=list)

    def candidates(self, name: str) -> Iterator[Json]:
        for values in (self.mapped.system, self.given):
            value = values.get(name)
            if value is not None and value != "":
                yield value

    def text(self, name: str) -> str:
        return next((_written(value) for value in self.candidates(name)), "")

    def texts(self, name: str) -> tuple[str, ...]:
        found: Json = next(self.candidates(name), [])
        return tuple(text for item in (found if isinstance(found, list) else [found]) if (text := _written(item)))

    def severity(self) -> Severity:
        for value in self.candidates("severity"):
            found = read_severity(value)
            if found is not None:
                return found
            self.notes.append(f"The severity {_quoted(value)} is not one that we know.")
        return Severity.UNKNOWN

    def occurred(self, now: datetime) -> datetime:
        for value in self.candidates("occurred"):
            try:
                return moment(value).astimezone(UTC)
            except UNREADABLE:
                self.notes.append(f"The time {_quoted(value)} cannot be read; the time of the fetch is used.")
        return now


def _object(value: Json, what: str, notes: list[str]) -> JsonObject:
    if isinstance(value, dict):
        return value
    notes.append(f"{what} is not an object but {_quoted(value)}.")
    return {}


def _raw(given: JsonObject, fetched: Json, notes: list[str]) -> tuple[str, JsonObject]:
    """The source's answer as text, and as the object that is mapped."""
    raw = given.get("rawJSON")
    if raw is None or raw == "":
        notes.append("There is no rawJSON; the incident was mapped from what the integration gave.")
        return _written(fetched), given
    if isinstance(raw, str):
        try:
            return raw, _object(parsed(raw), "The rawJSON", notes)
        except UNREADABLE as error:
            notes.append(f"The rawJSON cannot be read ({error}); it was kept as it is and nothing was mapped from it.")
            return raw, {}
    return _written(raw), _object(raw, "The rawJSON", notes)


def _type(given: JsonObject, record: JsonObject, source: Source, notes: list[str]) -> str:
    """The integration's word, else the classifier's, else what the instance is set to; nothing when none of them."""
    said = given.get("type")
    if isinstance(said, str) and said:
        return said
    classifier = _classifier(source.instance, source.catalogue, notes)
    if classifier is not None:
        try:
            found = classify(classifier, record, source.scripts)
        except UNREADABLE as error:
            notes.append(f"The classifier `{classifier.id}` failed: {error}")
            found = classifier.default_type
        if found:
            return found
    return source.instance.incident_type


def _classifier(instance: IntegrationInstance, catalogue: Catalogue, notes: list[str]) -> Classifier | None:
    """The instance's own; the integration's default only where the instance names no type either."""
    integration = catalogue.find_integration(instance.integration)
    by_default = integration.classifier if integration and not instance.incident_type else ""
    name = instance.classifier or by_default
    if name and name not in catalogue.classifiers:
        notes.append(f"The classifier `{name}` is not installed; the incident was not classified.")
    return catalogue.classifiers.get(name)


def incoming_mapper(instance: IntegrationInstance, catalogue: Catalogue) -> str:
    """The id of the mapper that an instance's records go through; nothing when there is none."""
    integration = catalogue.find_integration(instance.integration)
    return instance.mapper or (integration.mapper_in if integration else "")


def _mapper(instance: IntegrationInstance, catalogue: Catalogue, notes: list[str]) -> Mapper | None:
    name = incoming_mapper(instance, catalogue)
    if name and name not in catalogue.mappers:
        notes.append(f"The mapper `{name}` is not installed; no fields were mapped.")
    return catalogue.mappers.get(name)


def _mapped(kind: str, record: JsonObject, source: Source, notes: list[str]) -> MappedFields:
    mapper = _mapper(source.instance, source.catalogue, notes)
    mapped = map_fields(mapper, kind, record, source.catalogue.find_field, source.scripts)
    notes.extend(mapped.notes)
    return mapped


def _unnamed(reading: _Reading, instance: IntegrationInstance, notes: list[str]) -> str:
    notes.append("The incident came without a name.")
    remote = reading.text("dbotMirrorId")
    return f"{instance.name} {remote}"[:LONGEST_NAME] if remote else f"Unnamed incident from {instance.name}"


def _labels(labels: Json, notes: list[str]) -> Iterator[Label]:
    if labels is None:
        return
    if not isinstance(labels, list):
        notes.append(f"The labels are not a list but {_quoted(labels)}.")
        return
    for label in labels:
        if isinstance(label, dict) and "type" in label:
            yield Label(type=_written(label["type"]), value=_written(label.get("value")))
        else:
            notes.append(f"The label {_quoted(label)} has no type and was left out.")


def _custom_fields(given: JsonObject, notes: list[str]) -> JsonObject:
    fields = given.get("CustomFields")
    return {} if fields is None else _object(fields, "CustomFields", notes)


def _mirror(reading: _Reading, given: JsonObject, instance: IntegrationInstance) -> Mirror | None:
    """The integration's own id counts before a mapped one, because that is what fetches are compared by."""
    remote = mirror_id(given) or short_id(reading.text("dbotMirrorId"))
    if not remote:
        return None
    direction = reading.text("dbotMirrorDirection")
    return Mirror(instance=instance.name, id=remote, direction=direction, tags=reading.texts("dbotMirrorTags"))


def _written(value: Json) -> str:
    try:
        return written(value)
    except UNREADABLE:
        return ""  # nested deeper than can be written


def _quoted(value: Json) -> str:
    text = _written(value)
    return f"`{text}`" if len(text) <= 80 else f"`{text[:80]}…`"
