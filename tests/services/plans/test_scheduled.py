"""The plan of a command that runs later: nothing in it but a wait, and no secret in the clear."""

from datetime import timedelta

from warroom.model.ids import IncidentId
from warroom.model.plan import PlanKind, PlanState, TaskState, WaitKind
from warroom.model.user import Role
from warroom.services.plans.scheduled import Asked, scheduled
from warroom.services.secrecy.masking import MASK
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore

ASKED = Asked(
    incident=IncidentId("7"),
    command="look",
    args={"what": "a", "password": "s3cret"},
    secrets=frozenset({"password", "token"}),
    actor="DBot",
    rights=Role.ANALYST,
    scope="subplaybook-p-1",
)


def test_it_waits_for_its_time_with_the_rights_of_who_asked() -> None:
    at = START + timedelta(minutes=5)
    made = scheduled(MemoryStore(), ASKED, START, at)
    assert (made.plan.state, made.plan.wake_at, made.plan.kind) == (PlanState.WAITING, at, PlanKind.COMMAND)
    assert (made.plan.rights, made.plan.started_by, made.plan.frame.scope) == (Role.ANALYST, "DBot", "subplaybook-p-1")
    start, command = made.tasks
    assert (start.state, command.state) == (TaskState.COMPLETED, TaskState.WAITING)
    assert command.wait
    assert (command.wait.kind, command.wait.wake_at) == (WaitKind.SCHEDULED, at)
    assert (made.job.target, made.job.at) == (made.plan.id, at)


def test_without_a_time_it_starts_at_once() -> None:
    made = scheduled(MemoryStore(), ASKED, START)
    assert (made.plan.state, made.tasks, made.job.at) == (PlanState.IN_PROGRESS, (), None)


def test_a_secret_argument_is_masked_and_kept_encrypted() -> None:
    store = MemoryStore()
    made = scheduled(store, ASKED, START, START)
    assert made.plan.command
    assert dict(made.plan.command.args) == {"what": "a", "password": MASK}
    assert store.unseal(made.plan.sealed) == {"password": "s3cret"}
