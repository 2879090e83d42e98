"""What a War Room prompt offers to complete: commands, their arguments, and the hosts that incidents mention."""

import re
from collections.abc import Iterator, Mapping, Sequence

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.execution.builtins import BUILTINS
from warroom.services.ports.store import IncidentQuery

# What a field, a context key or an argument is called when it holds names of hosts.
HOST_KEYS = re.compile(r"(endpoint|host)(s|_?names?)?$", re.IGNORECASE)
HOST_NAME = re.compile(r"[^,{}\[\]\"]{1,253}")  # 253 is DNS's limit; the rest keeps lists and JSON out
INCIDENTS_LOOKED_AT = 200
NAMES_OFFERED = 2000

BUILTIN_DESCRIPTIONS: Mapping[str, str] = {
    "addToList": "Adds items to a list.",
    "closeInvestigation": "Closes the incident.",
    "createList": "Makes a list.",
    "delContext": "Deletes a key of the incident's context, or all of it.",
    "getContext": "Gives the incident's context.",
    "getEntries": "Gives the entries of the War Room.",
    "getEntry": "Gives one entry of the War Room.",
    "getIncidents": "Gives the incident as a search for it would.",
    "getList": "Gives a list.",
    "removeFromList": "Takes items out of a list.",
    "setEntriesTags": "Adds tags to entries such as 4@17; one tagged for the mirroring goes to the alert as a note.",
    "setIncident": "Sets fields of the incident.",
    "setList": "Gives a list another text; the hosts in protected_hosts are acted on with approval only.",
    "setPlaybook": "Puts another playbook in the place of the incident's own.",
}
BUILTIN_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "addToList": ("listName", "listData"),
    "closeInvestigation": ("closeReason", "closeNotes"),
    "createList": ("listName", "listData"),
    "delContext": ("key", "all"),
    "getEntry": ("id",),
    "getList": ("listName",),
    "removeFromList": ("listName", "listData"),
    "setEntriesTags": ("entryIDs", "entryTags"),
    "setIncident": ("name", "type", "severity", "owner", "details", "customFields"),
    "setList": ("listName", "listData"),
    "setPlaybook": ("name", "incidentId"),
}


def commands_json(catalogue: Catalogue) -> JsonObject:
    """List every command and script with its arguments."""
    offered: JsonObject = {
        name: {
            "description": BUILTIN_DESCRIPTIONS[name],
            "arguments": _arguments(_of_builtin(name, catalogue)),
        }
        for name in BUILTINS
    }
    for script in catalogue.scripts.values():
        if script.name not in catalogue.module_sources():
            offered[script.name] = {"description": script.comment, "arguments": _arguments(script.arguments)}
    for name, offers in catalogue.commands().items():
        command = offers[0][1]
        if not command.deprecated:
            offered[name] = {"description": command.description, "arguments": _arguments(command.arguments)}
    return offered


def _of_builtin(name: str, catalogue: Catalogue) -> list[Argument]:
    values = {("setPlaybook", "name"): tuple(brief.name for brief in catalogue.briefs())}
    return [Argument(name=each, predefined=values.get((name, each), ())) for each in BUILTIN_ARGUMENTS.get(name, ())]


async def known_names(app: App, actor: Actor) -> list[str]:
    """List the host names that the newest incidents mention, in their fields and their contexts."""
    names: dict[str, None] = {}
    for incident in await app.incidents.find(IncidentQuery(limit=INCIDENTS_LOOKED_AT), actor):
        names |= dict.fromkeys(host_names(dict(incident.custom_fields)))
        names |= dict.fromkeys(host_names(await app.incidents.context_for(actor, incident.id)))
    return sorted(names)[:NAMES_OFFERED]


def host_names(value: Json) -> Iterator[str]:
    """Walk a tree for texts under keys that name hosts.

    >>> list(host_names({"visiononeendpoints": ["FIN-042"], "Endpoint": [{"Hostname": "HR-7", "OS": "Windows"}]}))
    ['FIN-042', 'HR-7']
    """
    if isinstance(value, list):
        for item in value:
            yield from host_names(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if HOST_KEYS.search(key):
                yield from _texts(item)
            yield from host_names(item)


def _arguments(arguments: Sequence[Argument]) -> list[JsonObject]:
    return [
        {
            "name": argument.name,
            "required": argument.required,
            "description": argument.description,
            "values": list(argument.predefined),
            "list": argument.is_array,
            "secret": argument.secret,
            "host": bool(HOST_KEYS.search(argument.name)),
        }
        for argument in arguments
    ]


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        if HOST_NAME.fullmatch(value) and value.isprintable():
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        yield from _texts(value.get("value"))
