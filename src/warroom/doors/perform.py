"""The one way to an operation: the request is read, the permission is asked for, and the function is called."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from warroom.content.integration import Argument
from warroom.doors.asked import Asked
from warroom.doors.operation import Operation
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.commands.arguments import refuse_unknown
from warroom.services.people.access import require


async def perform(operation: Operation, app: App, values: Mapping[str, Json], actor: Actor) -> Any:
    """Perform an operation with the fields of its request; returns its typed answer."""
    require(actor, operation.permission)
    return await operation.do(app, read(operation, values), actor)


def read(operation: Operation, values: Mapping[str, Json]) -> Asked:
    """Make the request of its fields; raises InvalidInputError, which names the field that is missing or wrong."""
    if not operation.is_read:
        refuse_others(operation.name, operation.request.model_fields, values)
    try:
        return operation.request.model_validate(values)
    except ValidationError as error:
        raise InvalidInputError(misread(operation.name, error.errors()[0])) from None


def refuse_others(name: str, fields: Iterable[str], given: Iterable[str]) -> None:
    """Refuse what no field of a change is called: without it something else would happen than was meant."""
    refuse_unknown(name, [Argument(name=field) for field in fields], given)


def misread(name: str, first: ErrorDetails) -> str:
    """Say in a sentence what is wrong with a request; `name` is what was asked for."""
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    match first["type"]:
        case "json_invalid":
            return f"{name}: the body is not JSON, from character {where or 0} on. Correct it."
        case "missing" if where:
            return f"{name} needs {where!r}, which the request does not name."
        case "string_too_short":
            return f"{name} needs a {where}, and the one of the request is empty. Correct it."
    return f"{where or 'The request'}: {first['msg']}. Correct it."
