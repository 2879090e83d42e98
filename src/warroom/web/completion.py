"""What a War Room prompt offers to complete: commands, their arguments, and names that incidents mention."""

import re
from collections.abc import Iterator, Sequence

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument
from warroom.model.json import Json, JsonObject
from warroom.services.app import App
from warroom.services.execution.builtins import BUILTINS
from warroom.services.ports.store import IncidentQuery

NAME_KEYS = re.compile(r"(endpoint|host)_?names?$|^hosts?$|^endpoints?$", re.IGNORECASE)
INCIDENTS_LOOKED_AT = 200
NAMES_OFFERED = 2000


def commands_json(catalogue: Catalogue) -> JsonObject:
    """List every command and script with its arguments."""
    offered: JsonObject = {name: {"description": "Built-in command.", "arguments": []} for name in BUILTINS}
    for script in catalogue.scripts.values():
        if script.name not in catalogue.module_sources():
            offered[script.name] = {"description": script.comment, "arguments": _arguments(script.arguments)}
    for name, offers in catalogue.commands().items():
        command = offers[0][1]
        offered[name] = {"description": command.description, "arguments": _arguments(command.arguments)}
    return offered


async def known_names(app: App) -> list[str]:
    """List the host names that the newest incidents mention, in their fields and their contexts."""
    names: dict[str, None] = {}
    for incident in await app.incidents.find(IncidentQuery(limit=INCIDENTS_LOOKED_AT)):
        names |= dict.fromkeys(_named(dict(incident.custom_fields)))
        names |= dict.fromkeys(_named(await app.journal.context(incident.id)))
    return sorted(names)[:NAMES_OFFERED]


def _arguments(arguments: Sequence[Argument]) -> list[JsonObject]:
    return [
        {
            "name": argument.name,
            "required": argument.required,
            "description": argument.description,
            "values": list(argument.predefined),
        }
        for argument in arguments
    ]


def _named(value: Json) -> Iterator[str]:
    """Walk a tree for texts under keys that name hosts."""
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if NAME_KEYS.search(key):
                yield from _texts(item)
            yield from _named(item)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict) and isinstance(value.get("value"), str):
        yield value["value"]
