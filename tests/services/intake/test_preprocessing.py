"""Pre-process rules decide before there is an incident; what becomes none is kept, counted, and can be taken."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.rules import a_rule, is_, same
from tests.services.intake.test_fetch_page import Choosy
from tests.services.sources import SOURCE, Intake, Source, an_alert, fetching_of
from tests.services.world import playbook
from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField, IncidentType
from warroom.content.preprocess_rule import PreProcessRule
from warroom.mapping.storm import StormRule
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Incident, Status
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor, Role
from warroom.services.intake.preprocessing import RULE_TAG
from warroom.services.intake.set_asides import SetAsides
from warroom.services.ports.fetches import DroppedQuery
from warroom.services.ports.store import IncidentQuery

ANA = Actor(name="ana", role=Role.ADMIN)
ALL = IncidentQuery(limit=20_000)
READ = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'say'}}"
DUMP = IncidentType(id="Dump", name="Dump", playbook="Collect", autorun=True)
HOST = IncidentField(id="incident_host", name="Host", cli_name="host")
SAME_HOST = [[same("host")]]


def on(host: str, number: int = 1, **fields: Json) -> JsonObject:
    return an_alert(number, CustomFields={"host": host}, **fields)


async def an_intake(alerts: Sequence[Json], *rules: PreProcessRule, **more: Any) -> Intake:
    source = Source(page=20_000)
    source.alerts = list(alerts)
    intake = Intake(source, playbooks=[playbook(READ, "Collect")], types=[DUMP], rules=rules, **more)
    await intake.begin()
    return intake


async def incidents(intake: Intake) -> list[Incident]:
    return list(reversed(await intake.world.store.incidents(ALL)))


async def said(intake: Intake, incident: str) -> list[str]:
    return [entry.readable for entry in await intake.world.store.entries(IncidentId(incident))]


async def test_a_dropped_alert_is_no_incident_and_is_kept_counted_and_told() -> None:
    drop = a_rule(name="Quiet", action="drop", newEventFilters=[[is_("host", "lab-", "startWith")]])
    intake = await an_intake([on("lab-1", 1), on("lap-7", 2), on("lab-2", 3)], drop)
    fetched = await intake.fetch()
    assert (len(fetched.incidents), fetched.dropped, fetched.set_aside, fetched.linked) == (1, 2, 0, 0)
    assert [incident.name for incident in await incidents(intake)] == ["Alert 2"]
    asides = SetAsides(intake.pages)
    assert await asides.list(ANA) == [], "A dropped alert is no trouble."
    dropped = await asides.dropped(ANA)
    assert sorted(one.what for one in dropped) == ["WB-1 Alert 1", "WB-3 Alert 3"]
    assert {one.why for one in dropped} == {"It was dropped by the pre-process rule `Quiet`."}
    assert await asides.dropped_counts(ANA) == {(SOURCE, "Quiet"): 2}
    events = [event for event in await intake.world.store.events() if event.kind == "set aside"]
    assert {(event.payload["change"], event.payload["rule"]) for event in events} == {("dropped", "Quiet")}


async def test_a_dropped_alert_that_is_shown_again_is_known_and_can_be_taken_after_all() -> None:
    intake = await an_intake([on("a", 1)], a_rule(action="drop"))
    await intake.fetch()
    intake.source.alerts.append(on("a", 1, severity=4))
    assert (await intake.fetch()).dropped == 0
    asides = SetAsides(intake.pages)
    (dropped,) = await asides.dropped(ANA)
    assert '"WB-1"' in (await asides.show(dropped.id, ANA)).record
    taken = await asides.replay(dropped.id, ANA)
    assert [(await intake.world.store.incident(one)).name for one in taken.incidents] == ["Alert 1"]
    assert await asides.dropped(ANA) == []
    settled = [event for event in await intake.world.store.events() if event.kind == "set aside"][-1]
    assert (settled.actor, settled.payload["change"], settled.payload["rule"]) == ("ana", "settled", "Rule")
    intake.source.alerts.append(on("a", 1))
    assert (await intake.fetch()).dropped == 0, "It is an incident now."


async def test_what_a_rule_dropped_comes_back_with_the_source_when_the_rule_is_gone() -> None:
    intake = await an_intake([on("a", 1)], a_rule(name="Wrong", action="drop"))
    await intake.fetch()
    [pack] = intake.world.catalogue.packs
    intake.world.catalogue = Catalogue([replace(pack, preprocess_rules={})])
    intake.restart()
    intake.source.alerts.append(on("a", 1))
    assert len((await intake.fetch()).incidents) == 1
    intake.source.alerts.append(on("a", 1))
    assert len((await intake.fetch()).incidents) == 0, "It is an incident now."


async def test_an_alert_with_an_odd_id_can_be_taken_after_all() -> None:
    intake = await an_intake([on("a", 1, dbotMirrorId="WB-\0\ud800" + "x" * 700)], a_rule(action="drop"))
    await intake.fetch()
    asides = SetAsides(intake.pages)
    (dropped,) = await asides.dropped(ANA)
    assert len((await asides.replay(dropped.id, ANA)).incidents) == 1


async def test_what_was_dropped_is_deleted_after_thirty_days() -> None:
    intake = await an_intake([on("a", 1)], a_rule(action="drop"))
    await intake.fetch()
    intake.world.clock.advance(31 * 86_400)
    intake.source.alerts.append(on("a", 2))
    await intake.fetch()
    assert [one.what for one in await SetAsides(intake.pages).dropped(ANA)] == ["WB-2 Alert 2"]


async def test_drop_and_update_says_it_in_the_existing_incident_and_makes_one_where_there_is_none() -> None:
    update = a_rule(name="Again", action="dropAndUpdate", existingEventsFilters=SAME_HOST)
    intake = await an_intake([on("a", 1), on("b", 2), on("a", 3), on("a", 4)], update, fields=[HOST])
    fetched = await intake.fetch()
    assert (len(fetched.incidents), fetched.dropped) == (2, 2)
    (entry,) = await intake.world.store.entries(IncidentId("1"))
    assert entry.readable.startswith("2 alerts dropped by the pre-process rule `Again`:\n")
    assert [alert["id"] for alert in entry.contents] == ["WB-3", "WB-4"]
    assert (entry.tags, entry.actor) == ((RULE_TAG,), "fetch")
    (first, _) = await SetAsides(intake.pages).dropped(ANA)
    assert "noted in incident 1, by the pre-process rule `Again`." in first.why
    intake.source.alerts.append(on("a", 5))
    intake.restart()
    assert (await intake.fetch()).dropped == 1, "Incidents of earlier fetches count as well."
    assert len(await said(intake, "1")) == 2


async def test_link_makes_the_incident_and_both_say_so() -> None:
    link = a_rule(name="Pair", action="link", existingEventsFilters=SAME_HOST)
    intake = await an_intake([on("a", 1), on("a", 2)], link, fields=[HOST])
    fetched = await intake.fetch()
    assert (len(fetched.incidents), len(fetched.plans), fetched.dropped) == (2, 2, 0)
    assert await said(intake, "1") == ["1 alert linked by the pre-process rule `Pair`:\n\n- WB-2 Alert 2"]
    assert await said(intake, "2") == ["Linked to incident 1 (Alert 1) by the pre-process rule `Pair`."]
    intake.source.alerts.append(on("a", 3))
    await intake.fetch()
    linked = [incident.linked for incident in await incidents(intake)]
    assert linked == [("2", "3"), ("1",), ("1",)], "Of the same page, and of an earlier one."


async def test_link_and_close_makes_a_closed_incident_without_a_playbook() -> None:
    link = a_rule(name="Pair", action="linkAndClose", linkTo="newest", existingEventsFilters=SAME_HOST)
    intake = await an_intake([on("a", 1), on("b", 2), on("a", 3), on("a", 4)], link, fields=[HOST])
    fetched = await intake.fetch()
    assert (len(fetched.incidents), len(fetched.plans)) == (4, 2)
    made = await incidents(intake)
    assert [one.status for one in made] == [Status.ACTIVE, Status.ACTIVE, Status.DONE, Status.DONE]
    assert [(one.close_reason, one.close_notes) for one in made[2:]] == [
        ("Duplicate", "Linked to incident 1 (Alert 1) by the pre-process rule `Pair`.")
    ] * 2
    assert all(one.closed for one in made[2:])


@pytest.mark.parametrize(("field", "found"), [("rawJSON", True), ("details", False)])
async def test_a_rule_may_compare_the_records_of_the_product(field: str, found: bool) -> None:
    link = a_rule(action="link", existingEventsFilters=[[same(field, of="rawJSON")]])
    intake = await an_intake([on("a", 1, rawJSON='{"id": 1}')], link)
    await intake.fetch()
    intake.source.alerts.append(on("b", 2, rawJSON='{"id": 1}'))
    await intake.fetch()
    assert bool(await said(intake, "1")) is found


@pytest.mark.slow
async def test_more_incidents_than_a_page_of_the_store_are_looked_at_and_old_ones_are_not() -> None:
    young = a_rule(action="link", existingEventsFilters=SAME_HOST, period={"fromValue": 1, "by": "hours"})
    intake = await an_intake([on(f"h{number}", number) for number in range(2300)], young, fields=[HOST])
    await intake.fetch()
    intake.world.clock.advance(1800)
    intake.source.alerts += [on("h0", 5000), on("h2299", 5001)]
    await intake.fetch()
    assert [bool(await said(intake, number)) for number in ("1", "2", "2300")] == [True, False, True]
    intake.world.clock.advance(1801)
    intake.source.alerts.append(on("h7", 5002))
    await intake.fetch()
    assert await said(intake, "8") == []


class Paused(Catalogue):
    """Lets no comparison go on before the event loop has had a turn; `turns` says whether it had one each time."""

    loop: asyncio.AbstractEventLoop
    turns: list[bool]

    def find_field(self, name: str) -> IncidentField | None:
        turn = threading.Event()
        self.loop.call_soon_threadsafe(turn.set)
        self.turns.append(all(self.turns) and turn.wait(timeout=20))
        return super().find_field(name)


@pytest.mark.parametrize("action", ["link", "dropAndUpdate", "linkAndClose"])
async def test_the_event_loop_has_turns_while_alerts_are_compared(action: str) -> None:
    named = IncidentField(id="incident_host", name="Host Name", cli_name="host")
    # No equality: each is compared with all, by the field's display name.
    rule = a_rule(action=action, existingEventsFilters=[[same("Host Name", "containsString")]])
    intake = await an_intake([on(f"h{number}", number) for number in range(1, 5)], rule, fields=[named])
    paused = Paused(intake.world.catalogue.packs)
    paused.loop, paused.turns = asyncio.get_running_loop(), []
    intake.world.catalogue = paused
    intake.restart()
    await intake.fetch()
    intake.source.alerts.append(on("h9", 9))
    await intake.fetch()
    assert len(await incidents(intake)) == 5
    assert len(paused.turns) >= 2 * (1 + 2 + 3 + 4)
    assert all(paused.turns)


async def test_close_makes_a_closed_incident() -> None:
    intake = await an_intake([on("a", 1)], a_rule(name="Known", action="close"))
    fetched = await intake.fetch()
    (made,) = await incidents(intake)
    assert (made.status, made.close_reason, fetched.plans) == (Status.DONE, "Other", [])
    assert await said(intake, "1") == ["Closed by the pre-process rule `Known`."]


async def test_only_the_first_rule_by_its_index_counts_and_one_that_is_off_does_not() -> None:
    rules = (
        a_rule(name="c", index=2, action="drop"),
        a_rule(name="b", index=1, action="close"),
        a_rule(name="a", index=0, action="drop", enabled=False),
    )
    intake = await an_intake([on("a", 1)], *rules)
    await intake.fetch()
    assert [one.status for one in await incidents(intake)] == [Status.DONE]


async def test_a_rule_that_cannot_be_run_leaves_the_alert_and_says_so_in_its_war_room() -> None:
    intake = await an_intake([on("a", 1)], a_rule(name="Odd", action="explode"))
    assert len((await intake.fetch()).incidents) == 1
    (note,) = await said(intake, "1")
    assert note.startswith("This rule is for this incident and was not applied. The pre-process rule `Odd` has the ")


async def test_a_condition_that_fails_leaves_the_alert_and_says_so() -> None:
    rule = a_rule(name="Loud", action="drop", newEventFilters=[[is_("host", "3", "greaterThan")]])
    intake = await an_intake([on("a", 1)], rule)
    assert len((await intake.fetch()).incidents) == 1
    (note,) = await said(intake, "1")
    assert note.startswith("The pre-process rule `Loud` was not applied: The operator greaterThan cannot compare")


async def test_our_grouping_takes_what_no_rule_is_for() -> None:
    rule = a_rule(action="close", newEventFilters=[[is_("host", "b")]])
    intake = await an_intake([on("a", 1), on("a", 2), on("b", 3), on("b", 4)], rule)
    intake.pages = replace(intake.pages, rule=StormRule(minutes=60, same=("type",), shared=("host",)))
    intake.fetching = fetching_of(intake.pages, intake.world)
    fetched = await intake.fetch()
    assert (len(fetched.incidents), fetched.linked) == (3, 1)
    assert [one.name for one in await incidents(intake)] == ["Alert 1", "Alert 3", "Alert 4"]


async def test_a_rule_links_to_no_alert_that_was_grouped_away() -> None:
    link = a_rule(action="link", linkTo="newest", newEventFilters=[[is_("name", "Alert 3")]])
    intake = await an_intake([on("a", 1), on("a", 2), on("b", 3)], link)
    intake.pages = replace(intake.pages, rule=StormRule(minutes=60, same=("type",), shared=("host",)))
    intake.fetching = fetching_of(intake.pages, intake.world)
    await intake.fetch()
    assert await said(intake, "3") == ["Linked to incident 1 (Alert 1) by the pre-process rule `Rule`."]


async def test_a_record_that_cannot_be_stored_stands_in_no_rules_way() -> None:
    rules = (
        a_rule(name="b", index=1, action="dropAndUpdate", existingEventsFilters=SAME_HOST),
        a_rule(name="a", index=0, action="drop", newEventFilters=[[is_("host", "c")]]),
    )
    intake = await an_intake([], *rules, fields=[HOST])
    intake.world.store = Choosy(["Alert 2"], ValueError("too odd"))
    intake.restart()
    await intake.begin()
    intake.source.alerts += [on("a", 1), on("b", 2), on("c", 3), on("a", 4)]
    fetched = await intake.fetch()
    assert (len(fetched.incidents), fetched.set_aside, fetched.dropped) == (1, 1, 2)
    assert [one.what for one in await intake.world.store.set_aside()] == ["WB-2 Alert 2"]
    counts = await intake.world.store.dropped_counts()
    assert counts == {(SOURCE, "a"): 1, (SOURCE, "b"): 1}


async def test_two_fetches_at_once_make_one_incident_of_a_duplicate() -> None:
    update = a_rule(action="dropAndUpdate", existingEventsFilters=SAME_HOST)
    intake = await an_intake([on("a", number) for number in range(50)], update, fields=[HOST])
    (instance,) = intake.world.instances
    other = replace(instance, id=InstanceId("id-lab-2"), name="lab-2")
    await intake.world.journal.save_instance(other, "test", intake.world.clock.now())
    fetched = await asyncio.gather(intake.fetching.fetch(SOURCE), intake.fetching.fetch(other.id))
    (made,) = [incident for one in fetched for incident in one.incidents]  # of either: the first to be mapped
    assert sum(one.dropped for one in fetched) == 99
    assert sum(len(entry.contents) for entry in await intake.world.store.entries(made)) == 99


@pytest.mark.slow
async def test_ten_thousand_alerts_in_a_burst_are_all_incidents_or_dropped() -> None:
    update = a_rule(action="dropAndUpdate", existingEventsFilters=SAME_HOST)
    intake = await an_intake([on(f"h{number % 700}", number) for number in range(10_000)], update, fields=[HOST])
    fetched = await intake.fetch()
    assert (len(fetched.incidents), fetched.dropped, fetched.set_aside, fetched.error) == (700, 9300, 0, "")
    assert len({one.remote for one in await intake.world.store.dropped(DroppedQuery(limit=20_000))}) == 9300


ACTIONS = ("drop", "close", "link", "linkAndClose", "dropAndUpdate", "script", "explode")
ODD: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=4),
    st.just(["a", {"b": 1}]),
)
OPERATORS = ("isEqualString", "containsString", "greaterThan", "match", "isNotEmpty", "in", "sounds like", "isBefore")
COMPARISONS = st.builds(
    lambda field, operator, value, incoming: same(field, operator) if incoming else is_(field, value, operator),
    st.sampled_from(["host", "name", "severity", "labels.x", "gone", "rawJSON", "a(val.x", "${host}"]),
    st.sampled_from(OPERATORS),
    ODD.filter(lambda value: value not in {inf, -inf} if isinstance(value, float) else True),  # no file holds them
    st.booleans(),
)
GROUPS = st.lists(st.lists(COMPARISONS, max_size=2), max_size=2)
RULES = st.builds(
    lambda action, new, existing, link_to, closed, index: {
        "action": action,
        "newEventFilters": new,
        "existingEventsFilters": existing,
        "linkTo": link_to,
        "searchClosed": closed,
        "index": index,
    },
    st.sampled_from(ACTIONS),
    GROUPS,
    GROUPS,
    st.sampled_from(["", "oldest", "newest"]),
    st.booleans(),
    st.integers(-3, 3),
)
ALERTS = st.lists(st.one_of(ODD, st.builds(lambda host: {"CustomFields": {"host": host}}, ODD)), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(RULES, max_size=3), ALERTS)
def test_whatever_rules_and_alerts_say_each_alert_is_an_incident_or_kept(
    rules: list[JsonObject], odd: list[Json]
) -> None:
    async def play() -> None:
        alerts = [{**an_alert(number), **one} if isinstance(one, dict) else one for number, one in enumerate(odd)]
        made = [a_rule(name=f"Rule {number}", **rule) for number, rule in enumerate(rules)]
        intake = await an_intake(alerts, *made, fields=[HOST])
        fetched = await intake.fetch()
        assert fetched.error == ""
        taken = [one for one in alerts if one is not None]  # None is no record
        kept = {one.id for one in await intake.world.store.dropped(DroppedQuery(limit=100))}
        assert len(fetched.incidents) + fetched.dropped + fetched.set_aside == len(taken)
        assert len(kept) <= fetched.dropped <= len(taken)
        assert len(await incidents(intake)) == len(fetched.incidents)

    asyncio.run(play())
