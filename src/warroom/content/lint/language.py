"""What the runtime understands, as far as checks need it; rooms above this one provide it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from warroom.content.integration import Argument

RIGHT = "right"  # the side of an operator that says what is compared with


def _nothing_wrong(_: str) -> str:
    return ""


def _no_paths(_: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The built-in commands and the language of values.

    `operator` and `transformer` give a sentence for a name that is not known; `parameters` gives a transformer's
    arguments by name and whether they are required; `references` gives the paths in `${}` of a text; `is_pattern` says
    whether an operator or transformer takes a regular expression as this argument, an operator's being RIGHT, and
    `pattern` what XSOAR would refuse in one; `is_importable` says whether code that runs here can import a module.
    """

    builtins: frozenset[str] = frozenset()
    builtin_arguments: Mapping[str, tuple[Argument, ...]] = field(default_factory=dict)
    takes_fields: frozenset[str] = frozenset()  # built-in commands to which names of incident fields are arguments
    takes_any_field: frozenset[str] = frozenset()  # built-in commands whose arguments may be any field of an indicator
    system_fields: frozenset[str] = frozenset()  # of an incident, as `setIncident` and field mappings name them
    operator: Callable[[str], str] = _nothing_wrong
    transformer: Callable[[str], str] = _nothing_wrong
    parameters: Callable[[str], dict[str, bool] | None] = lambda _: None
    references: Callable[[str], tuple[str, ...]] = _no_paths
    is_pattern: Callable[[str, str], bool] = lambda _, __: False
    pattern: Callable[[str], str] = _nothing_wrong
    is_importable: Callable[[str], bool] = lambda _: True
