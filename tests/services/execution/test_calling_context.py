"""Code finds out what it is called as, on which incident, and what the server lets it do."""

from warroom.context.semantics import Semantics
from warroom.services.commands.targets import Resolved
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.calling_context import calling_context
from warroom.testing.samples import an_incident

CALL = Call(incident=an_incident(), resolved=Resolved(name="look"), origin=Origin(actor="ada"))


def test_it_names_the_command_the_incident_and_what_the_caller_adds() -> None:
    found = calling_context(CALL, ["http://127.0.0.1:8080"], ScriptName="Look")

    assert found["command"] == "look"
    assert found["context"]["Inv"] == {"id": CALL.incident.id}
    assert found["context"]["ScriptName"] == "Look"
    assert found["context"]["HttpAllowedOrigins"] == ["http://127.0.0.1:8080"]


def test_it_says_how_soon_a_next_look_may_come() -> None:
    assert calling_context(CALL, [], Semantics(min_poll=7))["context"]["MinPollSeconds"] == 7
