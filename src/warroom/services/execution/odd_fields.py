"""Fields of an incident that are no plain values: its labels, and how its record is mirrored."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from warroom.context import cast
from warroom.model.border import parsed
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident, Label
from warroom.model.json import Json

DIRECTIONS = ("In", "Out", "Both")


def _with_labels(incident: Incident, value: Json) -> Incident:
    return replace(incident, labels=tuple(_labels("labels", value)))


def _with_more_labels(incident: Incident, value: Json) -> Incident:
    return replace(incident, labels=tuple(dict.fromkeys([*incident.labels, *_labels("addLabels", value)])))


def _labels(name: str, value: Json) -> Iterator[Label]:
    """Yield labels as content writes them: `[{"Email/from": "a@b.c"}]`, `[{"type": …, "value": …}]` or `name=value`."""
    if isinstance(value, str):
        value = _read(name, value)
    for table in value if isinstance(value, list) else [value]:
        if not isinstance(table, dict):
            raise InvalidInputError(
                f'{name} takes labels such as [{{"Email/from": "a@b.example"}}], not {cast.shown(table)}.'
            )
        if table.keys() == {"type", "value"}:
            yield Label(type=cast.written(table["type"]), value=cast.written(table["value"]))
        else:
            yield from (Label(type=key, value=cast.written(one)) for key, one in table.items())


def _read(name: str, text: str) -> Json:
    if text.lstrip()[:1] in {"[", "{"}:
        try:
            return parsed(text)
        except ValueError:
            raise InvalidInputError(f"{name} is not JSON: {cast.shown(text)}. Correct it.") from None
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    return [{key.strip(): value.strip() or key.strip()} for key, _, value in pairs]


def _mirrored(incident: Incident, value: Json) -> Incident:
    direction = cast.written(value).strip().title()
    if direction not in {"", "None", *DIRECTIONS}:
        raise InvalidInputError(f"dbotMirrorDirection is In, Out, Both or empty, not {cast.shown(value)}.")
    if incident.mirror is None:
        if direction in DIRECTIONS:
            raise InvalidInputError(f"Incident {incident.id} came from no record, so there is nothing to mirror.")
        return incident
    return replace(incident, mirror=replace(incident.mirror, direction=direction if direction in DIRECTIONS else ""))


def _with_tags(incident: Incident, value: Json) -> Incident:
    if incident.mirror is None:
        raise InvalidInputError(f"Incident {incident.id} came from no record, so there is nothing to mirror.")
    tags = value if isinstance(value, list) else cast.written(value).split(",")
    written = tuple(tag for tag in (cast.written(one).strip() for one in tags) if tag)
    return replace(incident, mirror=replace(incident.mirror, tags=written))


def _same(name: str, own: Callable[[Incident], str]) -> Callable[[Incident, Json], Incident]:
    """Take no value but the one that is there: with another, another record would be changed in this one's name."""

    def check(incident: Incident, value: Json) -> Incident:
        if cast.written(value).strip() != own(incident):
            raise InvalidInputError(
                f"{name} says which record incident {incident.id} came from, and stays {own(incident) or 'empty'!r}."
            )
        return incident

    return check


# By what they are called: how an incident is changed by a value.
ODD_FIELDS: Mapping[str, Callable[[Incident, Json], Incident]] = {
    "labels": _with_labels,
    "addLabels": _with_more_labels,
    "dbotMirrorDirection": _mirrored,
    "dbotMirrorTags": _with_tags,
    "dbotMirrorId": _same("dbotMirrorId", lambda incident: incident.remote),
    "dbotMirrorInstance": _same(
        "dbotMirrorInstance", lambda incident: incident.mirror.instance if incident.mirror else ""
    ),
}
