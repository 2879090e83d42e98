"""A rule's script says whether there is to be an incident; one that fails or hangs holds nothing up."""

import asyncio

import pytest

from tests.content.rules import a_rule, is_
from tests.services.intake.test_fetch_page import Choosy
from tests.services.intake.test_preprocessing import HOST, an_intake, incidents, on, said
from tests.services.sources import Intake
from tests.services.world import ANA, failure, note, script
from warroom.model.errors import CommandTimeoutError, WorkerDiedError
from warroom.model.incident import Status
from warroom.model.json import Json
from warroom.services.intake.rule_scripts import MOST_FAILURES, MOST_IN_A_ROW, SCRIPT_SECONDS, says
from warroom.services.intake.set_asides import SetAsides
from warroom.testing.runner import FakeCode, FakeFunction

JUDGE = a_rule(name="Judging", action="script", scriptName="Judge")


async def judging(count: int, function: FakeFunction) -> Intake:
    scripts = [script("Judge", tags=("preProcessing",))]
    alerts = [on(f"h{number}", number) for number in range(1, count + 1)]
    return await an_intake(alerts, JUDGE, scripts=scripts, fields=[HOST], Judge=function)


def host(code: FakeCode) -> str:
    assert code.run.incident is not None
    return str(code.run.incident["CustomFields"]["host"])


@pytest.mark.parametrize(
    ("results", "keeps"),
    [
        ([False], False),
        (["False"], False),
        ([True], True),
        ([], True),
        (["nothing of the kind"], True),
        ([note("Compared with 7.")], True),
        ([note("Compared with 7."), False], False),
        ([False, True], True),
        ([{"Type": 1, "ContentsFormat": "json", "Contents": False}], False),
    ],
)
async def test_false_means_no_incident(results: list[Json], keeps: bool) -> None:
    intake = await judging(1, lambda _: results)
    fetched = await intake.fetch()
    assert (len(fetched.incidents), fetched.dropped) == ((1, 0) if keeps else (0, 1))
    if not keeps:
        (dropped,) = await SetAsides(intake.pages).dropped(ANA)
        assert dropped.why == "The script `Judge` said that it is to be dropped by the pre-process rule `Judging`."


def test_what_is_no_answer_is_none() -> None:
    assert says([{"Contents": 0}, "text", None, 3])
    assert not says([" FALSE "])


async def test_what_the_script_says_and_sets_is_of_the_incident() -> None:
    async def judge(code: FakeCode) -> list[Json]:
        args = {"command": "setIncident", "args": {"severity": 4, "host": "other"}}
        await code.call("executeCommand", args)
        return [note("Looked at it.", Seen={"Host": host(code)}), True]

    intake = await judging(1, judge)
    await intake.fetch()
    (made,) = await incidents(intake)
    assert (made.severity.value, made.custom_fields["host"], made.id) == (4, "other", "1")
    assert await said(intake, "1") == ["Looked at it."]
    assert await intake.world.journal.context(made.id) == {"Seen": {"Host": "h1"}}


async def test_an_alert_that_the_script_closes_stays_closed_and_starts_no_playbook() -> None:
    async def judge(code: FakeCode) -> list[Json]:
        args = {"command": "closeInvestigation", "args": {"closeReason": "False Positive"}}
        await code.call("executeCommand", args)
        return [True]

    intake = await judging(1, judge)
    fetched = await intake.fetch()
    (made,) = await incidents(intake)
    assert (made.status, made.close_reason, list(fetched.plans)) == (Status.DONE, "False Positive", [])


async def test_what_it_said_of_a_dropped_alert_is_of_no_incident() -> None:
    intake = await judging(1, lambda _: [note("Looked at it.", Seen=1), False])
    assert (await intake.fetch()).error == ""
    assert await incidents(intake) == []


@pytest.mark.parametrize(
    "fault", [ValueError("no such key"), CommandTimeoutError("It ran for 60 s."), WorkerDiedError("It was killed.")]
)
async def test_an_alert_whose_script_fails_or_hangs_is_set_aside_and_the_others_go_on(fault: Exception) -> None:
    def judge(code: FakeCode) -> list[Json]:
        if host(code) == "h2":
            raise fault
        return [True]

    intake = await judging(3, judge)
    fetched = await intake.fetch()
    assert (len(fetched.incidents), fetched.set_aside, fetched.dropped) == (2, 1, 0)
    asides = SetAsides(intake.pages)
    (aside,) = await asides.list(ANA)
    assert aside.why.startswith("The script `Judge` of the pre-process rule `Judging` failed: ")
    assert str(fault) in aside.why
    taken = await asides.replay(aside.id, ANA)
    assert len(taken.incidents) == 1, "A person's word counts more than a rule."


async def test_an_error_entry_is_a_failure_too() -> None:
    intake = await judging(1, lambda _: [failure("No licence."), False])
    assert (await intake.fetch()).set_aside == 1


async def test_a_script_that_fails_again_and_again_is_left_out_for_the_rest_of_the_page() -> None:
    asked = []

    def judge(code: FakeCode) -> list[Json]:
        asked.append(host(code))
        raise CommandTimeoutError("It ran for 60 s.")

    intake = await judging(20, judge)
    fetched = await intake.fetch()
    assert (len(asked), fetched.set_aside, len(fetched.incidents)) == (MOST_IN_A_ROW, MOST_IN_A_ROW, 20 - MOST_IN_A_ROW)
    (note_,) = await said(intake, "20")
    assert note_ == "The pre-process rule `Judging` was not applied: its script failed for 3 alerts before."


async def test_some_alerts_that_it_cannot_judge_do_not_end_a_rule_but_many_do() -> None:
    asked = []

    def judge(code: FakeCode) -> list[Json]:
        asked.append(host(code))
        if len(asked) % 2:
            raise ValueError("no such key")
        return [False]

    intake = await judging(30, judge)
    fetched = await intake.fetch()
    assert (fetched.set_aside, fetched.dropped) == (MOST_FAILURES, MOST_FAILURES - 1)
    assert len(fetched.incidents) == 30 - fetched.set_aside - fetched.dropped


async def test_a_script_has_a_minute_and_no_rights_to_act() -> None:
    seen = []

    def judge(code: FakeCode) -> list[Json]:
        seen.append((code.run.timeout, code.run.investigation))
        return [True]

    intake = await judging(1, judge)
    await intake.fetch()
    assert seen == [(SCRIPT_SECONDS, "1")]


async def test_a_script_is_run_once_for_an_alert_when_the_page_is_not_taken_as_one() -> None:
    asked = []

    def judge(code: FakeCode) -> list[Json]:
        asked.append(host(code))
        return [host(code) != "h1"]

    intake = await judging(0, judge)
    intake.world.store = Choosy(["Alert 2"], ValueError("too odd"))
    intake.restart()
    await intake.begin()
    intake.source.alerts += [on(f"h{number}", number) for number in range(1, 5)]
    fetched = await intake.fetch()
    assert asked == ["h1", "h2", "h3", "h4"]
    assert (len(fetched.incidents), fetched.set_aside, fetched.dropped) == (2, 1, 1)


async def test_other_rules_do_not_wait_for_a_script() -> None:
    rule = a_rule(name="A", index=-1, action="drop", newEventFilters=[[is_("host", "h1")]])
    scripts = [script("Judge", tags=("preProcessing",))]
    started = asyncio.Event()

    def judge(_: FakeCode) -> list[Json]:
        started.set()
        return [True]

    intake = await an_intake([on("h1", 1)], rule, JUDGE, scripts=scripts, fields=[HOST], Judge=judge)
    assert (await intake.fetch()).dropped == 1
    assert not started.is_set()


async def with_one_there(said: bool, **link: Json) -> Intake:
    """Fetch one alert, then one whose script links it to that incident."""

    async def judge(code: FakeCode) -> list[Json]:
        assert code.run.incident is not None
        if host(code) == "h2":
            args = {key: code.run.incident["id"] if value == "own" else value for key, value in link.items()}
            await code.call("executeCommand", {"command": "linkIncidents", "args": args})
            entries = [{"Contents": "It came again."}]
            await code.call("executeCommand", {"command": "addEntries", "args": {"entries": entries, "id": "1"}})
            await code.call("executeCommand", {"command": "addEntries", "args": {"entries": ["Mine."]}})
        return [host(code) != "h2" or said]

    intake = await judging(1, judge)
    await intake.fetch()
    intake.source.alerts.append(on("h2", 2))
    await intake.fetch()
    return intake


async def test_a_script_closes_an_alert_as_a_duplicate_and_both_name_each_other() -> None:
    intake = await with_one_there(said=True, incidentId="1", linkedIncidentIDs="own", action="duplicate")
    first, second = await incidents(intake)
    assert (first.status, first.linked) == (Status.ACTIVE, (second.id,))
    assert (second.status, second.close_reason, second.linked) == (Status.DONE, "Duplicate", (first.id,))
    assert second.close_notes == "Duplicate of incident 1."
    assert await intake.world.store.plans(second.id) == []
    told = "1 alert linked by the pre-process rule `Judging`:\n\n- WB-2 Alert 2"
    assert await said(intake, first.id) == ["It came again.", told]
    assert await said(intake, second.id) == ["Mine."]


async def test_a_script_links_an_alert_that_stays_open() -> None:
    intake = await with_one_there(said=True, linkedIncidentIDs="1")
    first, second = await incidents(intake)
    assert (first.linked, second.linked, second.status) == ((second.id,), (first.id,), Status.ACTIVE)


async def test_an_alert_that_is_dropped_leaves_no_link_to_an_incident_that_is_none() -> None:
    intake = await with_one_there(said=False, incidentId="1", linkedIncidentIDs="own", action="duplicate")
    (first,) = await incidents(intake)
    assert first.linked == ()
    told = "1 alert dropped by the pre-process rule `Judging`:\n\n- WB-2 Alert 2"
    assert await said(intake, first.id) == ["It came again.", told]


async def test_nothing_is_closed_as_a_duplicate_of_an_alert_that_is_no_incident_yet() -> None:
    intake = await with_one_there(said=True, incidentId="own", linkedIncidentIDs="1", action="duplicate")
    first, second = await incidents(intake)  # the script goes on with an error entry
    assert [(one.status, one.linked) for one in (first, second)] == [(Status.ACTIVE, ())] * 2
    assert await said(intake, first.id) == ["It came again."]
