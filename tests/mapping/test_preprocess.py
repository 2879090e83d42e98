"""Which pre-process rule is for an incident, and which existing incident it is about."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.content.rules import a_rule, is_, same
from warroom.content.incident_type import IncidentField
from warroom.content.preprocess_rule import PreProcessRule
from warroom.context.scripted import ScriptNeededError, Scripts
from warroom.mapping.preprocess import Existing, Fields, Reading, first_rule
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Label, Severity, Status
from warroom.model.json import Json
from warroom.testing.clock import START
from warroom.testing.samples import an_incident

HOST = IncidentField(id="incident_hostname", name="Host Name", cli_name="hostname")


def find_field(name: str) -> IncidentField | None:
    return HOST if name in {HOST.id, HOST.name, HOST.cli_name} else None


READING = Reading(find_field=find_field)


def an_alert(number: int = 1, **fields: Json) -> Incident:
    return replace(an_incident(), id=IncidentId(str(number)), created=START, custom_fields=fields)


def rule_for(incident: Incident, *rules: PreProcessRule) -> tuple[str, tuple[str, ...]]:
    verdict = first_rule(rules, incident, READING, lambda _: ())
    return verdict.rule.name if verdict.rule else "", verdict.notes


@pytest.mark.parametrize("name", ["hostname", "Host Name", "incident_hostname", "incident.hostname", "${hostname}"])
def test_a_field_is_found_by_any_of_its_names(name: str) -> None:
    rule = a_rule(action="drop", newEventFilters=[[is_(name, "LAP-1")]])
    assert rule_for(an_alert(hostname="LAP-1"), rule) == ("Rule", ())
    assert rule_for(an_alert(hostname="LAP-2"), rule) == ("", ())


def test_system_fields_and_labels_are_read_too() -> None:
    incident = replace(an_alert(), severity=Severity.LOW, labels=(Label(type="Email/from", value="a@b.example"),))
    fields = Fields.of(incident, READING)
    assert (fields.find("severity"), fields.find("dbotmirrorid")) == (1.0, "")
    assert fields.find("labels.Email/from") == "a@b.example"


def test_the_first_rule_that_is_on_and_fits_counts() -> None:
    off = a_rule(name="Off", action="drop", enabled=False)
    other = a_rule(name="Other", action="drop", newEventFilters=[[is_("type", "x")]])
    first, second = a_rule(name="First", action="close"), a_rule(name="Second", action="drop")
    assert rule_for(an_alert(), off, other, first, second) == ("First", ())


def test_all_groups_must_hold_and_one_comparison_of_each() -> None:
    rule = a_rule(action="drop", newEventFilters=[[is_("a", "1"), is_("a", "2")], [is_("b", "1")]])
    assert rule_for(an_alert(a="2", b="1"), rule)[0] == "Rule"
    assert rule_for(an_alert(a="2", b="2"), rule)[0] == ""


def test_a_condition_that_fails_is_noted_and_the_next_rule_is_tried() -> None:
    broken = a_rule(name="Broken", action="drop", newEventFilters=[[is_("volume", 3, "greaterThan")]])
    name, notes = rule_for(an_alert(volume="loud"), broken, a_rule(name="Next", action="close"))
    assert name == "Next"
    assert len(notes) == 1
    assert notes[0].startswith("The pre-process rule `Broken` was not applied: ")


def test_a_rule_that_cannot_be_run_leaves_the_incident_as_it_is_and_says_so() -> None:
    rules = [a_rule(name="Odd", action="explode"), a_rule(name="Next", action="drop")]
    verdict = first_rule(rules, an_alert(), READING, lambda rule: [] if rule.action else ["It explodes."])
    assert verdict.rule is None
    assert verdict.notes == ("This rule is for this incident and was not applied. It explodes.",)


def existing(rule: PreProcessRule, *incidents: Incident) -> Existing:
    there = Existing(rule=rule, reading=READING, now=START + timedelta(hours=1))
    for incident in incidents:
        there.add(incident)
    return there


@pytest.mark.parametrize(("link_to", "found"), [("oldest", "1"), ("newest", "3")])
def test_the_oldest_or_the_newest_that_fits(link_to: str, found: str) -> None:
    rule = a_rule(action="link", linkTo=link_to, existingEventsFilters=[[same("hostname")]])
    hosts = [an_alert(1, hostname="a"), an_alert(2, hostname="b"), an_alert(3, hostname="a")]
    leader = existing(rule, *hosts).find(an_alert(9, hostname="a"))
    assert leader
    assert leader.id == found
    assert existing(rule, *hosts).find(an_alert(9, hostname="c")) is None


def test_closed_and_old_incidents_are_left_out_unless_the_rule_says_otherwise() -> None:
    closed = replace(an_alert(1), status=Status.DONE)
    old = replace(an_alert(2), created=START - timedelta(days=2))
    period = {"fromValue": 1, "by": "days"}
    assert existing(a_rule(action="link", period=period), closed, old).find(an_alert(9)) is None
    assert existing(a_rule(action="link"), closed, old).find(an_alert(9)) == old
    assert existing(a_rule(action="link", searchClosed=True), closed, old).find(an_alert(9)) == closed


def test_an_incident_is_not_linked_to_itself() -> None:
    assert existing(a_rule(action="link"), an_alert(9)).find(an_alert(9)) is None


def test_a_comparison_that_fails_for_one_incident_is_noted_and_the_next_is_looked_at() -> None:
    rule = a_rule(action="link", existingEventsFilters=[[same("volume", "greaterThan")]])
    there = existing(rule, an_alert(1, volume="loud"), an_alert(2, volume=7))
    leader = there.find(an_alert(9, volume=3))
    assert leader
    assert leader.id == "2"
    (fault,) = there.faults()
    assert fault.startswith(
        "The pre-process rule `Rule` could not compare this with incident 1: The operator greaterThan"
    )
    assert there.faults() == ()


def test_many_comparisons_that_fail_are_one_sentence() -> None:
    rule = a_rule(action="link", existingEventsFilters=[[same("volume", "greaterThan")]])
    there = existing(rule, *(an_alert(number, volume="loud") for number in range(1, 500)))
    assert there.find(an_alert(999, volume=3)) is None
    (fault,) = there.faults()
    assert fault.endswith(" The same holds for 498 more.")


VALUES: st.SearchStrategy[Json] = st.one_of(
    st.sampled_from(["a", "A", "b", "", "1", "ß", "ss", None, 1, 1.0, True]),
    st.lists(st.sampled_from(["a", "A", "1"]), max_size=2),
    st.just({"a": "b"}),
)


@given(st.lists(VALUES, max_size=8), VALUES, st.booleans(), st.sampled_from(["oldest", "newest"]))
def test_looking_by_value_finds_what_comparing_with_all_would(
    values: list[Json], asked: Json, ignores_case: bool, link_to: str
) -> None:
    incidents = [an_alert(number, x=value) for number, value in enumerate(values, 1)]
    by_value = [same("x", ignorecase=ignores_case)]
    rule = a_rule(action="link", linkTo=link_to, existingEventsFilters=[by_value])
    slow = a_rule(action="link", linkTo=link_to, existingEventsFilters=[[*by_value, *by_value]])
    incoming = an_alert(99, x=asked)
    assert existing(rule, *incidents).find(incoming) == existing(slow, *incidents).find(incoming)


def test_the_scripts_that_comparisons_need_are_named_for_many_incidents_at_once() -> None:
    rule = a_rule(action="link", existingEventsFilters=[[is_("host=val.charAt(0)", "b")]])
    scripts = Scripts(lambda _: None)
    there = Existing(rule=rule, reading=replace(READING, scripts=scripts), now=START + timedelta(hours=1))
    for number, host in enumerate(("a1", "b2", "b3"), 1):
        there.add(an_alert(number, host=host))
    with pytest.raises(ScriptNeededError) as needed:
        there.find(an_alert(9))
    assert [run.args["items"] for run in needed.value.runs] == [[["a1"]], [["b2"]], [["b3"]]]
    scripts.answers.update((run, [run.args["items"][0][0][0]]) for run in needed.value.runs)
    found = there.find(an_alert(9))
    assert found is not None
    assert found.id == "2"
