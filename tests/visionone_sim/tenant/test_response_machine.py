"""Response tasks under anything that may happen: agents come and go, people decide, time passes, all is rewound."""

from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from visionone_sim.clock import ManualClock
from visionone_sim.errors import TaskDuplicationError
from visionone_sim.settings import ResponseStatus, Settings
from visionone_sim.tenant.contents import text_content
from visionone_sim.tenant.endpoints import Endpoint, EndpointFile
from visionone_sim.tenant.snapshots import restore_snapshot, take_snapshot
from visionone_sim.tenant.targets import EndpointDemand, EndpointTarget
from visionone_sim.tenant.tasks import ENDED, Action
from visionone_sim.tenant.tenant import Tenant

GUIDS = ("g1", "g2")
PATH = "/tmp/evidence"
# From each status, those that may follow; a task may also stay as it is.
FOLLOWS: dict[ResponseStatus, frozenset[ResponseStatus]] = {
    "pendingApproval": frozenset({"queued", "running", "rejected", "succeeded", "failed"}),
    "queued": frozenset({"running", "succeeded", "failed"}),
    "running": frozenset({"succeeded", "failed", "queued"}),
}


def endpoint(guid: str) -> Endpoint:
    return Endpoint(
        agent_guid=guid,
        name=guid.upper(),
        kind="server",
        os_name="Linux",
        os_version="6",
        os_description="Linux",
        product_code="xes",
        installed_product_codes=("xes",),
        login_accounts=("FIN\\ana",),
        macs=("02:00:00:00:00:01",),
        ips=("10.0.0.1",),
        policy_name="x",
    ).with_file(EndpointFile(path=PATH, content=text_content("evidence")))


class ResponseMachine(RuleBasedStateMachine):
    """Holds the tenant against what must be true of response tasks at every moment."""

    tasks = Bundle("tasks")

    @initialize(approval=st.booleans())
    def begin(self, approval: bool) -> None:
        self.tenant = Tenant(clock=ManualClock(), rng=Random(1), keys=(), settings=Settings(approval_required=approval))
        for guid in GUIDS:
            self.tenant.join(endpoint(guid))
        self.seen: dict[str, ResponseStatus] = {}
        self.isolated = dict.fromkeys(GUIDS, False)
        self.settled: set[str] = set()

    @rule(
        target=tasks, guid=st.sampled_from(GUIDS), action=st.sampled_from(("isolate", "restoreIsolate", "collectFile"))
    )
    def start(self, guid: str, action: Action) -> object:
        before = len(self.tenant.tasks)
        demand = EndpointDemand(agent_guid=guid, file_path=PATH if action == "collectFile" else None)
        try:
            task = self.tenant.response.start(action, demand, account="a")
        except TaskDuplicationError as error:
            running = self.tenant.tasks[error.running_task_id]
            assert running.action == action
            assert not running.ended(self.tenant.clock.now())
            assert len(self.tenant.tasks) == before
            return multiple()
        assert task.id == f"{before + 1:08d}"
        return task.id

    @rule(seconds=st.sampled_from((0.5, 1, 2, 3, 5, 60, 86_400)))
    def wait(self, seconds: float) -> None:
        self.tenant.clock.advance(seconds)

    @rule(guid=st.sampled_from(GUIDS), connected=st.booleans())
    def come_or_go(self, guid: str, connected: bool) -> None:
        self.tenant.response.connect(guid, connected)

    @rule(task_id=tasks, decision=st.booleans())
    def decide(self, task_id: str, decision: bool) -> None:
        task = self.tenant.tasks[task_id]
        if task.status(self.tenant.clock.now()) != "pendingApproval":
            return
        if decision:
            self.tenant.response.approve(task_id)
        else:
            self.tenant.response.replan(task_id, ((0, "rejected"),))

    @rule()
    def rewind(self) -> None:
        restore_snapshot(self.tenant, take_snapshot(self.tenant))

    @invariant()
    def statuses_follow_each_other_and_an_end_is_final(self) -> None:
        now = self.tenant.clock.now()
        for task in self.tenant.tasks.values():
            status = task.status(now)
            before = self.seen.get(task.id, status)
            assert status == before or status in FOLLOWS.get(before, frozenset()), (task.id, before, status)
            assert task.created <= task.last_action(now) <= now
            assert (task.error is not None) or status != "failed"
            self.seen[task.id] = status

    @invariant()
    def an_endpoint_is_as_its_last_success_left_it(self) -> None:
        now = self.tenant.clock.now()
        done = [
            task
            for task in self.tenant.tasks.values()
            if task.status(now) == "succeeded" and task.action != "collectFile" and task.id not in self.settled
        ]
        for task in sorted(done, key=lambda task: (task.last_action(now), task.id)):
            assert isinstance(task.target, EndpointTarget)
            self.isolated[task.target.agent_guid] = task.action == "isolate"
            self.settled.add(task.id)
        assert {guid: each.isolated for guid, each in self.tenant.endpoints.items()} == self.isolated

    @invariant()
    def one_task_at_a_time_does_the_same(self) -> None:
        now = self.tenant.clock.now()
        under_way = [(task.action, task.target) for task in self.tenant.tasks.values() if not task.ended(now)]
        assert len(under_way) == len(set(under_way))
        assert {status for status in self.seen.values() if status not in FOLLOWS} <= ENDED

    def teardown(self) -> None:
        if hasattr(self, "tenant"):
            self.tenant.close()


TestResponseMachine = ResponseMachine.TestCase
TestResponseMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
