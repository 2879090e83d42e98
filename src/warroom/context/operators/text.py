"""Operators on text."""

from warroom.context import cast
from warroom.context.operators.registry import operator
from warroom.context.regex import compile_regex
from warroom.context.semantics import Semantics
from warroom.model.json import Json


@operator("isEqualString", category="string", negation="isNotEqualString")
def is_equal(left: Json, right: Json, *, semantics: Semantics) -> bool:
    """The texts are equal; numbers and booleans are compared as text."""
    if not semantics.null_equals_empty_text and (left is None or right is None):
        return left is right
    return cast.text(left) == cast.text(right)


@operator("containsString", category="string", negation="notContainsString")
def contains(left: Json, right: Json) -> bool:
    """The left text contains the right one."""
    return left is not None and cast.text(right) in cast.text(left)


@operator("startWith", category="string", negation="notStartWith")
def starts_with(left: Json, right: Json) -> bool:
    """The left text starts with the right one."""
    return left is not None and cast.text(left).startswith(cast.text(right))


@operator("endWith", category="string", negation="notEndWith")
def ends_with(left: Json, right: Json) -> bool:
    """The left text ends with the right one."""
    return left is not None and cast.text(left).endswith(cast.text(right))


@operator("match", category="string", is_pattern=True)
def matches(left: Json, right: Json) -> bool:
    """The regular expression on the right (Go syntax) is found in the left text."""
    return left is not None and compile_regex(cast.text(right)).search(cast.text(left)) is not None


@operator("stringHasLength", category="string")
def has_length(left: Json, right: Json) -> bool:
    """The left text has the given number of characters."""
    return len(cast.text(left)) == cast.whole(right)


@operator("inList", category="string", negation="notInList")
def in_list(left: Json, right: Json, *, semantics: Semantics) -> bool:
    """The left text is one of the comma-separated texts on the right."""
    if left is None:
        return False
    choices = right if isinstance(right, list) else cast.text(right).split(",")
    texts = (cast.text(choice) for choice in choices)
    return cast.text(left) in {text.strip() if semantics.in_list_trims else text for text in texts}
