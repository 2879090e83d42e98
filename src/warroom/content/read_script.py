"""Reads a script (automation), in the package form and in the unified one."""

from dataclasses import replace

from warroom.content.integration import JAVASCRIPT, ON_ENDPOINT, Code, Script
from warroom.content.read_command import read_code, read_outputs, read_parameters, read_timeout
from warroom.content.source import Node, Source
from warroom.model.errors import Location

AGENT = "1"  # of `scripttarget`: where the script runs
# Scripts for code of a customer's own, which runs before each other one. They are shipped empty.
USERS_OWN = frozenset({"CommonServerUserPowerShell", "CommonServerUserPython", "CommonUserServer"})
# Scripts that XSOAR merges into each other one in Python.
OF_BOTH_PYTHONS = frozenset({"CommonServerPython", "CommonServerUserPython"})


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
        code=_as_it_runs(name, node, read_code(node, code, may_be_empty=name in USERS_OWN)),
        tags=node.get("tags").texts(),
        polling=node.get("polling").flag(),
        timeout=read_timeout(node.get("timeout")),
        execution=node.get("execution").flag(),
        at=node.at,
    )


def _as_it_runs(name: str, node: Node, code: Code) -> Code:
    """Mark code that is made for XSOAR's agent on an endpoint, and code that all Python scripts share.

    XSOAR merges the latter into code of both Pythons, whatever its own file says (`python2` in Palo Alto's).
    """
    if name in OF_BOTH_PYTHONS:
        return replace(code, subtype="python3")
    if code.language == JAVASCRIPT and node.get("scripttarget").text() == AGENT:
        return replace(code, subtype=ON_ENDPOINT)
    return code
