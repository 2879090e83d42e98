"""The pack's own test playbooks pass on the twin, leave it as it was, and fail when something does not hold."""

from collections.abc import Callable

import pytest

from tests.our_packs import our_pack
from tests.packs.visionone.playbooks.stage import Inputs, Stage, actions
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

LAPTOP = "HR-LT-171"


def message(twin: RunningTwin) -> Inputs:
    return {"MessageID": next(iter(twin.tenant.mail.values())).message_id}


def program(twin: RunningTwin) -> Inputs:
    host = next(host for host in twin.tenant.inventory.values() if host.processes and host.os_name == "Windows")
    return {"Endpoint": host.name, "FileSHA1": host.processes[0].sha1}


def nothing(_twin: RunningTwin) -> Inputs:
    return {}


INPUTS: dict[str, Callable[[RunningTwin], Inputs]] = {
    "VisionOneResponse-Containment-Test": nothing,
    "VisionOneResponse-Objects-Test": nothing,
    "VisionOneResponse-Email-Test": message,
    "VisionOneResponse-Sandbox-Test": nothing,
    "VisionOneResponse-Process-Test": program,
    "VisionOneResponse-Router-Test": nothing,
}
FIRST_CALLS = {
    "VisionOneResponse-Containment-Test": ".*/endpoints/isolate",
    "VisionOneResponse-Objects-Test": ".*/suspiciousObjects",
    "VisionOneResponse-Email-Test": ".*/emails/quarantine",
    "VisionOneResponse-Sandbox-Test": ".*/analyze",
    "VisionOneResponse-Process-Test": ".*/terminateProcess",
}


@pytest.mark.parametrize(("name", "inputs"), INPUTS.items())
async def test_it_passes_on_the_twin(
    stage: Stage, twin: RunningTwin, name: str, inputs: Callable[[RunningTwin], Inputs]
) -> None:
    played = await stage.play(await stage.incident("Ransom"), name, inputs(twin))

    assert played.plan.state is PlanState.COMPLETED
    assert "Done" in played.ran
    assert not any(host.isolated for host in twin.tenant.inventory.values())
    assert {copy.state for copy in twin.tenant.mail.values()} == {"delivered"}
    assert twin.tenant.objects.suspicious(twin.clock.now()) == []
    assert actions(twin) == [] or "Router" not in name


@pytest.mark.parametrize(("name", "path"), FIRST_CALLS.items())
async def test_it_fails_when_the_action_does(stage: Stage, twin: RunningTwin, name: str, path: str) -> None:
    twin.fail(Fault(path=path, method="POST", status=403, code="AccessDenied", count=None))

    played = await stage.play(await stage.incident(), name, INPUTS[name](twin))

    assert played.plan.state is PlanState.FAILED
    assert "Fail" in played.ran


async def test_every_playbook_names_a_test_playbook_that_exists() -> None:
    pack = our_pack()

    for book in pack.playbooks.values():
        named = book.raw["tests"]
        assert isinstance(named, list)
        assert named, book.id
        assert set(named) <= set(pack.test_playbooks), book.id
