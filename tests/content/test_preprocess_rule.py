import pytest

from tests.content.rules import a_rule
from warroom.content.preprocess_rule import RuleAction


@pytest.mark.parametrize("action", RuleAction)
def test_each_action_has_words(action: RuleAction) -> None:
    assert action.said.islower()


def test_some_actions_are_about_an_existing_incident() -> None:
    found = [action for action in RuleAction if a_rule(action=action).looks_for_one]
    assert found == [RuleAction.UPDATE, RuleAction.LINK, RuleAction.LINK_AND_CLOSE]
