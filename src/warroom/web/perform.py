"""Performs an operation by its name, for whoever stands at a local door."""

from warroom.model.border import clean
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor, Role
from warroom.services.app import App
from warroom.web.operations import OPERATIONS

PATHS = frozenset({"path"})  # on this machine, whose file names may be no text


def local_actor(name: str) -> Actor:
    """Make an admin of whoever may open the data folder (design 5); the name is the system user's."""
    return Actor(name=name, role=Role.ADMIN, door="command line", address="this machine")


async def perform(app: App, name: str, asked: JsonObject, actor: Actor) -> Json:
    """Perform one operation; a missing word of the request is told by name."""
    operation = OPERATIONS.get(name)
    asked = {key: value if key in PATHS else clean(value) for key, value in asked.items()}
    if operation is None:
        raise NotFoundError(f"There is no operation {name!r}. Use a warroom of the same version on both sides.")
    try:
        return await operation(app, asked, actor)
    except KeyError as error:
        if error.args and error.args[0] in asked:
            raise
        raise InvalidInputError(f"{name} needs {error.args[0]!r}, which the request does not name.") from error
