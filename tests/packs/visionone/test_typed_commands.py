"""Commands as they are typed into a War Room: real workers, waiting, files, what people see."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import pyzipper

from tests.packs.visionone.live_pack import DUMP, LAPTOP
from tests.packs.visionone.test_examples import EXAMPLES
from tests.packs.visionone.theatre import Played, Theatre, set_stage
from visionone_sim.tenant.users import User
from visionone_sim.tenant.verdicts import MARK
from visionone_sim.testing import RunningTwin
from warroom.host.runner import WarmRunner
from warroom.model.entry import Entry, EntryType, StoredFile
from warroom.model.plan import PlanState
from warroom.store.blobs import FolderBlobs
from warroom.testing.samples import an_actor

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WarmRunner]:
    runner = WarmRunner(tmp_path_factory.mktemp("scratch"))
    yield runner
    await runner.close()


@pytest_asyncio.fixture(loop_scope="module")
async def theatre(twin: RunningTwin, runner: WarmRunner, tmp_path: Path) -> AsyncIterator[Theatre]:
    theatre = await set_stage(tmp_path, twin, runner)
    yield theatre
    await theatre.app.conductor.close()


async def typed(theatre: Theatre, text: str) -> Played:
    incident = await theatre.app.war_room.playground(an_actor())
    before = len(await theatre.app.store.entries(incident.id))
    plan = await theatre.app.war_room.run(text, incident, an_actor())
    played = await theatre.play(incident, plan.id)
    return Played(
        plan=played.plan,
        tasks=played.tasks,
        entries=played.entries[before:],
        context=played.context,
        incident=played.incident,
    )


def files(played: Played) -> list[Entry]:
    return [entry for entry in played.entries if entry.file]


def stored(entry: Entry) -> StoredFile:
    assert entry.file is not None
    return entry.file


def content(theatre: Theatre, entry: Entry) -> bytes:
    with FolderBlobs(theatre.app.home / "blobs").open(stored(entry).sha256) as stream:
        return stream.read()


async def test_a_typed_command_brings_a_file_from_the_endpoint_into_the_war_room(theatre: Theatre) -> None:
    played = await typed(
        theatre, f'!trendmicro-visionone-collect-and-download-file endpoint={LAPTOP} file_path="{DUMP}"'
    )

    assert played.plan.state is PlanState.COMPLETED
    [archive] = files(played)
    outputs = played.context["VisionOne"]["Collected_File"]
    [found] = outputs if isinstance(outputs, list) else [outputs]
    assert (found["match"], found["archive_name"]) == (True, stored(archive).name)
    assert found["archive_sha256"] == stored(archive).sha256
    with pyzipper.AESZipFile(io.BytesIO(content(theatre, archive))) as opened:
        assert opened.namelist() == ["lsass.DMP"]
    assert found["password"] not in "".join(str((entry.human_readable, entry.contents)) for entry in played.entries)


async def test_waiting_shows_what_changed_and_no_more(theatre: Theatre, twin: RunningTwin) -> None:
    played = await typed(theatre, f"!trendmicro-visionone-isolate-endpoint endpoint={LAPTOP}")
    task_id = played.context["VisionOne"]["Endpoint_Connection"][0]["task_id"]
    twin.tenant.response.replan(task_id, ((0, "running"), (300, "succeeded")))

    waited = await typed(theatre, f"!trendmicro-visionone-check-status task_id={task_id} interval_in_seconds=10")

    assert waited.plan.state is PlanState.COMPLETED
    assert [status for entry in waited.entries for status in ("running", "succeeded") if status in str(entry)] == [
        "running",
        "succeeded",
    ]


async def test_a_file_of_the_war_room_goes_to_the_sandbox_and_its_report_comes_back(
    theatre: Theatre, twin: RunningTwin
) -> None:
    collected = await typed(
        theatre, f'!trendmicro-visionone-collect-and-download-file endpoint={LAPTOP} file_path="{DUMP}"'
    )
    [archive] = files(collected)
    password = twin.tenant.response.passwords["00000001"]

    await typed(
        theatre,
        f"!trendmicro-visionone-submit-file-entry-to-sandbox entry_id={archive.id} archive_password={password}",
    )
    [submission] = twin.tenant.sandbox.values()
    polled = await typed(theatre, f"!trendmicro-visionone-run-sandbox-submission-polling task_id={submission.id}")
    report = await typed(theatre, f"!trendmicro-visionone-download-analysis-report submission_id={submission.id}")

    assert submission.digest.sha256 == stored(archive).sha256
    assert "noRisk" in polled.said
    [pdf] = files(report)
    assert content(theatre, pdf).startswith(b"%PDF")


async def test_a_bad_address_is_judged_bad(theatre: Theatre, twin: RunningTwin) -> None:
    url = f"https://bad.example/{(MARK + b'high').decode()}"

    await typed(theatre, f"!trendmicro-visionone-submit-urls-to-sandbox urls={url}")
    [submission] = twin.tenant.sandbox.values()
    polled = await typed(theatre, f"!trendmicro-visionone-run-sandbox-submission-polling task_id={submission.id}")

    assert "high" in polled.said


async def test_a_read_only_instance_says_so_in_one_sentence(theatre: Theatre, twin: RunningTwin) -> None:
    [instance] = await theatre.app.journal.instances()
    instance.params["read_only"] = "true"  # type: ignore[index]  # the test's own instance

    played = await typed(theatre, f"!trendmicro-visionone-isolate-endpoint endpoint={LAPTOP}")

    [entry] = played.entries
    assert entry.type is EntryType.ERROR
    assert "this instance is read-only" in str(entry.contents)
    assert len(twin.tenant.tasks) == 0


async def test_an_id_that_leads_elsewhere_deletes_no_account(theatre: Theatre, twin: RunningTwin) -> None:
    twin.tenant.users.invite(User(id="console-account", email="boss@soc.example", role="analyst"))

    played = await typed(
        theatre, '!trendmicro-visionone-delete-custom-script script_id="../../iam/accounts/console-account"'
    )

    [entry] = played.entries
    assert "give the ID of a custom script, such as" in str(entry.contents)
    assert "console-account" in twin.tenant.users
    assert len(twin.requests) == 0


async def test_an_id_that_leads_elsewhere_reads_no_keys(theatre: Theatre, twin: RunningTwin) -> None:
    [instance] = await theatre.app.journal.instances()
    instance.params["read_only"] = "true"  # type: ignore[index]  # the test's own instance

    played = await typed(theatre, '!trendmicro-visionone-get-alert-details workbench_id="../../iam/apiKeys"')

    assert "give the ID of a workbench alert, such as" in played.said
    assert "soc-bot" not in played.said
    assert len(twin.requests) == 0


async def test_a_typed_url_with_a_comma_is_blocked_whole(theatre: Theatre, twin: RunningTwin) -> None:
    url = "https://cdn.bad.example/a,b.example"

    await typed(theatre, f'!trendmicro-visionone-add-objects-to-suspicious-list object_value="{url}"')

    assert [one.item.value for one in twin.tenant.objects.suspicious(twin.clock.now())] == [url]


LOOKS = re.compile(r"!trendmicro-visionone-(get-endpoint-info|list-alerts|get-.*-list|get-.*-activity-data(-count)?) ")


async def test_the_examples_that_only_look_are_answered_as_they_stand(theatre: Theatre) -> None:
    looks = [example for example in EXAMPLES if LOOKS.match(example)]
    assert len(looks) > 8
    for example in looks:
        played = await typed(theatre, example.replace("FIN-LT-042", LAPTOP))
        assert [entry.readable for entry in played.entries if entry.is_error] == [], example
