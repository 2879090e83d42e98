"""Arguments of built-in commands that are JSON."""

from warroom.model.border import parsed
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject


def json_object(name: str, value: Json) -> JsonObject:
    """Read an argument that is an object, or JSON text of one; nothing is an empty one."""
    if value in (None, ""):
        return {}
    if isinstance(value, dict):
        return value
    try:
        found = parsed(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(
            f'{name} is not JSON: {error}. Write an object such as {{"field": "value"}}.'
        ) from error
    if not isinstance(found, dict):
        raise InvalidInputError(f'{name} is not a JSON object. Write one such as {{"field": "value"}}.')
    return found
