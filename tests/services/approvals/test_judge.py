from tests.services.approvals.approval_world import approval_world
from warroom.model.context import ContextPatch, PatchKind
from warroom.services.approvals.request import ExactAction
from warroom.services.approvals.rules import PROTECTED_HOSTS, Rules
from warroom.testing.clock import START
from warroom.testing.samples import some_changes

ISOLATE = ExactAction(command="isolate", brand="Lab", instances=("lab-1",), args={"endpoint": ["G1"]})


async def test_the_list_counts_as_it_is_now_and_the_incident_says_what_a_guid_is_called() -> None:
    approvals = await approval_world()
    judge, incident = approvals.world.executor.gate.approvals.judge, approvals.world.incident
    host = {"agent_guid": "G1", "endpoint_name": "DC-01"}
    patch = ContextPatch(incident=incident.id, kind=PatchKind.SET, path="Host", value=host)
    await approvals.world.journal.commit(some_changes(patches=[patch]))
    assert await judge.why(ISOLATE, incident) == ""
    await approvals.world.store.save_list(PROTECTED_HOSTS, "dc-*", "ana", START)
    assert await judge.why(ISOLATE, incident) == ("DC-01 (G1) is a protected host (`dc-*` in the list protected_hosts)")


async def test_a_list_that_was_stored_as_protected_hosts_in_another_spelling_protects() -> None:
    approvals = await approval_world()
    judge, incident = approvals.world.executor.gate.approvals.judge, approvals.world.incident
    await approvals.world.store.save_list("Protected_Hosts", "g1", "ana", START)
    await approvals.world.store.save_list(PROTECTED_HOSTS, "g2", "ana", START)
    assert await judge.why(ISOLATE, incident) == "G1 is a protected host (`g1` in the list protected_hosts)"


async def test_a_script_is_judged_by_its_own_arguments() -> None:
    approvals = await approval_world(rules=Rules(commands=("Respond",)), scripts=("Respond",))
    judge = approvals.world.executor.gate.approvals.judge
    assert await judge.why(ExactAction(command="Respond", args={"endpoint": "A"}), approvals.world.incident)
