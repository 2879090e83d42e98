"""Reads a script (automation), in the package form and in the unified one."""

from warroom.content.integration import Script
from warroom.content.read_command import read_code, read_outputs, read_parameters, read_timeout
from warroom.content.source import Source
from warroom.model.errors import Location


def read_script(source: Source, code: tuple[str, Location] | None = None) -> Script:
    """The script of a yml; `code` is the text of the file beside it, if there is one."""
    node = source.root()
    name = node.get("name").text()
    item_id = node.get("commonfields").get("id").text() or name or node.get("name").needed("A script")
    return Script(
        id=item_id,
        name=name or item_id,
        comment=node.get("comment").text(),
        arguments=read_parameters(node.get("args")),
        outputs=read_outputs(node.get("outputs")),
        code=read_code(node, code),
        tags=node.get("tags").texts(),
        polling=node.get("polling").flag(),
        timeout=read_timeout(node.get("timeout")),
        execution=node.get("execution").flag(),
        at=node.at,
    )
