"""What the runtime understands, as far as a check needs to know: rooms above this one fill it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from warroom.content.integration import Argument


def _nothing_wrong(_: str) -> str:
    return ""


def _no_paths(_: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The built-in commands and the language of values.

    `operator` and `transformer` give a sentence for a name that is not known; `parameters` gives a transformer's
    arguments by name and whether they are required; `references` gives the paths in `${}` of a text; `javascript` gives
    what in a path only a JavaScript engine could evaluate.
    """

    builtins: frozenset[str] = frozenset()
    builtin_arguments: Mapping[str, tuple[Argument, ...]] = field(default_factory=dict)
    takes_fields: frozenset[str] = frozenset()  # built-in commands to which names of incident fields are arguments
    system_fields: frozenset[str] = frozenset()  # of an incident, as `setIncident` and field mappings name them
    operator: Callable[[str], str] = _nothing_wrong
    transformer: Callable[[str], str] = _nothing_wrong
    parameters: Callable[[str], dict[str, bool] | None] = lambda _: None
    references: Callable[[str], tuple[str, ...]] = _no_paths
    javascript: Callable[[str], tuple[str, ...]] = _no_paths
