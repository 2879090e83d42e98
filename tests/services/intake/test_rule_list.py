from dataclasses import replace

import pytest

from tests.content.rules import a_rule, same
from tests.services.intake.test_preprocessing import an_intake, on
from tests.services.world import ANA
from warroom.mapping.storm import StormRule
from warroom.services.intake.rule_list import GROUPING, RuleList


async def test_rules_are_shown_as_they_are_tried_with_what_they_dropped() -> None:
    rules = (
        a_rule(name="Link", action="link", linkTo="newest", index=3, existingEventsFilters=[[same("name")]]),
        a_rule(name="Quiet", action="drop", index=1),
        a_rule(name="Off", action="script", scriptName="Judge", enabled=False, index=2),
    )
    intake = await an_intake([on("a", 1), on("a", 2)], *rules)
    await intake.fetch()
    lines = await RuleList(intake.pages).list(ANA)
    assert [(line.name, line.does, line.enabled, line.dropped) for line in lines[:3]] == [
        ("Quiet", "drop", True, 2),
        ("Off", "run a script `Judge`", False, 0),
        ("Link", "link, newest incident", True, 0),
    ]
    assert [bool(line.flaws) for line in lines[:3]] == [False, True, False]


@pytest.mark.parametrize(("minutes", "is_on", "ends"), [(0, False, "or users"), (60, True, "within 60 minutes")])
async def test_our_grouping_comes_last(minutes: float, is_on: bool, ends: str) -> None:
    intake = await an_intake([])
    rule = StormRule(minutes=minutes, same=("type",), shared=("hosts", "users"))
    (line,) = await RuleList(replace(intake.pages, rule=rule)).list(ANA)
    assert (line.name, line.enabled, line.does.endswith(ends)) == (GROUPING, is_on, True)


async def test_only_rules_that_are_on_are_idle() -> None:
    intake = await an_intake([], a_rule(name="A", action="x"), a_rule(name="B", action="y", enabled=False))
    (said,) = RuleList(intake.pages).idle()
    assert said.startswith("The pre-process rule `A` has the action `x`")
