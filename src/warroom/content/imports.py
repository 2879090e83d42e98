"""Reads Python code without running it: whether it can be parsed, and which modules it imports when it begins."""

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

CATCHES_MISSING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """The modules that code imports, by name, each with its first line; or why and where it cannot be parsed."""

    modules: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    line: int = 0


@lru_cache(maxsize=1024)  # many playbooks call the same scripts
def imports_of(text: str) -> Imports:
    """Read the imports of some code; those that it can do without are left out, and so are those inside functions.

    >>> imports_of("import json, os.path").modules
    {'json': 1, 'os': 1}
    >>> imports_of("print 1").line
    1
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in its texts, which only new Pythons mind
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        problem = error.msg if isinstance(error, SyntaxError) else str(error)
        return Imports(problem=problem, line=line or 0)
    modules: dict[str, int] = {}
    for name, line in _imported(tree.body):
        modules.setdefault(name, line)
    return Imports(modules=modules)


def _imported(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, int]]:
    for statement in statements:
        match statement:
            case ast.Import(names=names):
                yield from ((one.name.partition(".")[0], statement.lineno) for one in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0], statement.lineno
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                yield from _imported([*(() if any(map(_catches, handlers)) else body), *orelse, *final])
            case ast.If(body=body) | ast.With(body=body) | ast.ClassDef(body=body):
                yield from _imported([*body, *getattr(statement, "orelse", ())])
            case _:
                pass


def _catches(handler: ast.ExceptHandler) -> bool:
    """Whether a handler goes on when a module is missing."""
    match handler.type:
        case None:
            return True
        case ast.Tuple(elts=kinds):
            return any(isinstance(one, ast.Name) and one.id in CATCHES_MISSING for one in kinds)
        case ast.Name(id=name):
            return name in CATCHES_MISSING
        case _:
            return False
