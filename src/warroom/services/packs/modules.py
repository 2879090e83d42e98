"""Which modules the code of items imports and does not find."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from warroom.content.imports import imports_of
from warroom.content.integration import PYTHON, Code, Integration, Script
from warroom.content.lint.code import GIVEN, OF_PYTHON_2

ModulesOf: TypeAlias = Callable[[str], Container[str]]
"""Return what code of a docker image can import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """An item whose code imports modules that are not there."""

    item: str
    is_integration: bool
    docker_image: str
    modules: tuple[str, ...]


def lacking_modules(
    items: Iterable[Integration | Script], shared: Mapping[str, Code], modules_of: ModulesOf
) -> list[Lacking]:
    """Return the items that lack modules, in their order. `shared` is code that others import by name.

    What only Python 2 has is left out: no environment brings it.
    """
    found = ((item, _missing(item.code, shared, modules_of(item.code.docker_image))) for item in items)
    return [
        Lacking(
            item=item.name,
            is_integration=isinstance(item, Integration),
            docker_image=item.code.docker_image,
            modules=tuple(modules),
        )
        for item, modules in found
        if modules
    ]


def _missing(code: Code, shared: Mapping[str, Code], there: Container[str]) -> list[str]:
    if code.language != PYTHON or code.cannot_run:
        return []
    known = GIVEN | OF_PYTHON_2
    wanted, seen = [code], set[str]()
    missing: set[str] = set()
    while wanted:
        for module in imports_of(wanted.pop().text).modules.keys() - seen:
            seen.add(module)
            if module in shared:
                wanted.append(shared[module])
            elif module not in known and module not in there:
                missing.add(module)
    return sorted(missing)
