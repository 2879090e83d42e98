"""One process from start to stop: what it takes up, what it fetches, what it leaves."""

import asyncio
from dataclasses import replace

import pytest

from tests.services.sources import SOURCE, Intake, Source, an_alert
from tests.services.world import ANA, playbook, until
from warroom.content.incident_type import IncidentType
from warroom.model.errors import WorkerDiedError
from warroom.model.ids import PlanId
from warroom.model.json import Json
from warroom.model.plan import PlanState, QueueJob
from warroom.services.intake.fetching import FETCH_SECONDS
from warroom.services.ports.store import Changes, Committed, IncidentQuery
from warroom.testing.runner import FakeCode
from warroom.testing.store import MemoryStore

TYPE = IncidentType(id="Dump", name="Dump", playbook="Collect", autorun=True)
SAY = "'1': {id: '1', taskid: a, type: title, task: {id: a, name: Done}}"
ASK = "'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Sure?}, nexttasks: {'yes': []}}"


def intake(source: Source | None = None, book: str = SAY) -> Intake:
    return Intake(source or Source(), playbooks=[playbook(book, "Collect")], types=[TYPE])


async def states(made: Intake) -> set[PlanState]:
    incidents = await made.world.store.incidents(IncidentQuery(limit=1000))
    return {plan.state for incident in incidents for plan in await made.world.store.plans(incident.id)}


async def test_from_start_on_alerts_are_fetched_and_their_plans_driven() -> None:
    made = intake(Source([an_alert(number) for number in range(3)]))
    await made.begin()
    await made.runtime.start()
    await made.jobs.run_until_idle()
    assert await states(made) == {PlanState.COMPLETED}
    made.source.alerts.append(an_alert(3))
    made.world.clock.advance(FETCH_SECONDS)
    await made.jobs.run_until_idle()
    assert await made.world.store.count_incidents(IncidentQuery()) == 4


async def test_restarts_leave_several_fetch_jobs_and_only_one_line_goes_on() -> None:
    made = intake()
    await made.begin()
    for _ in range(3):
        await made.runtime.start()
    for _ in range(4):
        await made.jobs.run_until_idle()
        made.world.clock.advance(FETCH_SECONDS)
    assert len(made.source.last_runs) == 4
    assert len([job for job in made.jobs.waiting if job.kind == "fetch"]) == 1


async def test_a_fetch_that_breaks_is_delivered_again_and_fetching_goes_on() -> None:
    class Fragile(MemoryStore):
        breaks = True

        async def commit(self, changes: Changes) -> Committed:
            if self.breaks and changes.last_run:
                self.breaks = False
                raise OSError("database is locked")
            return await super().commit(changes)

    made = intake(Source([an_alert(1)]))
    made.world.store = Fragile(enqueue=made.jobs.put)
    made.restart()
    await made.begin()
    await made.runtime.start()
    await made.jobs.run_until_idle()
    made.world.clock.advance(1)
    await made.jobs.run_until_idle()
    assert await made.world.store.count_incidents(IncidentQuery()) == 1
    assert [job.kind for job in made.jobs.waiting] == ["fetch"]


async def test_fetching_goes_on_after_a_worker_died() -> None:
    made = intake(Source([an_alert(1)]))
    await made.begin()
    fetch = made.world.runner.table["fetch-incidents"]

    def die(_: FakeCode) -> list[Json]:
        raise WorkerDiedError("The worker died.")

    made.world.runner.table["fetch-incidents"] = die
    await made.runtime.start()
    await made.jobs.run_until_idle()
    made.world.runner.table["fetch-incidents"] = fetch
    made.world.clock.advance(FETCH_SECONDS)
    await made.jobs.run_until_idle()
    assert await made.world.store.count_incidents(IncidentQuery()) == 1


async def test_fetching_at_once_drives_what_it_brought() -> None:
    made = intake(Source([an_alert(1)]))
    await made.begin()
    fetched = await made.runtime.fetch_now(SOURCE, ANA)
    await made.world.conductor.drive(fetched.plans[0])
    assert await states(made) == {PlanState.COMPLETED}


async def test_a_new_process_takes_up_what_an_earlier_one_left_under_way() -> None:
    made = intake(Source([an_alert(1)]))
    await made.begin()
    fetched = await made.fetch()
    await made.world.store.claim(fetched.plans[0], made.world.conductor._worker, made.world.clock.now())
    made.restart()
    made.jobs.waiting.clear()
    await made.runtime.start()
    await until(lambda: made.world.store._plans[fetched.plans[0]].state is PlanState.COMPLETED)


async def test_a_new_process_queues_the_timers_and_leaves_what_waits_for_people() -> None:
    made = intake(Source([an_alert(1)]), ASK)
    await made.begin()
    fetched = await made.fetch()
    await made.world.conductor.drive(fetched.plans[0])
    made.restart()
    made.jobs.waiting.clear()
    await made.runtime.start()
    assert [job.kind for job in made.jobs.waiting] == ["fetch"]
    assert await states(made) == {PlanState.WAITING}


async def test_jobs_that_come_late_or_twice_or_for_nobody_find_nothing_to_do() -> None:
    made = intake(Source([an_alert(1)]))
    await made.begin()
    fetched = await made.fetch()
    job = QueueJob(kind="plan", target=fetched.plans[0])
    await asyncio.gather(*(made.runtime.on_job(job) for _ in range(3)))
    ended = await made.world.store.plan(PlanId(job.target))
    await made.runtime.on_job(job)
    assert await made.world.store.plan(PlanId(job.target)) == ended
    for kind, target in (("plan", "gone"), ("fetch", "gone"), ("dance", "x")):
        await made.runtime.on_job(QueueJob(kind=kind, target=target))


async def test_stopping_closes_the_runner_and_takes_no_more_jobs() -> None:
    made = intake(Source([an_alert(1)]))
    await made.begin()
    await made.runtime.start()
    await made.runtime.stop()
    assert made.world.runner.is_closed
    assert await made.jobs.deliver_due() == 0


@pytest.mark.parametrize("enabled", [True, False])
async def test_only_instances_that_are_on_and_fetch_get_a_job(*, enabled: bool) -> None:
    made = intake()
    made.world.instances = [replace(made.world.instances[0], enabled=enabled, fetch=not enabled)]
    await made.begin()
    await made.runtime.start()
    assert made.jobs.waiting == []
