from warroom.content.not_built import NOT_BUILT, not_built
from warroom.services.execution.builtins import BUILTINS


def test_what_is_built_is_not_among_them() -> None:
    assert NOT_BUILT & set(BUILTINS) == set(), "They are built: take them out of NOT_BUILT."


def test_other_names_are_left_alone() -> None:
    assert not_built("createNewIncidents") == ""
