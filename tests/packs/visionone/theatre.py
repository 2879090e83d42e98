"""The whole way of an alert on one stage: the twin, the real packs in real worker processes, a clock that obeys."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.our_packs import our_packs
from visionone_sim.testing import RunningTwin
from warroom.bootstrap.settings import Settings
from warroom.bootstrap.wiring import Adapters, wire
from warroom.content.pack import Pack
from warroom.durable.local_jobs import LocalJobs
from warroom.host.runner import WarmRunner
from warroom.model.entry import Entry
from warroom.model.ids import IncidentId, InstanceId, PlanId, WorkerId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.lane import Lane
from warroom.model.plan import PlanRecord, TaskRecord, TaskState
from warroom.model.user import SYSTEM
from warroom.services.app import App
from warroom.services.drive.waiting import SHORT_WAIT
from warroom.store.blobs import FolderBlobs
from warroom.testing.clock import ManualClock
from warroom.testing.store import MemoryStore

INSTANCE = "tenant"
LEGS = 600  # a plan that asks for a week has some hundreds


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a playbook ended."""

    plan: PlanRecord
    tasks: list[TaskRecord]
    entries: list[Entry]
    context: dict[str, Any]
    incident: Incident

    @property
    def ran(self) -> set[str]:
        """The names of the tasks that ran."""
        ended = (TaskState.COMPLETED, TaskState.ERROR)
        return {task.name for task in self.tasks if task.state in ended and task.name}

    @property
    def branches(self) -> dict[str, str]:
        return {task.name: task.branch for task in self.tasks if task.branch}

    @property
    def said(self) -> str:
        return "\n".join(str(entry.readable or entry.contents) for entry in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theatre:
    """Plays the playbooks of fetched alerts; both clocks move together while a task waits."""

    app: App
    twin: RunningTwin
    clock: ManualClock

    async def fetch(self) -> dict[str, tuple[Incident, PlanId | None]]:
        """Fetch once; incidents with their plans, by workbench id."""
        fetched = await self.app.fetching.fetch(InstanceId(INSTANCE))
        assert not fetched.error, fetched.error
        found: dict[str, tuple[Incident, PlanId | None]] = {}
        for number in fetched.incidents:
            incident = await self.app.incidents.get(IncidentId(number), SYSTEM)
            plans = await self.app.store.plans(incident.id)
            assert incident.mirror is not None
            found[incident.mirror.id] = (incident, plans[0].id if plans else None)
        return found

    async def drive(self, plan_id: PlanId) -> None:
        """Drive a plan until it is parked or has ended; a wait that it sits out is over at once."""
        driving = asyncio.create_task(self.app.conductor.drive(plan_id))
        while not driving.done():
            asleep = asyncio.create_task(self.clock.next_wake(SHORT_WAIT))
            await asyncio.wait([driving, asleep], return_when=asyncio.FIRST_COMPLETED)
            if driving.done():
                asleep.cancel()
            else:
                self.move_to(asleep.result())
        await driving

    def move_to(self, moment: datetime) -> None:
        """Let time pass for the tenant and for the runtime."""
        self.twin.clock.advance(max(0, (moment - self.clock.now()).total_seconds()))
        self.clock.move_to(max(moment, self.clock.now()))

    async def play(self, incident: Incident, plan_id: PlanId | None) -> Played:
        """Drive a plan to its end."""
        assert plan_id is not None, "the incident has no playbook"
        store = self.app.store
        for _ in range(LEGS):
            await self.drive(plan_id)
            plan = await store.plan(plan_id)
            if plan.wake_at is None:
                break
            self.move_to(max(plan.wake_at, self.clock.now() + timedelta(seconds=1)))
        return Played(
            plan=plan,
            tasks=await store.tasks(plan_id),
            entries=await store.entries(incident.id),
            context=await self.app.journal.context(incident.id),
            incident=await self.app.incidents.get(incident.id, SYSTEM),
        )


def by_hand(plan: PlanId, lane: Lane | None) -> None:
    """Leave each plan to the test, which drives the one that it is about."""


async def set_stage(home: Path, twin: RunningTwin, runner: WarmRunner, *packs: Pack, **others: RunningTwin) -> Theatre:
    """Wire the real packs, and more, to the twin, and to others by their instances' names; all is kept in memory."""
    tenants = {INSTANCE: twin, **others}
    clock = ManualClock(twin.clock.now())
    adapters = Adapters(
        [*our_packs(), *packs],
        MemoryStore(),  # type: ignore[arg-type]  # any adapter of the port will do
        FolderBlobs(home / "blobs"),
        runner,
        LocalJobs(),
        clock,  # type: ignore[arg-type]  # the same
        WorkerId("worker-1"),
    )
    app = wire(Settings(home=home, allowed_origins=tuple(each.url for each in tenants.values())), adapters)
    app.journal.wake_with(by_hand)
    for name, tenant in tenants.items():
        await app.store.save_instance(_instance(name, tenant), "test", clock.now())
    return Theatre(app=app, twin=twin, clock=clock)


def _instance(name: str, twin: RunningTwin) -> IntegrationInstance:
    return IntegrationInstance(
        id=InstanceId(name),
        name=name,
        integration="VisionOneResponse",
        params={"url": twin.url, "isFetch": True, "first_fetch": "2026-01-01T00:00:00Z"},
        secrets={"apikey": twin.api_key},
        fetch=True,
    )
