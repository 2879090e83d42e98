import shlex

import pytest

from warroom.model.halt import Halt, HeldAction
from warroom.testing.clock import START


def test_a_halt_says_what_is_paused_by_whom_since_when_and_why_and_what_ends_it() -> None:
    every = Halt(actor="ana", since=START, reason="It isolates the wrong hosts.")
    assert every.said == (f"ana paused every instance at {START:%Y-%m-%d %H:%M:%S} UTC: It isolates the wrong hosts.")
    assert every.was == every.said.replace("ana paused", "ana had paused")
    assert every.end == "warroom resume"
    one = Halt(instance="acme", actor="ana", since=START)
    assert one.said == f"ana paused instance 'acme' at {START:%Y-%m-%d %H:%M:%S} UTC, without a reason."
    assert one.end == "warroom resume --instance acme"


@pytest.mark.parametrize(
    ("name", "written"), [("Acme Corp", "'Acme Corp'"), ("a;reboot", "'a;reboot'"), ("o'neil", """'o'"'"'neil'""")]
)
def test_the_command_that_ends_a_halt_can_be_copied_into_a_shell(name: str, written: str) -> None:
    end = Halt(instance=name, actor="ana", since=START).end
    assert end == f"warroom resume --instance {written}"
    assert shlex.split(end)[-1] == name


def test_what_is_held_says_that_it_was_not_sent_and_how_it_goes_on() -> None:
    held = HeldAction(command="isolate", halt=Halt(actor="ana", since=START, reason="Drill"))
    assert held.refusal.startswith("isolate was not sent: ana paused every instance")
    assert held.refusal.endswith(": Drill. `warroom resume` allows it again.")
