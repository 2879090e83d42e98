"""Reads an integration, in the package form (code beside the yml) and in the unified one."""

from warroom.content.integration import Command, Integration, Param
from warroom.content.read_command import read_code, read_command, read_timeout
from warroom.content.source import Node, Source
from warroom.model.errors import Location

_MARKETPLACE = "xsoar"


def read_integration(source: Source, code: tuple[str, Location] | None = None, description: str = "") -> Integration:
    """The integration of a yml; `code` and `description` are the texts of the files beside it, if there are any."""
    node = source.root()
    script = node.get("script")
    name = node.get("name").text()
    item_id = node.get("commonfields").get("id").text() or name or node.get("name").needed("An integration")
    return Integration(
        id=item_id,
        name=name or item_id,
        display=node.get("display").text(name or item_id),
        description=node.get("description").text(),
        detailed_description=node.get("detaileddescription").text() or description,
        category=node.get("category").text(),
        params=tuple(_param(entry) for entry in node.get("configuration").entries()),
        commands=_commands(script.get("commands")),
        code=read_code(script, code),
        can_fetch=script.get("isfetch").flag(),
        classifier=node.get("defaultclassifier").text(),
        mapper_in=node.get("defaultmapperin").text(),
        mapper_out=node.get("defaultmapperout").text(),
        mirrors_in=script.get("isremotesyncin").flag(),
        mirrors_out=script.get("isremotesyncout").flag(),
        timeout=read_timeout(node.get("timeout")),
        at=node.at,
    )


def _commands(node: Node) -> dict[str, Command]:
    found: dict[str, Command] = {}
    for entry in node.entries():
        command = read_command(entry)
        if command.name in found:
            raise entry.error(f"The command `{command.name}` is declared twice; remove one of them.")
        found[command.name] = command
    return found


def _param(node: Node) -> Param:
    return Param(
        name=node.get("name").needed("A parameter"),
        kind=node.get("type").whole(),
        display=node.get("display").text(),
        required=node.get("required").flag(),
        default_value=node.get("defaultvalue").data,
        options=node.get("options").texts(),
        hidden=_hidden(node.get("hidden")),
        hidden_username=node.get("hiddenusername").flag(),
    )


def _hidden(node: Node) -> bool:
    """True, or a list of the marketplaces in which the parameter is hidden."""
    return _MARKETPLACE in node.texts() if isinstance(node.data, list) else node.flag()
