"""Resolves values: literal text with `${}`, paths, and roots with filters, an accessor and transformers."""

from typing import assert_never

from warroom.content.value import AllOfAnyOf, Comparison, Complex, Operand, Simple, TransformerCall, Value
from warroom.context.cast import MISSING
from warroom.context.interpolate import bare, interpolate
from warroom.context.operators import compare
from warroom.context.path import find as find_in
from warroom.context.scope import ItemScope, Source
from warroom.context.transformers import transform
from warroom.model.json import Json


def resolve(value: Value, scope: Source, *, is_context: bool = False) -> Json:
    """What a value comes to; None when it leads nowhere, so that an argument counts as not passed.

    `is_context` makes simple text a path without `${}`.
    """
    found = find(value, scope, is_context=is_context)
    return None if found is MISSING else found


def find(value: Value, scope: Source, *, is_context: bool = False) -> Json:
    """What a value comes to, `MISSING` when it leads nowhere."""
    match value:
        case Simple(value=str() as text):
            return scope.find(bare(text)) if is_context else interpolate(text, scope)
        case Simple(value=literal):
            return literal
        case Complex():
            return _complex(value, scope)
        case _:
            assert_never(value)


def find_operand(operand: Operand, scope: Source) -> Json:
    """What one side of a comparison, or an argument of a transformer, comes to."""
    return find(operand.value, scope, is_context=operand.is_context)


def passes(groups: AllOfAnyOf, left: Source, right: Source) -> bool:
    """Whether in every group some comparison holds; the sides may be read from different sources."""
    return all(any(_holds(comparison, left, right) for comparison in group) for group in groups)


def _holds(comparison: Comparison, left: Source, right: Source) -> bool:
    return compare(
        comparison.operator,
        find_operand(comparison.left, left),
        find_operand(comparison.right, right) if comparison.right else None,
        ignore_case=comparison.ignore_case,
        semantics=left.semantics,
    )


def _complex(value: Complex, scope: Source) -> Json:
    root, accessor = bare(value.root), bare(value.accessor)
    found = scope.find(root)
    if value.filters:
        found = _filtered(value.filters, found, root, scope)
    if accessor and found is not MISSING:
        found = find_in(found, accessor, scope.semantics)
    for call in value.transformers:
        found = _transformed(call, found, scope)
    return found


def _filtered(filters: AllOfAnyOf, value: Json, root: str, scope: Source) -> Json:
    """The items that pass; paths on the left side start with the root and lead into the item."""
    if value is MISSING or value is None:
        return value
    kept = []
    for item in value if isinstance(value, list) else [value]:
        inside = ItemScope(scope, root, item)
        if passes(filters, inside, inside if scope.semantics.filter_right_sees_item else scope):
            kept.append(item)
    if len(kept) == 1 and (scope.semantics.unwrap_single_after_filter or not isinstance(value, list)):
        return kept[0]
    return kept or MISSING


def _transformed(call: TransformerCall, value: Json, scope: Source) -> Json:
    args = {name: find_operand(operand, scope) for name, operand in call.args.items()}
    return transform(call.operator, value, args, semantics=scope.semantics)
