"""Code finds out what it is called as, on which incident, and what the server lets it do."""

from dataclasses import replace

from warroom.context.semantics import Semantics
from warroom.model.ids import PlanId, TaskKey
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


def test_it_says_whether_a_task_waits_for_the_code_and_whether_this_is_a_later_poll() -> None:
    assert calling_context(CALL, [])["context"]["CalledByScript"], "no task waits for a transformer or a fetch"
    of_a_task = replace(CALL, origin=Origin(actor="ada", plan=PlanId("p"), task=TaskKey("1")))
    assert "CalledByScript" not in calling_context(of_a_task, [])["context"]
    assert "ParentEntry" not in calling_context(of_a_task, [])["context"]
    assert calling_context(replace(of_a_task, is_poll=True), [])["context"]["ParentEntry"] == {"polling": True}


def test_it_says_how_soon_a_next_look_may_come() -> None:
    assert calling_context(CALL, [], Semantics(min_poll=7))["context"]["MinPollSeconds"] == 7
