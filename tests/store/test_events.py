from dataclasses import replace
from datetime import timedelta

import pytest

from warroom.model.errors import StaleEpochError
from warroom.model.event import Event
from warroom.model.ids import IncidentId, InstanceId, PlanId, TaskKey, WorkerId
from warroom.model.incident import Severity, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.plan import Answer, Intent, PlanState, TaskState
from warroom.services.ports.fetches import LastRun
from warroom.services.ports.store import Fence, Store
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident, some_changes

HOME = IncidentId("1")
P1, KEY = PlanId("p1"), TaskKey("1")


async def told(store: Store, after: int = 0) -> list[tuple[str, IncidentId | None, dict[str, object]]]:
    return [(event.kind, event.incident, event.payload) for event in await store.events(after)]


async def test_an_incident_is_told_by_what_changed(store: Store) -> None:
    incident = an_incident(name="Dump", severity=Severity.HIGH, type="Alert")
    await store.commit(some_changes(incidents=[incident]))
    await store.commit(some_changes(incidents=[replace(incident, status=Status.DONE, details="closed")]))
    await store.commit(some_changes(incidents=[replace(incident, status=Status.DONE, details="again")]))
    created = {"change": "created", "name": "Dump", "type": "Alert", "severity": 3.0, "status": 0}
    assert await told(store) == [
        ("incident", HOME, created),
        ("incident", HOME, {"change": "updated", "status": 2}),
        ("incident", HOME, {"change": "updated"}),
    ]


async def test_each_part_of_a_commit_is_told(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan(incident=1)]))
    changes = some_changes(
        entries=[an_entry(4, 1, command="!isolate", plan=P1, task=KEY)],
        plans=[a_plan(state=PlanState.WAITING)],
        tasks=[a_task(name="Isolate", state=TaskState.ERROR, branch="#error#", error="refused")],
        intents=[Intent(plan=P1, key=KEY, attempt=1, command="isolate", started=START)],
        answers=[Answer(plan=P1, key=KEY, choice="yes", comment="ours", form={"0": ["a"]}, actor="eve", at=START)],
        last_run=LastRun(instance=InstanceId("i1"), value={"secret": "cursor"}),
    )
    await store.commit(changes)
    task = {"plan": "p1", "key": "1", "name": "Isolate", "state": "Error", "branch": "#error#", "error": "refused"}
    assert await told(store, after=1) == [
        (
            "entry",
            HOME,
            {"id": "4@1", "change": "created", "type": 1, "command": "!isolate", "plan": "p1", "task": "1"},
        ),
        ("plan", HOME, {"id": "p1", "state": "waiting"}),
        ("task", HOME, task),
        ("intent", HOME, {"plan": "p1", "key": "1", "command": "isolate", "state": "began"}),
        ("answer", HOME, {"plan": "p1", "key": "1", "choice": "yes", "comment": "ours", "form": {"0": ["a"]}}),
        ("fetch", None, {"instance": "i1", "incidents": 0}),
    ]


async def test_the_answer_to_a_request_tells_what_was_approved(store: Store) -> None:
    approves = {"command": "isolate", "args": {"endpoint": "A"}, "digest": "c0ffee"}
    answer = Answer(plan=P1, key=KEY, choice="Approve", comment="why", approves=approves, actor="eve", at=START)
    await store.commit(some_changes(plans=[a_plan(incident=1)]))
    await store.commit(some_changes(answers=[answer]))
    ((kind, _, payload),) = await told(store, after=1)
    assert kind == "answer"
    assert payload["approves"] == {"command": "isolate", "args": {"endpoint": "A"}}


async def test_an_event_says_who_and_when(store: Store) -> None:
    at = START + timedelta(microseconds=3)
    committed = await store.commit(some_changes(actor="ada\x00", at=at, entries=[an_entry()]))
    (event,) = await store.events()
    assert (event.sequence, event.at) == (committed.event, at)
    assert event.actor.startswith("ada")


async def test_events_are_numbered_without_gaps_and_read_from_a_number_on(store: Store) -> None:
    assert await store.last_event() == 0
    for number in range(1, 4):
        committed = await store.commit(some_changes(entries=[an_entry(2 * number), an_entry(2 * number + 1)]))
        assert committed.event == 2 * number == await store.last_event()
    assert [event.sequence for event in await store.events()] == [1, 2, 3, 4, 5, 6]
    assert [event.sequence for event in await store.events(after=3, limit=2)] == [4, 5]


async def test_a_refused_commit_tells_nothing(store: Store) -> None:
    with pytest.raises(StaleEpochError):
        await store.commit(some_changes(fence=Fence(plan=P1, epoch=1), entries=[an_entry()]))
    assert await store.events() == []


async def test_waking_a_plan_is_told_and_driving_on_is_not(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan(state=PlanState.WAITING)]))
    for _ in range(2):
        await store.claim(P1, WorkerId("w1"), START)
    woken = Event(
        sequence=2,
        at=START,
        incident=HOME,
        kind="plan",
        actor="w1",
        payload={"id": "p1", "state": "inprogress"},
    )
    assert await store.events(after=1) == [woken]


async def test_an_instance_is_told_without_its_settings(store: Store) -> None:
    instance = IntegrationInstance(
        id=InstanceId("i1"), name="Tenant one", integration="V1", params={"url": "u"}, secrets={"key": "k"}
    )
    await store.save_instance(instance, "ada", START)
    await store.remove_instance(instance.id, "ada", START)
    assert await told(store) == [
        ("instance", None, {"id": "i1", "name": "Tenant one", "change": "saved"}),
        ("instance", None, {"id": "i1", "name": "Tenant one", "change": "removed"}),
    ]
