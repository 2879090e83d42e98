"""Converts values for incident fields, or says in one sentence why a field's type does not take them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.context import cast
from warroom.context.moment import moment
from warroom.mapping.severity import read_severity
from warroom.model.border import parsed
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.incident import Incident, Severity
from warroom.model.json import Json
from warroom.services.commands.cli_names import CLI_NAMES
from warroom.services.commands.targets import BuiltinTarget, Target
from warroom.services.execution.odd_fields import ODD_FIELDS
from warroom.services.people.users import folded
from warroom.services.ports.users import UserStore

NO_TYPE = "Unclassified"
EMPTY: tuple[Json, ...] = (None, "", [], {})
YES, NO = frozenset({"yes", "y"}), frozenset({"no", "n"})


def with_fields(catalogue: Catalogue, incident: Incident, values: Mapping[str, Json]) -> Incident:
    """Set fields of an incident by system name, cliName or display name."""
    custom = dict(incident.custom_fields)
    system: dict[str, Json] = {}
    for key, value in values.items():
        if key in SYSTEM:
            name, read = SYSTEM[key]
            system[name] = read(catalogue, value)
        elif key in ODD_FIELDS:
            incident = ODD_FIELDS[key](incident, value)
        elif field := catalogue.find_field(key):
            custom[field.cli_name] = fitting(field, value)
        else:
            raise InvalidInputError(
                f"There is no incident field {key!r}. Use a system field or the cliName of a field."
            )
    return replace(incident, **system, custom_fields=custom)


def taken_fields(target: Target, catalogue: Catalogue) -> Collection[str]:
    """The names of fields that a target takes beside what it declares."""
    if not isinstance(target, BuiltinTarget):
        return ()
    if target.declared.takes_indicator_fields:
        return CLI_NAMES
    return catalogue.field_names if target.declared.takes_fields else ()


def fitting(field: IncidentField, value: Json) -> Json:
    """Convert a value to the type of its field; an empty value empties the field.

    >>> fitting(IncidentField(id="s", name="Score", cli_name="score", type="number"), "64")
    64
    """
    if value in EMPTY:
        return value
    return KINDS.get(field.type, _as_given)(field, value)


async def known_people(
    catalogue: Catalogue, users: UserStore, values: Mapping[str, Json], actor: str = ""
) -> dict[str, Json]:
    """Return the values with user names in their stored spelling; an unknown name is refused.

    The actor's own name is always allowed: without sign-in there are no users.
    """
    checked = dict(values)
    for key, value in values.items():
        field = None if key in SYSTEM else catalogue.find_field(key)
        if key == "owner" and value not in EMPTY:
            checked[key] = await _person(users, "owner", _text("owner", value), actor)
        elif field and field.type == "user" and value not in EMPTY:
            names = value if isinstance(value, list) else _text(field.name, value).split(",")
            found = [await _person(users, field.name, _text(field.name, name), actor) for name in names]
            checked[key] = found if isinstance(value, list) else ",".join(found)
    return checked


async def _person(users: UserStore, field: str, name: str, actor: str) -> str:
    if name.strip() == actor:
        return actor
    try:
        user = await users.user(folded(name))
    except NotFoundError as error:
        raise InvalidInputError(
            f"{field} cannot be {name!r}: there is no such user. `warroom user list` shows who there is."
        ) from error
    if user.disabled:
        raise InvalidInputError(f"{field} cannot be {name!r}, who can no longer sign in. Name another user.")
    return user.name


def _as_given(_: IncidentField, value: Json) -> Json:
    return value


def _number(field: IncidentField, value: Json) -> Json:
    try:
        return cast.number(value)
    except InvalidInputError as error:
        raise InvalidInputError(f"{field.name} takes a number, not {cast.shown(value)}.") from error


def _boolean(field: IncidentField, value: Json) -> Json:
    word = value.strip().casefold() if isinstance(value, str) else ""
    if word in YES | NO:
        return word in YES
    try:
        return cast.boolean(value)
    except InvalidInputError as error:
        raise InvalidInputError(f"{field.name} takes true or false, not {cast.shown(value)}.") from error


def _date(field: IncidentField, value: Json) -> Json:
    try:
        moment(value)
    except InvalidInputError as error:
        raise InvalidInputError(
            f"{field.name} takes a time such as 2026-11-24T10:00:00Z, not {cast.shown(value)}."
        ) from error
    return value


def _one_of(field: IncidentField, value: Json) -> Json:
    if not field.options:
        return value
    wanted = cast.written(value).strip()
    chosen = next((option for option in field.options if option.casefold() == wanted.casefold()), None)
    if chosen is None:
        raise InvalidInputError(f"{field.name} takes one of {', '.join(field.options)}, not {cast.shown(value)}.")
    return chosen


def _several_of(field: IncidentField, value: Json) -> Json:
    listed = _listed(field, value)
    if not field.options:
        return listed
    if isinstance(listed, str):
        is_one = listed.strip().casefold() in {option.casefold() for option in field.options}
        listed = [listed] if is_one else [part for part in listed.split(",") if part.strip()]
    return [_one_of(field, item) for item in listed]


def _listed(_: IncidentField, value: Json) -> Json:
    """Read a list that is written as JSON; other text is one value, commas and all."""
    if not isinstance(value, str) or not value.lstrip().startswith("["):
        return value
    try:
        found = parsed(value)
    except ValueError:
        return value
    return found if isinstance(found, list) else value


KINDS: Mapping[str, Callable[[IncidentField, Json], Json]] = {
    "boolean": _boolean,
    "date": _date,
    "multiSelect": _several_of,
    "number": _number,
    "singleSelect": _one_of,
    "tagsSelect": _listed,
}


def _text(name: str, value: Json) -> str:
    """Return the text of a field; a list of one counts as its item, as in other places that take text."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if isinstance(value, list | dict):
        raise InvalidInputError(f"{name} takes text, not {cast.shown(value)}.")
    return cast.written(value)


def _named(_: Catalogue, value: Json) -> str:
    name = _text("name", value).strip()
    if not name:
        raise InvalidInputError("An incident needs a name. Give it one.")
    return name


def _severity(_: Catalogue, value: Json) -> Severity:
    severity = read_severity(value)
    if severity is None:
        raise InvalidInputError(f"{value!r} is no severity. Use Unknown, Low, Medium, High, Critical or 0 to 4.")
    return severity


def _type(catalogue: Catalogue, value: Json) -> str:
    name = _text("type", value)
    return name if name in {"", NO_TYPE} else catalogue.incident_type(name).name


# By what they are called: the name in an incident, and how a value is read.
SYSTEM: Mapping[str, tuple[str, Callable[[Catalogue, Json], Json]]] = {
    "name": ("name", _named),
    "type": ("type", _type),
    "severity": ("severity", _severity),
    "owner": ("owner", lambda _, value: _text("owner", value).strip()),
    "details": ("details", lambda _, value: _text("details", value)),
    "closeReason": ("close_reason", lambda _, value: _text("closeReason", value)),
    "closeNotes": ("close_notes", lambda _, value: _text("closeNotes", value)),
}
SYSTEM_FIELDS = frozenset({*SYSTEM, *ODD_FIELDS})
