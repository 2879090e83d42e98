"""Conditions of playbook tasks: which label holds."""

from collections.abc import Iterable

from warroom.content.value import AllOfAnyOf, Case
from warroom.context.scope import Source
from warroom.context.value import passes


def choose(cases: Iterable[Case], scope: Source) -> str | None:
    """Return the first label whose condition holds, in the order of the file; None means the default."""
    return next((case.label for case in cases if holds(case.condition, scope)), None)


def holds(condition: AllOfAnyOf, scope: Source) -> bool:
    """Whether in every group some comparison holds.

    Both sides are fetched once and compared as they are: a condition does not go through the items of a root.
    """
    return passes(condition, scope, scope)
