"""What a War Room prompt offers to complete: commands, their arguments, and the hosts that incidents mention."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument
from warroom.doors.answer import shaped
from warroom.doors.asked import Nothing
from warroom.doors.operation import reads
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.commands.declared import DECLARED, Declared
from warroom.services.people.access import Permission
from warroom.services.ports.store import IncidentQuery

# What a field, a context key or an argument is called when it holds names of hosts.
HOST_KEYS = re.compile(r"(endpoint|host)(s|_?names?)?$", re.IGNORECASE)
HOST_NAME = re.compile(r"[^,{}\[\]\"]{1,253}")  # 253 is DNS's limit; the rest keeps lists and JSON out
INCIDENTS_LOOKED_AT = 200
NAMES_OFFERED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentShown:
    """An argument of a command; `host` says that it takes names of hosts."""

    name: str
    required: bool
    description: str
    values: Sequence[str]
    list: bool
    secret: bool
    host: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandShown:
    """A command or a script, with its arguments."""

    description: str
    arguments: Sequence[ArgumentShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The hosts that the newest incidents mention, and the instances that `using` can name."""

    hosts: Sequence[str]
    instances: Sequence[str]


def commands_of(catalogue: Catalogue) -> dict[str, CommandShown]:
    """Return every command and script with its arguments."""
    offered = {
        name: CommandShown(
            description=declared.description, arguments=_arguments(_of_builtin(name, declared, catalogue))
        )
        for name, declared in DECLARED.items()
    }
    for script in catalogue.scripts.values():
        if script.name not in catalogue.module_sources(script.code.language):
            offered[script.name] = CommandShown(description=script.comment, arguments=_arguments(script.arguments))
    for name, offers in catalogue.commands().items():
        command = offers[0][1]
        if not command.deprecated:
            offered[name] = CommandShown(description=command.description, arguments=_arguments(command.arguments))
    return offered


def _of_builtin(name: str, declared: Declared, catalogue: Catalogue) -> list[Argument]:
    values = {("setPlaybook", "name"): tuple(summary.name for summary in catalogue.playbook_summaries())}
    return [replace(each, predefined=values.get((name, each.name), each.predefined)) for each in declared.arguments]


@reads("commands", Permission.SEE)
async def list_commands(app: App, _asked: Nothing, _actor: Actor) -> dict[str, CommandShown]:
    """List every command and script with its arguments."""
    return commands_of(app.library.catalogue)


@reads("names", Permission.SEE)
async def list_names(app: App, _asked: Nothing, actor: Actor) -> Names:
    """List the host names that the newest incidents mention, and the instances that `using` can name."""
    instances = [instance.name for instance in await app.instances.list(actor)]
    return Names(hosts=await known_names(app, actor), instances=instances)


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


def _arguments(arguments: Sequence[Argument]) -> list[ArgumentShown]:
    return [
        shaped(
            ArgumentShown,
            argument,
            values=list(argument.predefined),
            list=argument.is_array,
            host=bool(HOST_KEYS.search(argument.name)),
        )
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
