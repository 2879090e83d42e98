"""Makes the tenant's own values out of JSON, and JSON out of them: names in the API's spelling, nothing unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from visionone_sim.errors import BadRequestError
from visionone_sim.wire import Json, wire_time

Body = Mapping[str, Any]
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


def made(kind: type[T], body: Body, *, fixed: Body, defaults: Body) -> T:
    """Make a value of the tenant; `fixed` is what its id says, `defaults` what nobody has said."""
    known = {to_camel(field.name): field.name for field in _fields(kind)}
    require_known(kind.__name__, body, known)
    said = {known[name]: value for name, value in body.items()}
    for name, value in fixed.items():
        if said.get(name, value) != value:
            raise BadRequestError(
                f"The {to_camel(name)} of {kind.__name__} is {value!r} by its path and cannot be {said[name]!r}.",
                target=to_camel(name),
            )
    try:
        value = TypeAdapter(kind).validate_python({**defaults, **said, **fixed})
    except ValidationError as error:
        raise _refusal(kind.__name__, error) from error
    return replace(value, **_times_in_utc(value))  # type: ignore[type-var]


def read(order: type[M], body: Body) -> M:
    """Read an order that is more, or less, than one value of the tenant."""
    try:
        return order.model_validate(body)
    except ValidationError as error:
        raise _refusal(order.__name__.removesuffix("Seed"), error) from error


def require_known(what: str, body: Body, known: Mapping[str, object] | Sequence[str]) -> None:
    unknown = sorted(set(body) - set(known))
    if unknown:
        sentence = f"{what} has no field {unknown[0]!r}; use some of {', '.join(known)}."
        raise BadRequestError(sentence, target=unknown[0])


def document(value: object) -> dict[str, Json]:
    """Write a value of the tenant with all its fields."""
    return {to_camel(field.name): _json(getattr(value, field.name)) for field in _fields(type(value))}


def _fields(kind: Any) -> list[Any]:
    return [field for field in fields(kind) if field.init]


def _times_in_utc(value: Any) -> dict[str, datetime]:
    """Return the times of a value with Python's own UTC, which snapshots take; one without a zone is in UTC."""
    times = {field.name: getattr(value, field.name) for field in _fields(type(value))}
    return {
        name: time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
        for name, time in times.items()
        if isinstance(time, datetime)
    }


def _json(value: Any) -> Json:
    if isinstance(value, datetime):
        return wire_time(value)
    if is_dataclass(value):
        return document(value)
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    return value  # type: ignore[no-any-return]


def _refusal(what: str, error: ValidationError) -> BadRequestError:
    first = error.errors()[0]
    place = ".".join(to_camel(part) if isinstance(part, str) else str(part) for part in first["loc"])
    sentence = f"The field {place} of {what} cannot be {first['input']!r}: {first['msg']}."
    return BadRequestError(sentence, target=place)
