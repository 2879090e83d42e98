from warroom.services.commands.declared_indicators import OF_INDICATORS
from warroom.services.people.access import Permission


def test_what_changes_indicators_takes_the_right_to_change_incidents() -> None:
    for one in OF_INDICATORS.values():
        assert one.permission is (Permission.EDIT_INCIDENTS if one.writes else Permission.SEE)


def test_fields_are_arguments_of_what_sets_them() -> None:
    assert {name for name, one in OF_INDICATORS.items() if one.takes_indicator_fields} == {
        "createNewIndicator", "setIndicator", "setIndicators",
    }  # fmt: skip
