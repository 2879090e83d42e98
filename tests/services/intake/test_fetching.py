"""Alerts become incidents: each one once, none lost, whatever happens between."""

import asyncio
import json
from dataclasses import replace

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.sources import SOURCE, Intake, Source, an_alert
from tests.services.world import playbook
from warroom.content.incident_type import IncidentType
from warroom.model.errors import WorkerDiedError
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Status
from warroom.model.json import Json
from warroom.services.ports.fetches import LastRun
from warroom.services.ports.store import Changes, Committed, IncidentQuery
from warroom.testing.runner import FakeCode
from warroom.testing.store import MemoryStore

READ = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'say'}}"
DUMP = IncidentType(id="Dump", name="Dump", playbook="Collect", autorun=True)
ALL = IncidentQuery(limit=10_000)


async def names(intake: Intake) -> list[str]:
    return sorted(incident.name for incident in await intake.world.store.incidents(ALL))


async def test_what_is_fetched_becomes_incidents_and_the_next_fetch_goes_on_from_there() -> None:
    intake = Intake(Source([an_alert(number) for number in range(1, 8)]))
    await intake.begin()
    assert len((await intake.fetch()).incidents) == 5
    assert len((await intake.fetch()).incidents) == 2
    assert (await intake.fetch()).incidents == []
    assert intake.source.last_runs == [{}, {"position": 5}, {"position": 7}]
    assert len(await names(intake)) == 7


async def test_the_raw_record_and_where_it_came_from_are_kept() -> None:
    raw = json.dumps({"id": "WB-1", "ünïcode": "\U0001f512"})
    intake = Intake(Source([an_alert(1, rawJSON=raw)]))
    await intake.begin()
    (number,) = (await intake.fetch()).incidents
    incident = await intake.world.store.incident(number)
    assert incident.raw_json == raw
    assert incident.mirror is not None
    assert (incident.mirror.instance, incident.mirror.id, incident.source_brand) == ("lab-1", "WB-1", "Lab")


async def test_an_alert_that_is_shown_again_is_no_second_incident() -> None:
    source = Source([an_alert(1), an_alert(1), an_alert(2)])
    intake = Intake(source)
    await intake.begin()
    await intake.fetch()
    source.alerts += [an_alert(2), an_alert(3)]
    await intake.fetch()
    assert await names(intake) == ["Alert 1", "Alert 2", "Alert 3"]


async def test_another_instance_of_the_same_name_gets_its_own_alerts_though_their_ids_are_known() -> None:
    source = Source([an_alert(1), an_alert(2)])
    intake = Intake(source)
    await intake.begin()
    await intake.fetch()
    world = intake.world
    await world.journal.remove_instance(SOURCE, "test", world.clock.now())
    second = replace(world.instances[0], id=InstanceId("another-tenant"))
    await world.journal.save_instance(second, "test", world.clock.now())
    source.alerts = [an_alert(2, name="Of another tenant")]
    assert len((await intake.fetching.fetch(second.id)).incidents) == 1
    assert await names(intake) == ["Alert 1", "Alert 2", "Of another tenant"]
    await world.store.commit(
        Changes(actor="test", at=world.clock.now(), last_run=LastRun(instance=second.id, value={}))
    )
    assert (await intake.fetching.fetch(second.id)).incidents == []


async def test_others_have_their_turns_while_a_page_of_alerts_is_mapped() -> None:
    records = json.dumps({"indicators": [{"value": f"10.0.{number}.1"} for number in range(200)]})
    intake = Intake(Source([an_alert(number, rawJSON=records) for number in range(1000)], page=1000))
    await intake.begin()
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    others = asyncio.ensure_future(count())
    assert len((await intake.fetch()).incidents) == 1000
    others.cancel()
    assert turns > 2000


async def test_a_fetch_that_fails_moves_nothing_and_comes_again() -> None:
    source = Source([an_alert(1)], ends=["raise", "error entry"])
    intake = Intake(source)
    await intake.begin()
    first, second, third = [await intake.fetch() for _ in range(3)]
    assert (first.error, first.incidents) == ("HTTPError: 500", ())
    assert second.error == "429 for key ••••••"
    assert (third.error, len(third.incidents)) == ("", 1)
    assert source.last_runs == [{}, {}, {}]
    assert [job.kind for job in intake.jobs.waiting] == ["fetch", "fetch", "fetch"]


async def test_a_worker_that_dies_in_a_fetch_is_no_end_of_fetching() -> None:
    intake = Intake(Source([an_alert(1)]))
    await intake.begin()
    fetch = intake.world.runner.table["fetch-incidents"]

    def die(_: FakeCode) -> list[Json]:
        raise WorkerDiedError("The worker died.")

    intake.world.runner.table["fetch-incidents"] = die
    assert (await intake.fetch()).error == "The worker died."
    intake.world.runner.table["fetch-incidents"] = fetch
    assert len((await intake.fetch()).incidents) == 1


async def test_what_cannot_be_mapped_becomes_an_incident_with_a_note_that_later_entries_do_not_overwrite() -> None:
    intake = Intake(Source([an_alert(1, rawJSON="{broken"), an_alert(2, severity="urgent")]))
    await intake.begin()
    (first, second) = (await intake.fetch()).incidents
    (entry,) = await intake.world.store.entries(first)
    assert "The rawJSON cannot be read" in entry.readable
    assert entry.actor == "fetch"
    assert len(await intake.world.store.entries(second)) == 1
    assert await intake.world.store.reserve_entries(first, 1) == 2


async def test_items_that_are_no_objects_are_kept_too() -> None:
    source = Source()
    source.alerts = ["just text", an_alert(2)]  # type: ignore[list-item]
    intake = Intake(source)
    await intake.begin()
    assert len((await intake.fetch()).incidents) == 2


async def test_the_incident_its_plan_the_position_and_the_jobs_are_one_commit() -> None:
    commits: list[Changes] = []

    class Recording(MemoryStore):
        async def commit(self, changes: Changes) -> Committed:
            commits.append(changes)
            return await super().commit(changes)

    intake = Intake(Source([an_alert(1)]), playbooks=[playbook(READ, "Collect")], types=[DUMP])
    intake.world.store = Recording()
    intake.restart()
    await intake.begin()
    fetched = await intake.fetch()
    mark, commit = commits  # first that it is under way
    assert mark.fetch
    assert mark.fetch.state
    assert (list(mark.incidents), mark.fetch.state.started) == ([], intake.world.clock.now())
    assert [incident.id for incident in commit.incidents] == list(fetched.incidents)
    assert [plan.id for plan in commit.plans] == list(fetched.plans)
    assert commit.last_run is not None
    assert commit.last_run.value == {"position": 1}
    assert [(job.kind, job.target) for job in commit.jobs] == [("plan", fetched.plans[0]), ("fetch", SOURCE)]
    assert commit.durable


async def test_the_types_playbook_starts_by_itself() -> None:
    intake = Intake(Source([an_alert(1)]), playbooks=[playbook(READ, "Collect")], types=[DUMP])
    await intake.begin()
    fetched = await intake.fetch()
    (plan,) = fetched.plans
    incident = await intake.world.store.incident(fetched.incidents[0])
    assert (incident.type, incident.playbook, incident.status) == ("Dump", "Collect", Status.ACTIVE)
    await intake.world.conductor.drive(plan)
    assert (await intake.world.store.plan(plan)).incident == incident.id


async def test_a_type_whose_playbook_is_missing_still_gives_an_incident_that_says_so() -> None:
    intake = Intake(Source([an_alert(1)]), types=[DUMP])
    await intake.begin()
    fetched = await intake.fetch()
    assert fetched.plans == []
    assert "There is no playbook `Collect`" in (await intake.world.store.incident(fetched.incidents[0])).details


async def test_an_instance_that_does_not_fetch_is_left_alone() -> None:
    intake = Intake(Source([an_alert(1)]))
    assert (await intake.fetch()).incidents == ()
    assert intake.jobs.waiting == []


async def test_two_fetches_at_once_take_turns_and_see_each_others_position() -> None:
    intake = Intake(Source([{"name": f"No id {number}", "rawJSON": "{}"} for number in range(6)]))
    await intake.begin()
    await asyncio.gather(*(intake.fetch() for _ in range(4)))
    assert len(await names(intake)) == 6
    assert intake.source.last_runs[:2] == [{}, {"position": 5}]


async def test_an_incident_that_another_process_stored_meanwhile_costs_a_fetch_and_no_alert() -> None:
    class Racing(MemoryStore):
        raced = False

        async def commit(self, changes: Changes) -> Committed:
            if changes.incidents and not self.raced:
                self.raced = True
                theirs = replace(changes.incidents[0], id=IncidentId("99"))
                await super().commit(Changes(actor="fetch", at=changes.at, incidents=[theirs]))
            return await super().commit(changes)

    intake = Intake(Source([an_alert(1), an_alert(2)]))
    intake.world.store = Racing()
    intake.restart()
    await intake.begin()
    assert "is incident 99 already" in (await intake.fetch()).error
    assert len((await intake.fetch()).incidents) == 1
    assert await names(intake) == ["Alert 1", "Alert 2"]


class Interrupting(MemoryStore):
    """Refuses commits when told to, as a process that dies does: all of it or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.dying: list[bool] = []

    async def commit(self, changes: Changes) -> Committed:
        if changes.incidents and self.dying and self.dying.pop(0):
            raise OSError("killed")
        return await super().commit(changes)


Steps = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["", "raise", "error entry", "die", "restart"])), max_size=12
)


@pytest.mark.slow
@settings(max_examples=60)
@given(Steps, st.integers(1, 3), st.data())
def test_every_alert_is_one_incident_whatever_happens_between(
    steps: list[tuple[int, str]], page: int, data: st.DataObject
) -> None:
    """Alerts become visible in any order, some twice; fetches fail, processes die before their commit."""
    total = sum(count for count, _ in steps)
    order = data.draw(st.permutations(list(range(total)))) if total else []

    async def play() -> tuple[int, int]:
        source = Source(page=page)
        intake = Intake(source)
        store = intake.world.store = Interrupting()
        intake.restart()
        await intake.begin()
        waiting = [an_alert(number) for number in order]
        for count, happening in steps:
            source.alerts += waiting[:count] + waiting[: count // 2]
            del waiting[:count]
            source.ends = [happening] if happening in {"raise", "error entry"} else []
            store.dying = [True] if happening == "die" else []
            before = await store.last_run(SOURCE)
            fetched = await asyncio.gather(intake.fetch(), return_exceptions=True)
            if isinstance(fetched[0], BaseException) or fetched[0].error:
                assert await store.last_run(SOURCE) == before
            if happening in {"die", "restart"}:
                intake.restart()
        store.dying, source.ends = [], []
        await intake.fetching.fetch(SOURCE, is_asked_for=True)  # three deaths in a row have it held
        while (await intake.fetch()).error or len(source.alerts) > (await store.last_run(SOURCE)).get("position", 0):
            pass
        found = await store.incidents(ALL)
        return len(found), len({incident.mirror.id for incident in found if incident.mirror})

    assert asyncio.run(play()) == (total, total)


async def test_what_a_fetch_printed_is_in_the_log_and_where_it_failed_is_a_warning() -> None:
    intake = Intake(Source([an_alert(1)]))
    await intake.begin()
    intake.world.runner.table["fetch-incidents"] = lambda code: replace(
        code.ran(), log=["asked", "twice"], error="ValueError: no answer", traceback="Traceback of Lab.py"
    )
    with structlog.testing.capture_logs() as logs:
        fetched = await intake.fetch()
    assert fetched.error == "ValueError: no answer"
    failed, printed, _ = logs
    assert (failed["log_level"], failed["command"], failed["instance"]) == ("warning", "fetch-incidents", "lab-1")
    assert (failed["traceback"], printed["log_level"]) == ("Traceback of Lab.py", "debug")
    assert printed["output"] == "asked\ntwice"
