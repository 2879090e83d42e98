import pytest

from visionone_sim.settings import Settings, changed


def test_settings_are_changed_by_text_of_their_own_type() -> None:
    result = changed(Settings(), {"alert_page_size": "3", "approval_required": "TRUE", "link_lifetime_seconds": "0.5"})
    assert (result.alert_page_size, result.approval_required, result.link_lifetime_seconds) == (3, True, 0.5)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("page", "3", "no simple setting 'page'; use one of alert_page_size"),
        ("timeline", "3", "no simple setting 'timeline'"),
        ("alert_page_size", "many", "it takes a whole number"),
        ("approval_required", "maybe", "it takes true or false"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_sentence(name: str, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        changed(Settings(), {name: text})
