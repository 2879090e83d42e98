"""Values as playbooks and mappers write them: literal text, a path, or a path with filters and transformers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from warroom.model.json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """`simple:`; text that may hold `${}`, or a JSON literal from the YAML (number, boolean)."""

    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """One side of a comparison, or an argument; `is_context` makes simple text a path without `${}`."""

    value: "Value"
    is_context: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`left operator right`; unary operators have no right side."""

    operator: str  # as written, with its category: "isEqualString", "string.isEqual"
    left: Operand
    right: Operand | None = None
    ignore_case: bool = False


AllOfAnyOf: TypeAlias = tuple[tuple[Comparison, ...], ...]  # outer: and; inner: or


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerCall:
    operator: str
    args: Mapping[str, Operand] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complex:
    """`complex:`; root, then filters on its items, then the accessor, then the transformers in order."""

    root: str
    accessor: str = ""
    filters: AllOfAnyOf = ()
    transformers: tuple[TransformerCall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValue:
    """`keyvalue:`; an object whose values are resolved one by one, as for an argument of type keyValue."""

    pairs: Mapping[str, "Value"]


Value: TypeAlias = Simple | Complex | KeyValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One label of a condition task and what must hold for it."""

    label: str
    condition: AllOfAnyOf
