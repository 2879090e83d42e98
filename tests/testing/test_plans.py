from datetime import timedelta

from warroom.model.ids import PlanId, TaskKey, WorkerId
from warroom.model.plan import Intent, PlanState
from warroom.services.ports.store import Action, ActionQuery
from warroom.testing.clock import START
from warroom.testing.plans import kept, wanted_actions
from warroom.testing.samples import a_plan


def an_action(command: str, minutes: int, actor: str = "ana") -> Action:
    started = START + timedelta(minutes=minutes)
    intent = Intent(plan=PlanId("p1"), key=TaskKey(command), attempt=1, command=command, started=started, actor=actor)
    return Action(intent=intent, plan=a_plan())


ACTIONS = [an_action("isolate", 1), an_action("restore", 2), an_action("block", 3, actor="bea")]


def commands(query: ActionQuery) -> list[str]:
    return [action.intent.command for action in wanted_actions(ACTIONS, query)]


def test_a_plan_that_was_never_stored_is_kept_as_it_is() -> None:
    assert kept(None, a_plan()) == a_plan()


def test_what_a_claim_has_moved_stays_while_the_plan_is_driven() -> None:
    stored = a_plan(epoch=3, signal=2, worker=WorkerId("w1"))
    assert kept(stored, a_plan(epoch=1)) == stored


def test_a_plan_that_has_ended_has_no_worker() -> None:
    stored = a_plan(epoch=3, worker=WorkerId("w1"))
    ended = kept(stored, a_plan(state=PlanState.COMPLETED))
    assert (ended.epoch, ended.state, ended.worker) == (3, PlanState.COMPLETED, None)


def test_actions_come_newest_first_a_page_at_a_time() -> None:
    assert commands(ActionQuery()) == ["block", "restore", "isolate"]
    assert commands(ActionQuery(limit=2)) == ["block", "restore"]
    assert commands(ActionQuery(before=ACTIONS[1].mark)) == ["isolate"]


def test_every_wish_has_to_hold() -> None:
    assert commands(ActionQuery(actor="ana")) == ["restore", "isolate"]
    assert commands(ActionQuery(actor="ana", command="isolate")) == ["isolate"]
    assert commands(ActionQuery(since=ACTIONS[1].intent.started, until=ACTIONS[2].intent.started)) == ["restore"]
