"""The announced use case, promise by promise: what a person gets who does nothing but have the pack installed."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
import pyzipper

from tests.packs.visionone.playbooks.stage import Stage, waits_for_a_person
from tests.packs.visionone.theatre import Played
from visionone_sim.tenant.alerts import Alert
from visionone_sim.tenant.targets import EndpointTarget
from visionone_sim.testing import RunningTwin
from warroom.model.plan import TaskRecord
from warroom.store.blobs import FolderBlobs

pytestmark = pytest.mark.asyncio(loop_scope="module")

INFORMATION = "Download_Information_For_Collected_Forensic_File"


def dumped(twin: RunningTwin) -> Alert:
    return next(alert for alert in twin.tenant.alerts.values() if "T1003" in str(alert.document["matchedRules"]))


async def fetched_and_played(stage: Stage) -> Played:
    """Do what the runtime does by itself: fetch, and play the plan that came with the alert.

    What comes after the evidence is only proposed here, so that the plan ends.
    """
    now = stage.clock.now()
    await stage.app.store.change_list("vision_one_response_modes", lambda _: "*, *, propose", "ada", now)
    return await stage.theatre.play(*(await stage.theatre.fetch())[dumped(stage.twin).id])


def begun(tasks: Sequence[TaskRecord], name: str) -> Any:
    [task] = [task for task in tasks if task.name == name]
    assert task.started is not None
    return task.started


def inside(stage: Stage, played: Played) -> dict[str, bytes]:
    """Open the archive that lies in the War Room with the password that the context holds."""
    [archive] = [entry.file for entry in played.entries if entry.file]
    [information] = played.context["VisionOne"][INFORMATION]
    with FolderBlobs(stage.app.home / "blobs").open(archive.sha256) as stream:
        opened = pyzipper.AESZipFile(io.BytesIO(stream.read()))
    opened.setpassword(information["password"].encode())
    return {name: opened.read(name) for name in opened.namelist()}


@pytest.mark.promise(19)
async def test_evidence_is_saved_without_anybody_and_stays_when_the_attacker_cleans_up(
    stage: Stage, twin: RunningTwin
) -> None:
    played = await fetched_and_played(stage)

    [target] = [task.target for task in twin.tenant.tasks.values() if isinstance(task.target, EndpointTarget)]
    assert not waits_for_a_person(played)
    assert target.file_path is not None
    twin.tenant.remove_file(target.agent_guid, target.file_path)
    assert inside(stage, played)


@pytest.mark.promise(20)
@pytest.mark.promise(26)
async def test_what_is_saved_is_the_dump_that_the_task_manager_made(stage: Stage, twin: RunningTwin) -> None:
    played = await fetched_and_played(stage)

    [target] = [task.target for task in twin.tenant.tasks.values() if isinstance(task.target, EndpointTarget)]
    file = twin.tenant.endpoints[target.agent_guid].file(str(target.file_path))
    assert file is not None
    [(name, content)] = inside(stage, played).items()
    assert name == "lsass.DMP"
    assert content == b"".join(file.content.pieces())


@pytest.mark.promise(22)
@pytest.mark.promise(23)
@pytest.mark.promise(24)
@pytest.mark.promise(25)
async def test_each_step_begins_when_the_one_before_has_ended_and_uses_what_it_found(
    stage: Stage, twin: RunningTwin
) -> None:
    played = await fetched_and_played(stage)

    steps = [
        "Is it credential dumping?",
        "Which endpoints are they?",
        "Collect the dumped files",
        "Wait until the tasks have ended",
        "Get links to the files",
        "Fetch the archives at once",
    ]
    moments = [begun(played.tasks, name) for name in steps]
    assert moments == sorted(moments)
    known = played.context["VisionOne"]["Endpoint_Info"]
    [endpoint] = known if isinstance(known, list) else [known]
    assert endpoint["os_name"] == "Windows"
    assert endpoint["product_code"] in {"xes", "sao"}
    [task] = twin.tenant.tasks.values()
    assert isinstance(task.target, EndpointTarget)
    assert task.target.agent_guid == endpoint["agent_guid"]
    assert task.target.file_path in played.incident.custom_fields["visiononefiles"]
    fetch_began = begun(played.tasks, "Fetch the archives at once")
    link_was_made = begun(played.tasks, "Get links to the files")
    assert (fetch_began - link_was_made).total_seconds() < twin.tenant.settings.link_lifetime_seconds
