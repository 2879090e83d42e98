"""The table of operators, and the one place that applies them: lists, negation, letter case."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from warroom.content.category import CATEGORIES
from warroom.context.cast import MISSING, items, shown
from warroom.context.semantics import STANDARD, Semantics
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

Function: TypeAlias = Callable[..., bool]
Test: TypeAlias = Callable[[Json, Json, Semantics], bool]


class Takes(Enum):
    """What an operator gets of its left side."""

    ITEM = "item"  # given a list, some item has to pass
    LIST = "list"  # given an item, it becomes a list of one
    ANYTHING = "anything"  # the value as it is, also a missing one


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    name: str
    test: Test
    takes: Takes
    category: str
    is_negation: bool = False
    is_pattern: bool = False  # the right side is a regular expression
    summary: str = ""


OPERATORS: dict[str, Operator] = {}

DEPENDS_ON_CATEGORY = {
    ("string", "isEqual"): "isEqualString",
    ("string", "isNotEqual"): "isNotEqualString",
    ("number", "isEqual"): "isEqualNumber",
    ("number", "isNotEqual"): "isNotEqualNumber",
    ("date", "isEqual"): "isSame",
    ("general", "isEqual"): "isEqualString",
    ("general", "isNotEqual"): "isNotEqualString",
    ("", "isEqual"): "isEqualString",
    ("", "isNotEqual"): "isNotEqualString",
}


def operator(
    name: str,
    *,
    category: str,
    takes: Takes = Takes.ITEM,
    negation: str = "",
    is_pattern: bool = False,
) -> Callable[[Function], Function]:
    """Register a test of `left` under XSOAR's name, and its opposite under the name of the `negation`.

    The test also takes `right` unless it is unary, and `semantics` when it depends on a guess.
    """

    def register(test: Function) -> Function:
        names = frozenset(inspect.signature(test).parameters)
        summary = (test.__doc__ or "").partition("\n")[0]
        found = Operator(
            name=name,
            test=_adapted(test, names),
            takes=takes,
            category=category,
            is_pattern=is_pattern,
            summary=summary,
        )
        OPERATORS[name] = found
        if negation:
            OPERATORS[negation] = replace(found, name=negation, is_negation=True, summary=f"The opposite of `{name}`.")
        return test

    return register


def _adapted(test: Function, names: frozenset[str]) -> Test:
    """Return the test with the signature that all tests are called by."""
    match "right" in names, "semantics" in names:
        case True, True:
            return lambda left, right, semantics: test(left, right, semantics=semantics)
        case True, False:
            return lambda left, right, _: test(left, right)
        case False, True:
            return lambda left, _, semantics: test(left, semantics=semantics)
        case _:
            return lambda left, _right, _semantics: test(left)


def look_up(written: str) -> Operator:
    """The operator for a name as content writes it: "isEqualString", "string.isEqual", "general.isExists"."""
    found = _find(written)
    if found is None:
        raise InvalidInputError(
            f"The operator {written} is not known: it is not built in, and no installed script with the tag `filter` "
            "has this name. Install its pack, or compare with a built-in operator."
        )
    return found


def is_operator(written: str) -> bool:
    """Whether an operator is built in."""
    return _find(written) is not None


def _find(written: str) -> Operator | None:
    head, dot, rest = written.partition(".")
    category, name = (head, rest) if dot and head in CATEGORIES else ("", written)
    return OPERATORS.get(DEPENDS_ON_CATEGORY.get((category, name), name))


def compare(
    name: str, left: Json, right: Json = None, *, ignore_case: bool = False, semantics: Semantics = STANDARD
) -> bool:
    """Whether `left operator right` holds.

    >>> from warroom.context.operators import compare  # which registers them
    >>> compare("isEqualString", ["a", "b"], "b"), compare("containsString", "LSASS dump", "lsass", ignore_case=True)
    (True, True)
    """
    found = look_up(name)
    if left is MISSING and found.takes is not Takes.ANYTHING:
        left = None
    right = None if right is MISSING else right
    if ignore_case:
        left, right = (left, f"(?i){right}") if found.is_pattern else (_folded(left), _folded(right))
    try:
        return _holds(found, left, right, semantics)
    except InvalidInputError as error:
        raise InvalidInputError(
            f"The operator {name} cannot compare {shown(left)} with {shown(right)}: {error}"
        ) from error


def _holds(found: Operator, left: Json, right: Json, semantics: Semantics) -> bool:
    if found.takes is Takes.LIST:
        return found.test(items(left), right, semantics) is not found.is_negation
    if found.takes is Takes.ANYTHING or not isinstance(left, list):
        return found.test(left, right, semantics) is not found.is_negation
    if found.is_negation and semantics.negation_on_list == "no item":
        return not any(found.test(item, right, semantics) for item in left)
    return any(found.test(item, right, semantics) is not found.is_negation for item in left)


def _folded(value: Json) -> Json:
    if isinstance(value, str):
        return value.casefold()
    return [_folded(item) for item in value] if isinstance(value, list) else value
