from dataclasses import replace
from datetime import timedelta

import pytest

from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import Answer, Frame, PlanState, TaskRecord, TaskState, Wait, WaitKind
from warroom.services.ports.store import AskedMark, AskedQuery, Store
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, some_changes

P1 = PlanId("p1")
LATER = START + timedelta(seconds=30)
FULL = TaskRecord(
    plan=P1,
    key=TaskKey("5#3/2"),
    name="Is it a dump?",
    state=TaskState.WAITING,
    branch="yes",
    attempts=2,
    started=START,
    ended=LATER,
    error="refused",
    wait=Wait(kind=WaitKind.POLL, since=START, wake_at=LATER, deadline=LATER, data={"args": {"task_id": "1"}}),
    frame=Frame(playbook="b", name="B", content="c", inputs={"a": [1]}, scope="subplaybook-5"),
    inputs={"endpoint": ["WIN-7"], "limit": 5},
)


def asks(since: int, kind: WaitKind = WaitKind.PERSON) -> Wait:
    return Wait(kind=kind, since=START + timedelta(seconds=since))


def an_answer(key: str = "1", attempt: int = 0, choice: str = "yes", actor: str = "eve", comment: str = "") -> Answer:
    return Answer(
        plan=P1, key=TaskKey(key), attempt=attempt, actor=actor, at=START, choice=choice, comment=comment, form={"0": 1}
    )


async def test_tasks_come_back_as_they_were_saved(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()], tasks=[FULL, a_task("1"), a_task("1", plan="p2")]))
    assert await store.tasks(P1) == [a_task("1"), FULL]
    assert await store.tasks(PlanId("p9")) == []


async def test_a_task_is_replaced_by_its_newest_state(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()], tasks=[FULL, a_task("1")]))
    done = replace(FULL, state=TaskState.COMPLETED, wait=None)
    await store.commit(some_changes(tasks=[done]))
    assert await store.tasks(P1) == [a_task("1"), done]


async def test_large_inputs_come_back(store: Store) -> None:
    large = a_task(inputs={"text": "x" * 100_000})
    await store.commit(some_changes(tasks=[large]))
    assert await store.tasks(P1) == [large]


async def test_tasks_for_people_are_listed_oldest_first(store: Store) -> None:
    tasks = [
        a_task("1", state=TaskState.WAITING, wait=asks(20)),
        a_task("2", state=TaskState.WAITING, wait=asks(10, WaitKind.UNKNOWN)),
        a_task("3", state=TaskState.WAITING, wait=asks(5, WaitKind.POLL)),
        a_task("4", state=TaskState.COMPLETED, wait=asks(5)),
        a_task("5", plan="p2", state=TaskState.WAITING, wait=asks(15)),
        a_task("6", plan="p3", state=TaskState.WAITING, wait=asks(1)),
    ]
    ended = a_plan("p3", state=PlanState.FAILED)
    plans = [a_plan("p1"), a_plan("p2", state=PlanState.WAITING), ended]
    await store.commit(some_changes(plans=plans, tasks=tasks))
    found = await store.tasks_for_people()
    assert [(plan.id, task.key) for plan, task in found] == [("p1", "2"), ("p2", "5"), ("p1", "1")]
    assert found[0] == (plans[0], tasks[1])


async def test_tasks_for_people_come_in_pages_and_of_one_incident(store: Store) -> None:
    plans = [a_plan("p1"), a_plan("p2", incident=2)]
    tasks = [
        a_task(str(number), plan=f"p{number % 2 + 1}", state=TaskState.WAITING, wait=asks(number // 2 * 2))
        for number in range(8)
    ]
    await store.commit(some_changes(plans=plans, tasks=tasks))
    await store.commit(some_changes(answers=[an_answer("2"), an_answer("4")]))
    every = [task.key for _, task in await store.tasks_for_people()]
    assert every == ["0", "1", "3", "5", "6", "7"]
    found: list[str] = []
    after = None
    while page := await store.tasks_for_people(AskedQuery(limit=2, after=after)):
        found += [task.key for _, task in page]
        last = page[-1][1]
        after = AskedMark(since=last.wait.since, plan=last.plan, key=last.key) if last.wait else None
    assert found == every
    assert [task.key for _, task in await store.tasks_for_people(AskedQuery(incident=IncidentId("2")))] == [
        "1",
        "3",
        "5",
        "7",
    ]


async def test_an_answered_task_waits_for_nobody(store: Store) -> None:
    tasks = [a_task(key, state=TaskState.WAITING, wait=asks(1)) for key in ("1", "2")]
    await store.commit(some_changes(plans=[a_plan()], tasks=tasks))
    await store.commit(some_changes(answers=[an_answer("1")]))
    assert [task.key for _, task in await store.tasks_for_people()] == ["2"]


async def test_an_answer_comes_back_and_raises_the_signal(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan(), a_plan("p2")]))
    answers = [an_answer("1", comment="it is ours"), an_answer("2", choice="")]
    await store.commit(some_changes(answers=answers))
    assert await store.answers(P1) == answers
    assert await store.answers(PlanId("p2")) == []
    assert (await store.plan(P1)).signal == 2


async def test_the_first_answer_counts(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()]))
    await store.commit(some_changes(answers=[an_answer(choice="yes")]))
    with pytest.raises(ConflictError, match="Task 1 of work plan p1 was answered already"):
        await store.commit(some_changes(answers=[an_answer(choice="no")]))
    assert await store.answers(P1) == [an_answer(choice="yes")]
    assert (await store.plan(P1)).signal == 1


async def test_a_later_attempt_of_a_task_asks_anew_and_gets_an_answer_of_its_own(store: Store) -> None:
    asked = a_task("1", state=TaskState.WAITING, wait=asks(1, WaitKind.UNKNOWN), attempts=1)
    await store.commit(some_changes(plans=[a_plan()], tasks=[asked]))
    await store.commit(some_changes(answers=[an_answer(attempt=1, choice="run it again")]))
    assert await store.tasks_for_people() == []
    await store.commit(some_changes(tasks=[replace(asked, attempts=2)]))
    assert [task.attempts for _, task in await store.tasks_for_people()] == [2]
    await store.commit(some_changes(answers=[an_answer(attempt=2, choice="it failed")]))
    assert [(answer.attempt, answer.choice) for answer in await store.answers(P1)] == [
        (1, "run it again"),
        (2, "it failed"),
    ]


async def test_an_answer_needs_its_plan(store: Store) -> None:
    with pytest.raises(NotFoundError, match="There is no work plan p1"):
        await store.commit(some_changes(answers=[an_answer()]))
