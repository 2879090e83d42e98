"""The credential-dumping playbook, played with the real packs against the twin."""

import asyncio
from typing import Any

import pytest

from tests.our_packs import our_pack
from tests.packs.visionone.playbooks.stage import Stage
from tests.packs.visionone.theatre import Played
from visionone_sim.faults import Fault
from visionone_sim.scenarios.models import MODELS
from visionone_sim.tenant.alerts import Alert
from visionone_sim.tenant.targets import EndpointTarget
from visionone_sim.tenant.tasks import Outcome, TaskError
from visionone_sim.testing import RunningTwin
from warroom.model.plan import PlanState, WaitKind
from warroom.testing.samples import an_actor

pytestmark = pytest.mark.asyncio(loop_scope="module")

COLLECT = "Vision One - Credential Dumping - Collect Evidence"
LAPTOP, MAC, OFFLINE, SERVER = "HR-LT-171", "ART-MB-664", "SAL-LT-534", "FILE-SRV-160"
DOWNLOADS = r"/_files/.*"
PROPOSE = {"Respond": "propose"}
BEFORE = {
    "Is it credential dumping?",
    "Which endpoints are they?",
    "Which files were dumped, and where?",
    "Can a file be collected?",
    "Is there one that cannot?",
    "Is an endpoint offline?",
}
COLLECTING = {"Collect the dumped files", "Wait until the collection has ended", "Was any file collected?"}
WAITING = {"Forget earlier runs", "Is there a task to wait for?", "Wait until the tasks have ended"}
SAVING = {"Get links to the files", "Fetch the archives at once", "Compare with Vision One's hash"}
REPORTING = {"Note on the alert what was saved", "Set the alert to in progress"}
SHELL = {"Save it", "Done"}  # the playbook itself, around its steps
AFTER = {"What is saved, and what is not?", "Is a dump proven?", "Is a file missing?"}
PROPOSED = {"Isolate it and reset the accounts, if that is wanted"}
STRAIGHT = BEFORE | COLLECTING | WAITING | SAVING | REPORTING | SHELL | AFTER | PROPOSED
MISSING = {
    "Look for it, and ask again",
    "Keep at it",
    "Is there a file to ask for?",
    "What is still missing?",
    "Is a file not where the alert says?",
    "How did it end?",
    "Was anything saved?",
    "Is evidence missing?",
    "Is there an alert to say it on?",
    "Note on the alert what is missing",
}
RESPONSES = ("Vision One - Credential Exposure", "Vision One - Ask for Approval")
OURS = our_pack()
# What the response does that is proposed in the end is tested with it.
OTHERS = {
    task.name
    for book in OURS.playbooks.values()
    for task in book.tasks.values()
    if book.name.removesuffix(" - Steps") in RESPONSES
} - STRAIGHT


async def play(stage: Stage, alert: Alert | None = None) -> Played:
    """Play one alert, or the one of the scenario that tells of credential dumping."""
    chosen = alert or dumped(stage.twin)
    fetched = await stage.theatre.fetch()
    return await stage.play(fetched[chosen.id][0], COLLECT, PROPOSE)


def ran(played: Played) -> set[str]:
    """Return the tasks that ran, without those of the response that follows a dump."""
    return played.ran - OTHERS


def is_open(played: Played) -> bool:
    """Say whether a person is asked what became of evidence that is missing."""
    waiting = [task.name for task in played.tasks if task.wait and task.wait.kind is WaitKind.PERSON]
    return waiting == ["Evidence missing"] and played.plan.state is PlanState.WAITING


def dumped(twin: RunningTwin) -> Alert:
    return next(alert for alert in twin.tenant.alerts.values() if "T1003" in str(alert.document["matchedRules"]))


def collected(twin: RunningTwin) -> list[tuple[str, str | None]]:
    targets = [task.target for task in twin.tenant.tasks.values()]
    return [(one.endpoint_name, one.file_path) for one in targets if isinstance(one, EndpointTarget)]


def verified(played: Played) -> list[dict[str, Any]]:
    """Return the verified files; while the plan waits they are in the private context of its steps only."""
    private = [value for key, value in played.context.items() if key.startswith("subplaybook-")]
    found = [each.get("VisionOne", {}).get("Verified_File") for each in (played.context, *private)]
    return next(files for files in found if files)


@pytest.mark.promise(1)
@pytest.mark.promise(26)
async def test_a_dump_becomes_evidence_in_the_war_room(stage: Stage, twin: RunningTwin) -> None:
    played = await play(stage)

    assert ran(played) == STRAIGHT
    assert played.plan.state is PlanState.COMPLETED
    [file] = verified(played)
    assert (file["state"], file["name"], file["endpoint"]) == ("match", "lsass.DMP", LAPTOP)
    [entry] = [entry for entry in played.entries if entry.file]
    assert entry.id == file["archive_entry"]
    alert = twin.tenant.alerts[str(played.incident.mirror and played.incident.mirror.id)]
    [note] = twin.tenant.notes.on(alert.id)
    assert file["sha256"] in note.content
    assert alert.document["status"] == "In Progress"


@pytest.mark.promise(21)
async def test_what_is_no_credential_dumping_collects_nothing(stage: Stage, twin: RunningTwin) -> None:
    fetched = await stage.theatre.fetch()
    others = [found for alert_id, found in fetched.items() if alert_id != dumped(twin).id]

    for incident, _ in others:
        played = await stage.play(incident, COLLECT)
        assert played.ran == {"Is it credential dumping?", "Nothing to collect"} | SHELL, incident.name

    assert len(others) == 11
    assert len(twin.tenant.tasks) == 0


async def test_a_model_named_so_is_enough_without_a_technique(stage: Stage, twin: RunningTwin) -> None:
    alert = twin.story.raise_alert(MODELS["credential-dumping"], changes={"matchedRules": []})

    assert ran(await play(stage, alert)) == STRAIGHT


async def test_a_sub_technique_is_enough_whatever_the_model_is_called(stage: Stage, twin: RunningTwin) -> None:
    alert = twin.story.raise_alert(MODELS["credential-dumping"], changes={"model": "Something Odd"})

    assert ran(await play(stage, alert)) == STRAIGHT


@pytest.mark.promise(23)
async def test_several_files_on_several_endpoints_are_all_saved(stage: Stage, twin: RunningTwin) -> None:
    alert = twin.raise_alert("credential-dumping-twice", endpoints=(LAPTOP, "FIN-LT-528"))

    played = await play(stage, alert)

    assert ran(played) == STRAIGHT
    assert {(one["endpoint"], one["file_path"]) for one in verified(played)} == set(collected(twin))
    assert [one["state"] for one in verified(played)] == ["match"] * 4
    assert len({one["archive_entry"] for one in verified(played)}) == 4
    [note] = twin.tenant.notes.on(alert.id)
    assert note.content.count("matches") == 4


@pytest.mark.promise(22)
async def test_an_endpoint_that_cannot_give_files_says_why_and_the_others_go_on(
    stage: Stage, twin: RunningTwin
) -> None:
    alert = twin.raise_alert(endpoints=(LAPTOP, SERVER))

    played = await play(stage, alert)

    # The plan is not done yet: somebody is asked what became of the other file.
    assert ran(played) == (STRAIGHT | MISSING | {"Say what cannot be collected, and why"}) - {
        "Save it",
        "Look for it, and ask again",
        "Keep at it",
    }
    assert f"The agent on {SERVER} (sds) cannot collect files." in played.said
    assert {name for name, _ in collected(twin)} == {LAPTOP}
    assert is_open(played)


async def test_when_no_endpoint_can_give_files_nothing_is_asked(stage: Stage, twin: RunningTwin) -> None:
    played = await play(stage, twin.raise_alert(endpoints=(SERVER,)))

    assert ran(played) >= BEFORE | {"Say what cannot be collected, and why", "No file can be collected"}
    assert collected(twin) == []
    assert is_open(played)


async def test_without_word_of_the_endpoints_the_files_are_asked_for_all_the_same(
    stage: Stage, twin: RunningTwin
) -> None:
    twin.fail(Fault(path=".*/eiqs/.*", status=403, code="AccessDenied", message="No.", count=None))

    played = await play(stage)

    assert ran(played) == STRAIGHT
    assert "Vision One answered 403 AccessDenied: No." in played.said


async def test_a_refused_file_takes_the_error_path_and_the_accepted_one_goes_on(
    stage: Stage, twin: RunningTwin
) -> None:
    twin.fail(Fault(path=".*/eiqs/.*", status=403, code="AccessDenied", count=None))
    alert = twin.raise_alert(endpoints=(LAPTOP, SERVER))

    played = await play(stage, alert)

    assert ran(played) >= (STRAIGHT | {"Was any collection accepted?"}) - {"Save it", "Done"}
    assert is_open(played)
    assert "NotSupported" in played.said
    assert [one["endpoint"] for one in verified(played)] == [LAPTOP]


async def test_when_everything_is_refused_the_alert_stays_open(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/collectFile", status=403, code="AccessDenied", message="Not this role.", count=None))

    played = await play(stage)

    assert "Say that no evidence was saved" in played.ran
    assert not played.ran & (SAVING | REPORTING)
    assert "Not this role." in played.said
    assert {alert.document["status"] for alert in twin.tenant.alerts.values()} == {"Open"}


@pytest.mark.parametrize("status", ["failed", "rejected"])
async def test_a_collection_without_success_says_vision_ones_reason(
    stage: Stage, twin: RunningTwin, status: Any
) -> None:
    error = TaskError(code="Reason", message="Because of that.")
    twin.tenant.tasks.expect(Outcome(action="collectFile", timeline=((0, "queued"), (3, status)), error=error))

    played = await play(stage)

    assert played.ran >= {"Was any file collected?", "Say that no evidence was saved"}
    assert not played.ran & (SAVING | REPORTING)
    assert "Reason: Because of that." in played.said


@pytest.mark.promise(24)
async def test_an_approval_is_said_and_waited_for(stage: Stage, twin: RunningTwin) -> None:
    timeline: Any = ((0, "pendingApproval"), (120, "running"), (135, "succeeded"))
    twin.tenant.tasks.expect(Outcome(action="collectFile", timeline=timeline))

    incident = (await stage.theatre.fetch())[dumped(twin).id][0]
    plan = await stage.begin(incident, COLLECT, PROPOSE)
    await stage.job()
    assert "Waiting for approval in Vision One" in await stage.said(incident)

    played = await stage.theatre.play(incident, plan)
    assert ran(played) == STRAIGHT
    assert "Waiting for approval in Vision One" not in played.said


@pytest.mark.promise(25)
async def test_a_link_that_does_not_work_is_replaced_once(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=DOWNLOADS, status=403, code="AccessDenied", message="The link has expired."))

    played = await play(stage)

    again = {
        "Which archives have arrived?",
        "Forget the links that did not work",
        "Get new links",
        "Fetch once more",
    }
    assert ran(played) == STRAIGHT | again
    assert [one["state"] for one in verified(played)] == ["match"]


async def test_only_the_files_that_did_not_arrive_are_fetched_again(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=DOWNLOADS, skip=1, cut_after_bytes=1000))
    alert = twin.raise_alert("credential-dumping-twice", endpoints=(LAPTOP,))

    played = await play(stage, alert)

    assert "Fetch once more" in played.ran
    assert [one["state"] for one in verified(played)] == ["match", "match"]
    assert len([entry for entry in played.entries if entry.file]) == 2


async def test_a_file_that_never_arrives_is_named_and_the_alert_stays_open(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=DOWNLOADS, status=403, count=None))

    played = await play(stage)

    assert played.ran >= {"Say that an archive could not be fetched", "Say that no evidence was saved"}
    assert not played.ran & REPORTING
    assert is_open(played)


async def test_neither_link_nor_password_is_shown(stage: Stage) -> None:
    played = await play(stage)

    password = played.context["VisionOne"]["Download_Information_For_Collected_Forensic_File"][0]["password"]
    assert password not in played.said
    assert password not in str([task.inputs for task in played.tasks])
    assert "sig=" not in played.said


async def test_two_plans_at_once_each_save_it_and_neither_counts_what_the_other_saved(
    stage: Stage, twin: RunningTwin
) -> None:
    incident = (await stage.theatre.fetch())[dumped(twin).id][0]
    plans = [await stage.begin(incident, COLLECT, PROPOSE) for _ in range(2)]

    await asyncio.gather(*(stage.theatre.drive(plan) for plan in plans))
    played = [await stage.theatre.play(incident, plan) for plan in plans]

    assert [each.plan.state for each in played] == [PlanState.COMPLETED] * 2
    entries = [entry for entry in played[-1].entries if entry.file]
    assert sorted(str(entry.plan) for entry in entries) == sorted(map(str, plans))
    assert 1 <= len(collected(twin)) <= 2  # the second may wait for the task of the first
    assert [one["state"] for one in verified(played[-1])] == ["match"] * 2
    assert len(twin.tenant.notes.on(dumped(twin).id)) == 2


async def test_the_test_playbook_passes(stage: Stage, twin: RunningTwin) -> None:
    fetched = await stage.theatre.fetch()
    incident, _ = fetched[dumped(twin).id]
    book = our_pack().test_playbooks["VisionOneResponse-Test"]
    path = str(dumped(twin).document["indicators"][2]["value"])  # type: ignore[index,call-overload]
    plan = await stage.app.plans.start(incident, book, {"Endpoint": LAPTOP, "FilePath": path}, an_actor())

    played = await stage.theatre.play(incident, plan.id)

    assert played.plan.state is PlanState.COMPLETED
    assert "Fail" not in played.ran
    assert "Done" in played.ran
