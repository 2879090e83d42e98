"""Reads what integrations and scripts share: arguments, outputs and code."""

import re
from hashlib import sha256

from warroom.content.integration import Argument, Code, Command, CommandOutput
from warroom.content.source import Node
from warroom.model.errors import Location

_BLOCK = re.compile(r":\s*(&\S+\s+)?\|[-+0-9]*\s*(#.*)?")  # a literal block: its lines are lines of the file
_NO_CODE = frozenset({"", "-"})  # what the package form writes where the unified form has the code


def read_command(node: Node) -> Command:
    """One entry of an integration's `commands`."""
    name = node.get("name").needed("A command")
    return Command(
        name=name,
        description=node.get("description").text(),
        arguments=read_parameters(node.get("arguments")),
        outputs=read_outputs(node.get("outputs")),
        execution=node.get("execution").flag(),
        polling=node.get("polling").flag(),
        deprecated=node.get("deprecated").flag(),
        timeout=read_timeout(node.get("timeout")),
    )


def read_parameters(node: Node) -> tuple[Argument, ...]:
    """The arguments that a command or script declares."""
    return tuple(
        Argument(
            name=entry.get("name").needed("An argument"),
            required=entry.get("required").flag(),
            default=entry.get("default").flag(),
            default_value=entry.get("defaultValue", "defaultvalue").data,
            is_array=entry.get("isArray").flag(),
            secret=entry.get("secret").flag(),
            predefined=entry.get("predefined").texts(),
            description=entry.get("description").text(),
        )
        for entry in node.entries()
    )


def read_outputs(node: Node) -> tuple[CommandOutput, ...]:
    return tuple(
        CommandOutput(
            context_path=path,
            type=entry.get("type").text(),
            description=entry.get("description").text(),
        )
        for entry in node.entries()
        if (path := entry.get("contextPath", "contentPath").text())
    )


def read_timeout(node: Node) -> int | None:
    """Seconds; 0 means the default, as if nothing had been written."""
    return node.seconds() or None


def read_code(node: Node, file: tuple[str, Location] | None, *, may_be_empty: bool = False) -> Code:
    """The code below `script`, or of the file beside it; raises ContentError when there is none and it is needed."""
    body = node.get("script")
    written = body.text()
    text, at = (written, _place(body)) if written.strip() not in _NO_CODE or file is None else file
    if text.strip() in _NO_CODE and may_be_empty:
        text = ""
    elif text.strip() in _NO_CODE:
        raise node.error(
            "There is no code: `script` is empty and there is no code file beside this one; add one of them."
        )
    return Code(
        text=text,
        sha256=sha256(text.encode(errors="surrogatepass")).hexdigest(),
        language=node.get("type").text("python"),
        subtype=node.get("subtype").text("python3"),
        docker_image=node.get("dockerimage").text(),
        at=at,
    )


def _place(body: Node) -> Location:
    """Where the code of a yml begins; without a line where its lines are not lines of the file (quoted, folded)."""
    line = body.at.line
    written = body.source.text.split("\n", line)[line - 1]
    return body.at if _BLOCK.search(written) else Location(body.at.path)
