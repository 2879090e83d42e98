"""Plays playbooks of the pack by name on the twin, answers what they ask, and starts the runtime anew in between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from tests.our_packs import our_pack, our_packs
from tests.packs.visionone.theatre import INSTANCE, Played, Theatre, by_hand
from visionone_sim.testing import RunningTwin
from warroom.bootstrap.settings import Settings
from warroom.bootstrap.wiring import Adapters, wire
from warroom.content.pack import Pack
from warroom.durable.local_jobs import LocalJobs
from warroom.host.runner import WarmRunner
from warroom.model.ids import InstanceId, PlanId, TaskKey, WorkerId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.plan import PlanState, TaskRecord, WaitKind
from warroom.services.app import App
from warroom.store.blobs import FolderBlobs
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_actor
from warroom.testing.store import MemoryStore

Inputs = Mapping[str, Json]


@dataclass(slots=True, kw_only=True)
class Stage:
    """A tenant with an incident for the playbooks of a test; the runtime can be replaced by a new one."""

    adapters: Adapters
    settings: Settings
    app: App
    twin: RunningTwin
    clock: ManualClock
    plan: PlanId = field(init=False)

    @property
    def theatre(self) -> Theatre:
        return Theatre(app=self.app, twin=self.twin, clock=self.clock)

    async def incident(self, model: str = "") -> Incident:
        """Return the incident of an alert of this detection model; without a model, of any alert."""
        alerts = self.twin.tenant.alerts.values()
        alert = next(alert for alert in alerts if model in str(alert.document["model"]))
        found = await self.theatre.fetch()
        return found[alert.id][0]

    async def begin(self, incident: Incident, playbook: str, inputs: Inputs | None = None) -> PlanId:
        """Start a playbook without driving it."""
        pack = our_pack()
        found = {**pack.playbooks, **pack.test_playbooks}[playbook]
        self.plan = (await self.app.plans.start(incident, found, inputs or {}, an_actor())).id
        return self.plan

    async def play(self, incident: Incident, playbook: str, inputs: Inputs | None = None) -> Played:
        """Play a playbook until it has ended, or only a person can go on."""
        return await self.theatre.play(incident, await self.begin(incident, playbook, inputs))

    async def job(self) -> None:
        """Drive the plan until it waits, then let the time of that wait pass."""
        await self.theatre.drive(self.plan)
        wake_at = (await self.app.store.plan(self.plan)).wake_at
        assert wake_at is not None, "the plan does not wait for a time"
        self.pass_time(seconds=max(1, (wake_at - self.clock.now()).total_seconds()))

    async def all_asked(self) -> list[TaskRecord]:
        """Return the tasks that wait for a person, by their place in the plan."""
        tasks = await self.app.store.tasks(self.plan)
        waiting = [task for task in tasks if task.wait and task.wait.kind is WaitKind.PERSON]
        return sorted(waiting, key=lambda task: task.key)

    async def asked(self) -> TaskRecord:
        """Return the one task that waits for a person."""
        [task] = await self.all_asked()
        return task

    async def answer(self, incident: Incident, *answers: str) -> Played:
        """Answer the one form that waits, question by question, and play on."""
        return await self.answer_task(incident, await self.asked(), *answers)

    async def answer_task(self, incident: Incident, task: TaskRecord, *answers: str) -> Played:
        form = {str(number): answer for number, answer in enumerate(answers)}
        await self.app.plans.answer(self.plan, TaskKey(task.key), "", "", an_actor(), form)
        return await self.theatre.play(incident, self.plan)

    async def said(self, incident: Incident) -> str:
        """Return the text of the War Room."""
        return "\n".join(str(entry.readable or entry.contents) for entry in await self.app.store.entries(incident.id))

    def pass_time(self, **span: float) -> None:
        """Let time pass for the tenant and for the runtime."""
        self.twin.clock.advance(timedelta(**span).total_seconds())
        self.clock.move_to(self.clock.now() + timedelta(**span))

    async def restart(self) -> None:
        """End the runtime and start a new one on what it left."""
        await self.app.conductor.close()
        self.adapters = replace(self.adapters, worker=WorkerId(f"{self.adapters.worker}+"))
        self.app = wire(self.settings, self.adapters)
        self.app.journal.wake_with(by_hand)


async def set_stage(home: Path, twin: RunningTwin, runner: WarmRunner, others: Sequence[Pack] = ()) -> Stage:
    """Wire the real packs to the twin, in a way that can be wired again; what `others` hold wins, as if installed."""
    clock = ManualClock(twin.clock.now())
    adapters = Adapters(
        [*our_packs(), *others],
        MemoryStore(),  # type: ignore[arg-type]  # any adapter of the port will do
        FolderBlobs(home / "blobs"),
        runner,
        LocalJobs(),
        clock,  # type: ignore[arg-type]  # the same
        WorkerId("worker-1"),
    )
    settings = Settings(home=home, allowed_origins=(twin.url,))
    app = wire(settings, adapters)
    app.journal.wake_with(by_hand)
    instance = IntegrationInstance(
        id=InstanceId(INSTANCE),
        name=INSTANCE,
        integration="VisionOneResponse",
        params={"url": twin.url, "isFetch": True, "first_fetch": "2026-01-01T00:00:00Z"},
        secrets={"apikey": twin.api_key},
        fetch=True,
    )
    await app.store.save_instance(instance, "test", clock.now())
    return Stage(adapters=adapters, settings=settings, app=app, twin=twin, clock=clock)


def waits_for_a_person(played: Played) -> bool:
    return played.plan.state is PlanState.WAITING and played.plan.wake_at is None


def actions(twin: RunningTwin) -> list[str]:
    """Return the calls of the tenant's response actions, in order."""
    return [task.action for task in twin.tenant.tasks.values()]


def notes(twin: RunningTwin, incident: Incident) -> str:
    """Return the notes on the incident's alert."""
    assert incident.mirror is not None
    return "\n".join(note.content for note in twin.tenant.notes.on(incident.mirror.id))


def decision(played: Played) -> Json:
    return played.context["VisionOne"]["Approval"]["decision"]
