from dataclasses import replace

import pytest

from warroom.model.errors import ConflictError, NotFoundError, StaleEpochError
from warroom.model.ids import InstanceId, PlanId, TaskKey
from warroom.model.plan import Answer
from warroom.services.ports.fetches import FetchStep, SetAside
from warroom.services.ports.store import Changes, Fence
from warroom.store.store import SqlStore
from warroom.store.view import View
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_incident, some_changes

P1 = PlanId("p1")


def answering(key: str = "1") -> Changes:
    return some_changes(answers=[Answer(plan=P1, key=TaskKey(key), choice="yes", actor="eve", at=START)])


def test_an_empty_view_knows_no_plan() -> None:
    with pytest.raises(NotFoundError, match="no work plan p1"):
        View().judge(answering())
    with pytest.raises(StaleEpochError):
        View().judge(some_changes(fence=Fence(plan=P1, epoch=0)))


def test_a_commit_sees_the_ones_before_it_in_the_group() -> None:
    view = View()
    view.take_in(some_changes(plans=[a_plan(epoch=2)], incidents=[an_incident(1, mirrors="WB-1")]))
    view.judge(some_changes(fence=Fence(plan=P1, epoch=2, park_at_signal=0)))
    view.take_in(answering())
    with pytest.raises(ConflictError, match="answered meanwhile"):
        view.judge(some_changes(fence=Fence(plan=P1, epoch=2, park_at_signal=0)))
    with pytest.raises(ConflictError, match="answered already"):
        view.judge(answering())
    view.judge(answering("2"))
    with pytest.raises(ConflictError, match="incident 1 already"):
        view.judge(some_changes(incidents=[an_incident(2, mirrors="WB-1")]))


def test_what_changed_is_told_against_the_ones_before_it() -> None:
    view = View()
    first = view.take_in(some_changes(incidents=[an_incident()], plans=[a_plan()], tasks=[a_task()]))
    assert [(event.kind, event.incident) for event in first] == [("incident", "1"), ("plan", "1"), ("task", "1")]
    (second,) = view.take_in(some_changes(incidents=[replace(an_incident(), name="New")]))
    assert second.payload == {"change": "updated", "name": "New"}
    (third,) = view.take_in(some_changes(tasks=[a_task()]))
    assert third.incident == "1"


def test_of_two_commits_of_a_group_that_settle_a_record_the_second_is_refused() -> None:
    aside = SetAside(id="a1", instance=InstanceId("lab"), instance_name="lab", what="", why="", at=START, size=1)
    settling = some_changes(fetch=FetchStep(settled=[aside]))
    view = View(asides={"a1"})
    view.judge(settling)
    view.take_in(settling)
    with pytest.raises(ConflictError, match="taken or dropped meanwhile"):
        view.judge(settling)


async def test_a_view_is_gathered_from_the_database(sql_store: SqlStore) -> None:
    await sql_store.commit(some_changes(incidents=[an_incident(1, mirrors="WB-1")], plans=[a_plan(signal=3)]))
    await sql_store.commit(answering())
    asked = [answering(), some_changes(incidents=[an_incident(1), an_incident(2, mirrors="WB-1")])]
    with sql_store.engine.connect() as connection:
        view = View.of(connection, asked)
    assert view.homes == {P1: "1"}
    assert view.marks[P1].signal == 4
    assert view.answered == {(P1, TaskKey("1"), 0)}
    assert view.mirrors == {("one", "WB-1"): "1"}
    assert view.faces["1"].name == "Incident 1"  # type: ignore[index]  # an id is text
