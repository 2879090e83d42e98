from dataclasses import replace
from datetime import timedelta
from typing import Any

from warroom.model.ids import PlanId, TaskKey
from warroom.model.plan import Answer, Approved, Intent, Wait, WaitKind
from warroom.services.commands.targets import Resolved
from warroom.services.drive.ledger import Ledger, intent_of
from warroom.services.drive.performed import Done, Ending, Failed, Performed, Ready, Waits
from warroom.services.execution.call import Call, Origin, Outcome
from warroom.testing.clock import START
from warroom.testing.samples import a_task, an_entry, an_incident

LATER = START + timedelta(minutes=1)
OWN = Intent(plan=PlanId("p1"), key=TaskKey("5"), attempt=1, command="isolate", idempotency_key="k", started=START)
NESTED = replace(OWN, key=TaskKey("5@1"), command="wipe", idempotency_key="")


def ended(ending: Ending | None = None, says: str = "", **fields: Any) -> Performed:
    entries = [an_entry(contents=says)] if says else []
    outcome = fields.pop("outcome", Outcome(entries=entries))
    return Performed(key=TaskKey("5"), ending=ending or Done(), outcome=outcome, **fields)


def waits(kind: WaitKind) -> Waits:
    return Waits(Wait(kind=kind, since=START))


def test_what_came_of_an_action_is_added_when_it_ends() -> None:
    ledger = Ledger([OWN])
    (told,) = ledger.ended(ended(says="1 task started", inputs={"endpoint": "WIN-7"}), LATER)
    assert told == replace(OWN, ended=LATER, target={"endpoint": "WIN-7"}, answer="1 task started")


def test_a_failure_tells_its_reason() -> None:
    ledger = Ledger([OWN])
    (told,) = ledger.ended(ended(Failed("No such host."), says="something else"), LATER)
    assert (told.failed, told.answer) == (True, "No such host.")


def test_an_error_that_is_tried_again_is_told_too() -> None:
    ledger = Ledger([OWN])
    (told,) = ledger.ended(ended(waits(WaitKind.RETRY), outcome=Outcome(error="busy")), LATER)
    assert (told.failed, told.answer, told.ended) == (True, "busy", LATER)


def test_a_later_look_tells_what_became_of_the_action() -> None:
    ledger = Ledger([OWN])
    ledger.ended(ended(waits(WaitKind.POLL), inputs={"endpoint": "WIN-7"}), LATER)
    assert ledger.ended(ended(waits(WaitKind.POLL)), LATER) == []
    (told,) = ledger.ended(ended(says="WIN-7 is isolated"), LATER + timedelta(minutes=1))
    assert told == replace(OWN, ended=LATER, target={"endpoint": "WIN-7"}, answer="WIN-7 is isolated")


def test_the_look_of_another_driver_finds_the_action_again() -> None:
    done = replace(OWN, ended=START, target={"endpoint": "WIN-7"})
    (told,) = Ledger([done]).ended(ended(Failed("refused")), LATER)
    assert told == replace(done, answer="refused", failed=True)


def test_a_task_without_an_action_tells_nothing() -> None:
    assert Ledger().ended(ended(says="read"), LATER) == []


def test_actions_that_a_script_called_are_told_with_their_own_targets() -> None:
    nested = replace(NESTED, target={"what": "a"})
    outcome = Outcome(entries=[an_entry(contents="wiped")], intents=[nested])
    (told,) = Ledger().ended(ended(outcome=outcome, inputs={"script": "argument"}), LATER)
    assert told == replace(nested, ended=LATER, answer="wiped")


def test_an_action_without_a_key_is_in_doubt_while_it_is_open() -> None:
    ledger = Ledger([OWN])
    assert ledger.in_doubt(TaskKey("5"), keyed=False) == OWN
    assert ledger.in_doubt(TaskKey("5"), keyed=True) is None
    assert ledger.in_doubt(TaskKey("6"), keyed=False) is None
    ledger.ended(ended(), LATER)
    assert ledger.in_doubt(TaskKey("5"), keyed=False) is None


def test_of_nested_actions_the_one_without_a_key_is_in_doubt() -> None:
    with_key = replace(NESTED, key=TaskKey("5@2"), command="isolate", idempotency_key="k@1")
    assert Ledger([with_key]).in_doubt(TaskKey("5"), keyed=False) is None
    assert Ledger([with_key, NESTED]).in_doubt(TaskKey("5"), keyed=True) == NESTED


def test_while_a_person_is_asked_the_action_stays_open() -> None:
    ledger = Ledger([OWN])
    assert ledger.ended(ended(waits(WaitKind.UNKNOWN)), LATER) == []
    (told,) = ledger.ended(ended(), LATER + timedelta(days=1))
    assert told.ended == LATER + timedelta(days=1)


def test_what_has_run_nothing_tells_nothing_of_an_earlier_try() -> None:
    ledger = Ledger([replace(OWN, ended=START, failed=True, answer="busy")])
    assert ledger.ended(ended(Failed("eve rejected it: no"), has_run=False), LATER) == []
    assert ledger.ended(ended(waits(WaitKind.APPROVAL), has_run=False), LATER) == []


def test_an_action_that_a_person_has_run_again_is_over_and_says_so() -> None:
    ledger = Ledger([OWN])
    answer = Answer(plan=PlanId("p1"), key=TaskKey("5"), choice="run it again", actor="eve", at=LATER)
    (told,) = ledger.given_up(TaskKey("5"), answer, LATER)
    assert (told.ended, told.failed) == (LATER, True)
    assert told.answer == "It is not known whether it happened; eve had it run again."
    assert ledger.in_doubt(TaskKey("5"), keyed=False) is None
    assert ledger.given_up(TaskKey("5"), answer, LATER) == []


def test_an_intent_holds_what_is_about_to_run_and_by_whose_word() -> None:
    word = Approved(by="eve", at=START, reason="why", key=TaskKey("5"), attempt=0)
    call = Call(
        incident=an_incident(),
        resolved=Resolved(name="isolate", secrets=frozenset({"password"}), is_action=True),
        args={"endpoint": ["WIN-7"], "password": "hunter22"},
        origin=Origin(actor="bob"),
        idempotency_key="wr-p1-5",
    )
    intent = intent_of(a_task("5", attempts=1), Ready(call=call, approved=word), "isolate", "bob", LATER)
    assert (intent.plan, intent.key, intent.attempt, intent.started) == ("p1", "5", 2, LATER)
    assert (intent.command, intent.actor, intent.idempotency_key, intent.approved) == (
        "isolate",
        "bob",
        "wr-p1-5",
        word,
    )
    assert intent.target["endpoint"] == ["WIN-7"]
    assert "hunter22" not in str(intent)
