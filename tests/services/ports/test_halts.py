from warroom.model.halt import Halt
from warroom.services.ports.halts import new_event_of
from warroom.testing.clock import START


def test_an_event_tells_what_was_paused_or_resumed_and_why() -> None:
    told = new_event_of(Halt(instance="acme", actor="ana", since=START, reason="Drill."), "resumed", "Over.")
    assert (told.kind, told.incident) == ("halt", None)
    assert told.payload == {"instance": "acme", "change": "resumed", "reason": "Over."}
