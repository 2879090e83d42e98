from datetime import timedelta

import pytest

from tests.content.rules import a_rule, is_, same
from warroom.content.preprocess_rule import RuleAction
from warroom.content.read_preprocess_rule import LONGEST
from warroom.content.value import Comparison, Operand, Simple
from warroom.model.errors import ContentError
from warroom.model.json import Json

THIRTY = {"fromValue": 30, "by": "days"}


def test_a_rule() -> None:
    rule = a_rule(
        name="Link phishing",
        action="link",
        index=3,
        linkTo="newest",
        searchClosed=True,
        period=THIRTY,
        newEventFilters=[[is_("type", "Phishing", ignorecase=True)]],
        existingEventsFilters=[[same("emailsubject")]],
    )
    assert (rule.id, rule.name, rule.action, rule.enabled, rule.index) == (
        "Link phishing",
        "Link phishing",
        RuleAction.LINK,
        True,
        3,
    )
    assert (rule.newest, rule.closed_too, rule.period) == (True, True, timedelta(days=30))
    subject = Operand(value=Simple(value="${emailsubject}"), is_context=True)
    assert rule.existing == (
        (
            Comparison(
                operator="isEqualString",
                left=Operand(value=Simple(value="emailsubject"), is_context=True),
                right=subject,
            ),
        ),
    )
    assert rule.new[0][0].ignore_case


@pytest.mark.parametrize(
    ("written", "action"),
    [
        ("drop", RuleAction.DROP),
        ("Drop and update", RuleAction.UPDATE),
        ("drop_and_update", RuleAction.UPDATE),
        ("update", RuleAction.UPDATE),
        ("close", RuleAction.CLOSE),
        ("Link", RuleAction.LINK),
        ("linkAndClose", RuleAction.LINK_AND_CLOSE),
        ("link-close", RuleAction.LINK_AND_CLOSE),
        ("run_script", RuleAction.SCRIPT),
        ("Run a script", RuleAction.SCRIPT),
        ("explode", None),
        ("⌛", None),
    ],
)
def test_an_action_is_read_however_it_is_spelled(written: str, action: RuleAction | None) -> None:
    rule = a_rule(action=written)
    assert (rule.action, rule.written) == (action, written)


@pytest.mark.parametrize(
    ("period", "read"),
    [
        (None, None),
        ({}, None),
        ([], None),
        ({"fromValue": 0, "by": "days"}, None),
        ({"fromValue": "90", "by": "minute"}, timedelta(minutes=90)),
        ({"fromValue": 2, "by": "Hours"}, timedelta(hours=2)),
        ({"fromValue": 2}, timedelta(days=2)),
        ({"fromValue": 1, "by": "months"}, timedelta(days=30)),
        ({"fromValue": 10**15, "by": "years"}, LONGEST),
    ],
)
def test_how_old_an_existing_incident_may_be(period: Json, read: timedelta | None) -> None:
    assert a_rule(action="link", period=period).period == read


def test_a_rule_that_does_not_say_that_it_is_on_is_off() -> None:
    assert not a_rule(action="drop", enabled=None).enabled


def test_a_script_is_found_by_its_name_since_ids_differ_from_server_to_server() -> None:
    assert a_rule(action="script", scriptID="0a72-guid", scriptName="Judge").script == "Judge"
    assert a_rule(action="script", scriptID="0a72-guid", scriptName="").script == "0a72-guid"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "A pre-process rule needs a value for `action`; add it."),
        ({"action": ["drop"]}, "`action` must be text, not a list."),
        ({"action": "drop", "enabled": "perhaps"}, "`enabled` must be true or false"),
        ({"action": "drop", "index": "first"}, "`index` must be a whole number"),
        ({"action": "link", "linkTo": "nicest"}, "`linkTo` must be `oldest` or `newest`, not `nicest`."),
        ({"action": "link", "period": {"fromValue": -1}}, "`fromValue` must be 0 or more, not -1."),
        ({"action": "link", "period": {"fromValue": 1, "by": "moons"}}, "`by` must be one of seconds, minutes"),
        ({"action": "link", "period": "30 days"}, "`period` must be a mapping"),
        ({"action": "drop", "newEventFilters": "type == x"}, "`newEventFilters` must be a list"),
        ({"action": "drop", "newEventFilters": [[{"operator": "isExists"}]]}, "A comparison needs a `left` side"),
        ({"action": "drop", "newEventFilters": [[{"left": {"value": {"simple": "x"}}}]]}, "a value for `operator`"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_file_and_field(fields: dict[str, Json], said: str) -> None:
    with pytest.raises(ContentError) as raised:
        a_rule(**fields)
    assert said in raised.value.message
    assert raised.value.at
    assert raised.value.at.path.name == "preprocessrule-Rule.json"
