"""Operators on anything: is it there, is it empty, does it hold something."""

from warroom.context import cast
from warroom.context.operators.registry import Takes, operator
from warroom.context.semantics import Semantics
from warroom.model.json import Json


@operator("isExists", category="general", takes=Takes.ANYTHING, negation="isNotExists")
def exists(left: Json, *, semantics: Semantics) -> bool:
    """The key is defined, even if its value is false or empty."""
    return left is not cast.MISSING and (left is not None or semantics.null_is_defined)


@operator("isEmpty", category="general", takes=Takes.ANYTHING, negation="isNotEmpty")
def is_empty(left: Json, *, semantics: Semantics) -> bool:
    """The value is missing, null, false, or an empty text, list or object."""
    if isinstance(left, list) and semantics.list_of_empties_is_empty:
        return all(is_empty(item, semantics=semantics) for item in left)
    if isinstance(left, int | float) and not isinstance(left, bool):
        return semantics.zero_is_empty and left == 0
    return not left


@operator("isTrue", category="general")
def is_true(left: Json) -> bool:
    """The value is true, as a boolean or as text."""
    return left not in (None, "") and cast.boolean(left)


@operator("isFalse", category="general")
def is_false(left: Json, *, semantics: Semantics) -> bool:
    """The value is false, as a boolean or as text."""
    return semantics.missing_is_false if left in (None, "") else not cast.boolean(left)


@operator("containsGeneral", category="general", takes=Takes.ANYTHING, negation="notContainsGeneral")
def contains(left: Json, right: Json, *, semantics: Semantics) -> bool:
    """The list on the left contains the item on the right; text on the left may also contain it."""
    wanted = right if isinstance(right, list) else [right]
    quantifier = any if semantics.contains_general_needs == "any" else all
    return quantifier(_has(left, item, semantics) for item in wanted)


def _has(left: Json, item: Json, semantics: Semantics) -> bool:
    if isinstance(left, str) and semantics.contains_general_looks_inside_text and item is not None:
        return cast.written(item) in left
    return any(cast.same(own, item) for own in cast.items(left))


@operator("in", category="general", negation="notIn")
def is_in(left: Json, right: Json, *, semantics: Semantics) -> bool:
    """The value on the left is in the list (or comma-separated text) on the right."""
    if isinstance(right, str) and semantics.in_splits_text:
        return any(cast.same(left, choice.strip()) for choice in right.split(","))
    if isinstance(right, dict):
        return cast.plain_text(left) in right
    return any(cast.same(left, choice) for choice in cast.items(right))


@operator("hasLength", category="general", takes=Takes.LIST)
def has_length(left: Json, right: Json) -> bool:
    """The list has the given number of items."""
    return len(left) == cast.whole(right)
