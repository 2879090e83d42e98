"""Resolves values: literal text with `${}`, paths, and roots with filters, an accessor and transformers."""

from collections.abc import Mapping
from typing import assert_never

from warroom.content.category import without_category
from warroom.content.value import AllOfAnyOf, Comparison, Complex, KeyValue, Operand, Simple, TransformerCall, Value
from warroom.context import cast
from warroom.context.cast import MISSING, number_text
from warroom.context.interpolate import bare, interpolate
from warroom.context.operators import compare, is_operator
from warroom.context.path import find as find_in
from warroom.context.scope import ItemScope, Source
from warroom.context.scripted import WHOLE_LIST, Use, for_each
from warroom.context.transformers import is_transformer, transform
from warroom.model.json import Json

YES_OR_NO: Mapping[str, bool] = {"yes": True, "no": False}  # what scripts of conditions say for true and false


def resolve(value: Value, scope: Source, *, is_context: bool = False) -> Json:
    """Resolve a value; None when it leads nowhere, so that an argument counts as not passed.

    `is_context` makes simple text a path without `${}`.
    """
    found = find(value, scope, is_context=is_context)
    return None if found is MISSING else found


def find(value: Value, scope: Source, *, is_context: bool = False) -> Json:
    """Resolve a value; `MISSING` when it leads nowhere."""
    match value:
        case Simple(value=str() as text):
            return scope.find(bare(text)) if is_context else interpolate(text, scope)
        case Simple(value=literal):
            return literal
        case Complex():
            return _complex(value, scope)
        case KeyValue(pairs=pairs):
            found = {key: resolve(each, scope) for key, each in pairs.items()}
            return {key: each for key, each in found.items() if each is not None} or MISSING
        case _:
            assert_never(value)


def find_operand(operand: Operand, scope: Source) -> Json:
    """Resolve one side of a comparison, or an argument of a transformer."""
    return find(operand.value, scope, is_context=operand.is_context)


def passes(groups: AllOfAnyOf, left: Source, right: Source) -> bool:
    """Whether in every group some comparison holds; the sides may be read from different sources."""
    return all(any(_holds(comparison, left, right) for comparison in group) for group in groups)


def _holds(comparison: Comparison, left: Source, right: Source) -> bool:
    value = find_operand(comparison.left, left)
    other = find_operand(comparison.right, right) if comparison.right else None
    if is_script(comparison.operator, Use.OPERATOR, left):
        return _script_holds(without_category(comparison.operator), value, other, left)
    return compare(comparison.operator, value, other, ignore_case=comparison.ignore_case, semantics=left.semantics)


def is_script(name: str, use: Use, scope: Source) -> bool:
    """Whether a transformer or operator is a script of a pack; a built-in one of the same name is taken first."""
    is_builtin = is_operator if use is Use.OPERATOR else is_transformer
    if scope.scripts is None or is_builtin(name):
        return False
    return scope.scripts.find(without_category(name), use) is not None


def _script_holds(name: str, left: Json, right: Json, scope: Source) -> bool:
    """Whether a script says that an operator holds; item by item, one that passes is enough."""

    def holds(item: Json) -> bool:
        answer = _answer(name, Use.OPERATOR, {"left": item, "right": right}, scope)
        return cast.boolean(YES_OR_NO.get(answer.strip().lower(), answer) if isinstance(answer, str) else answer)

    return any(for_each(_items(name, Use.OPERATOR, left, scope), holds))


def _answer(name: str, use: Use, args: Mapping[str, Json], scope: Source) -> Json:
    assert scope.scripts is not None
    return scope.scripts.answer(name, use, args)


def _items(name: str, use: Use, value: Json, scope: Source) -> list[Json]:
    """What a script is run on, one run each: a list's items, or the list as it is where the script asks for it."""
    assert scope.scripts is not None
    is_whole = WHOLE_LIST in (scope.scripts.find(name, use) or ())
    return value if isinstance(value, list) and not is_whole else [value]


def _complex(value: Complex, scope: Source) -> Json:
    root, accessor = bare(value.root), bare(value.accessor)
    found = scope.find(root)
    if value.filters:
        found = _filtered(value.filters, found, root, scope)
    if accessor and found is not MISSING:
        found = find_in(found, accessor, scope.semantics, scope.scripts)
    for call in value.transformers:
        found = _transformed(call, found, scope)
    return found


def _filtered(filters: AllOfAnyOf, value: Json, root: str, scope: Source) -> Json:
    """The items that pass; paths on the left side start with the root and lead into the item."""
    if value is MISSING or value is None:
        return value

    def is_kept(item: Json) -> bool:
        inside = ItemScope(scope, root, item)
        return passes(filters, inside, inside if scope.semantics.filter_right_sees_item else scope)

    items = value if isinstance(value, list) else [value]
    kept = [item for item, is_in in zip(items, for_each(items, is_kept), strict=True) if is_in]
    if len(kept) == 1 and (scope.semantics.unwrap_single_after_filter or not isinstance(value, list)):
        return kept[0]
    return kept or MISSING


def _transformed(call: TransformerCall, value: Json, scope: Source) -> Json:
    args = {name: find_operand(operand, scope) for name, operand in call.args.items()}
    if is_script(call.operator, Use.TRANSFORMER, scope):
        return _transformed_by_script(without_category(call.operator), value, args, scope)
    return transform(call.operator, value, args, semantics=scope.semantics)


def _transformed_by_script(name: str, value: Json, args: Mapping[str, Json], scope: Source) -> Json:
    """Change a value by a script: also one that is missing, which some scripts are made for.

    A number by itself comes as text, as in XSOAR.
    """

    def changed(item: Json) -> Json:
        is_number = isinstance(item, int | float) and not isinstance(item, bool)
        return _answer(name, Use.TRANSFORMER, {**args, "value": number_text(item) if is_number else item}, scope)

    items = _items(name, Use.TRANSFORMER, value, scope)
    answers = for_each(items, changed)
    if items is not value:
        return answers[0]
    return [one for answer in answers for one in (answer if isinstance(answer, list) else [answer])]
