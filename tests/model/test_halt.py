from warroom.model.halt import Halt, Held
from warroom.testing.clock import START


def test_a_halt_says_what_is_paused_by_whom_since_when_and_why_and_what_ends_it() -> None:
    every = Halt(actor="ana", since=START, reason="It isolates the wrong hosts.")
    assert every.said == (f"ana paused every instance at {START:%Y-%m-%d %H:%M:%S} UTC: It isolates the wrong hosts.")
    assert every.end == "warroom resume"
    one = Halt(instance="acme", actor="ana", since=START)
    assert one.said == f"ana paused instance 'acme' at {START:%Y-%m-%d %H:%M:%S} UTC, without a reason."
    assert one.end == "warroom resume --instance acme"
    assert Halt(instance="acme's EU", actor="ana", since=START).end == """warroom resume --instance 'acme'"'"'s EU'"""


def test_what_is_held_says_that_it_was_not_sent_and_how_it_goes_on() -> None:
    held = Held(command="isolate", halt=Halt(actor="ana", since=START, reason="Drill"))
    assert held.refusal.startswith("isolate was not sent: ana paused every instance")
    assert held.refusal.endswith(": Drill. `warroom resume` lets it out again.")
