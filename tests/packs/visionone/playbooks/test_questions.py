"""What a person is asked before something is done: who is meant, who cannot be found, and no sentence left open."""

import re
from dataclasses import replace

import pytest

from tests.packs.visionone.playbooks.stage import Inputs, Stage
from visionone_sim.faults import Fault
from visionone_sim.tenant.objects import ListedObject
from visionone_sim.testing import RunningTwin

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOST, NOBODY = "HR-LT-171", "NO-SUCH-PC"
BLOCK = "Vision One - Block Indicators"
ON_HOSTS: dict[str, Inputs] = {
    "Vision One - Contain Endpoint": {},
    "Vision One - Restore Endpoint": {},
    "Vision One - Terminate Process": {"FileSHA1": "a" * 40},
    "Vision One - Sandbox Triage": {"FilePath": r"C:\Temp\invoice.ps1"},
}
OPEN = re.compile(r"[:,] ?\.|\(\s*\)|  |^ | $")


async def question(stage: Stage, playbook: str, inputs: Inputs) -> str:
    await stage.play(await stage.incident(), playbook, inputs)
    task = await stage.asked()
    assert task.wait is not None
    form = task.wait.data["form"]
    return f"{form['description']} {form['questions'][0]['label']}"


@pytest.mark.parametrize("playbook", ON_HOSTS)
async def test_a_host_that_nobody_knows_is_named_beside_the_one_that_is_meant(stage: Stage, playbook: str) -> None:
    asked = await question(stage, playbook, {**ON_HOSTS[playbook], "Endpoint": f"{HOST},{NOBODY}"})

    assert HOST in asked
    assert f"Vision One knows no endpoint {NOBODY}." in asked
    assert OPEN.findall(asked) == []


@pytest.mark.parametrize("playbook", ON_HOSTS)
async def test_without_word_of_the_endpoints_they_are_named_as_they_were_given(
    stage: Stage, twin: RunningTwin, playbook: str
) -> None:
    twin.fail(Fault(path=".*/eiqs/.*|.*/endpointSecurity/.*", status=403, code="AccessDenied", count=None))

    asked = await question(stage, playbook, {**ON_HOSTS[playbook], "Endpoint": HOST})

    assert HOST in asked
    assert OPEN.findall(asked) == []


async def test_exceptions_are_named_where_there_are_any(stage: Stage, twin: RunningTwin) -> None:
    for domain in ("a.example", "b.example"):
        twin.tenant.objects.make_exception(ListedObject("domain", domain), None, twin.clock.now())

    asked = await question(stage, BLOCK, {"Objects": ["a.example", "b.example", "stranger.test"]})

    assert "a.example is left out, as an exception. b.example is left out, as an exception." in asked


async def test_nothing_is_said_of_exceptions_where_there_are_none(stage: Stage) -> None:
    asked = await question(stage, BLOCK, {"Objects": "stranger.example"})

    assert "exception" not in asked
    assert OPEN.findall(asked) == []


async def test_each_that_is_logged_on_is_named_and_the_system(stage: Stage) -> None:
    asked = await question(stage, "Vision One - Contain Endpoint", {"Endpoint": HOST})

    assert r"SOLTERRA\lnovak is logged on. System: Windows" in asked


async def test_where_nobody_is_logged_on_no_gap_is_left(stage: Stage, twin: RunningTwin) -> None:
    host = twin.tenant.inventory.target(agent_guid=None, name=HOST)
    twin.tenant.inventory.put(replace(host, login_accounts=()))

    asked = await question(stage, "Vision One - Contain Endpoint", {"Endpoint": HOST})

    assert "logged on" not in asked
    assert OPEN.findall(asked) == []
