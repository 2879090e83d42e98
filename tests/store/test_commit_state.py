from dataclasses import replace

import pytest

from warroom.model.errors import ConflictError, NotFoundError, StaleEpochError
from warroom.model.ids import InstanceId, PlanId, TaskKey
from warroom.model.plan import Answer
from warroom.services.ports.fetches import FetchStep, SetAside
from warroom.services.ports.store import Changes, Fence
from warroom.store.commit_state import CommitState
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_incident, some_changes

P1 = PlanId("p1")


def answering(key: str = "1") -> Changes:
    return some_changes(answers=[Answer(plan=P1, key=TaskKey(key), choice="yes", actor="eve", at=START)])


def test_an_empty_view_knows_no_plan() -> None:
    with pytest.raises(NotFoundError, match="no work plan p1"):
        CommitState().judge(answering())
    with pytest.raises(StaleEpochError):
        CommitState().judge(some_changes(fence=Fence(plan=P1, epoch=0)))


def test_a_commit_sees_the_ones_before_it_in_the_group() -> None:
    state = CommitState()
    state.take_in(some_changes(plans=[a_plan(epoch=2)], incidents=[an_incident(1, mirrors="WB-1")]))
    state.judge(some_changes(fence=Fence(plan=P1, epoch=2, park_at_signal=0)))
    state.take_in(answering())
    with pytest.raises(ConflictError, match="answered meanwhile"):
        state.judge(some_changes(fence=Fence(plan=P1, epoch=2, park_at_signal=0)))
    with pytest.raises(ConflictError, match="answered already"):
        state.judge(answering())
    state.judge(answering("2"))
    with pytest.raises(ConflictError, match="incident 1 already"):
        state.judge(some_changes(incidents=[an_incident(2, mirrors="WB-1")]))


def test_what_changed_is_told_against_the_ones_before_it() -> None:
    state = CommitState()
    first = state.take_in(some_changes(incidents=[an_incident()], plans=[a_plan()], tasks=[a_task()]))
    assert [(event.kind, event.incident) for event in first] == [("incident", "1"), ("plan", "1"), ("task", "1")]
    (second,) = state.take_in(some_changes(incidents=[replace(an_incident(), name="New")]))
    assert second.payload == {"change": "updated", "name": "New"}
    (third,) = state.take_in(some_changes(tasks=[a_task()]))
    assert third.incident == "1"


def test_of_two_commits_of_a_group_that_settle_a_record_the_second_is_refused() -> None:
    aside = SetAside(id="a1", instance=InstanceId("lab"), instance_name="lab", what="", why="", at=START, size=1)
    settling = some_changes(fetch=FetchStep(settled=[aside]))
    state = CommitState(asides={"a1"})
    state.judge(settling)
    state.take_in(settling)
    with pytest.raises(ConflictError, match="taken or dropped meanwhile"):
        state.judge(settling)


async def test_a_view_is_gathered_from_the_database(sql_store: SqlStore) -> None:
    await sql_store.commit(some_changes(incidents=[an_incident(1, mirrors="WB-1")], plans=[a_plan(signal=3)]))
    await sql_store.commit(answering())
    asked = [answering(), some_changes(incidents=[an_incident(1), an_incident(2, mirrors="WB-1")])]
    with sql_store.engine.connect() as connection:
        state = CommitState.of(connection, asked)
    assert state.homes == {P1: "1"}
    assert state.marks[P1].signal == 4
    assert state.answered == {(P1, TaskKey("1"), 0)}
    assert state.mirrors == {("one", "WB-1"): "1"}
    assert state.faces["1"].name == "Incident 1"  # type: ignore[index]  # an id is text
