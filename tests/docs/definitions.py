"""Names in pages that link to the file that defines them: "[`name`](file.py)"."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

LINK = re.compile(r"\[`(?P<name>[^`]+)`\]\((?P<file>[^)]+\.py)\)")


def defined(body: list[ast.stmt], before: str = "") -> Iterator[str]:
    """Yield what a module or class defines, such as `Session`, `Session.run` and `COMMANDS`."""
    for node in body:
        match node:
            case ast.ClassDef(name=name, body=inner):
                yield before + name
                yield from defined(inner, f"{before}{name}.")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield before + name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield before + name


def named_in(page: str) -> list[tuple[str, str]]:
    return [(found["name"], found["file"]) for found in LINK.finditer(page)]


def lost(root: Path, page: Path, named: list[tuple[str, str]]) -> Iterator[str]:
    for name, file in named:
        path = ((root / page).parent / file).resolve()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if name not in defined(tree.body):
            yield f"{file} does not define {name}"
