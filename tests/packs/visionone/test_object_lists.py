"""Suspicious objects, exceptions and blocked objects: edited at once, shown as asked."""

import json
from typing import Any

import pytest

from visionone_sim.faults import Fault
from visionone_sim.tenant.objects import ListedObject, ObjectType
from visionone_sim.testing import RunningTwin

ADD, DELETE = "add-objects-to-suspicious-list", "delete-objects-from-suspicious-list"
EXCEPT, UNEXCEPT = "add-objects-to-exception-list", "delete-objects-from-exception-list"
EDITS = {
    ADD: ("/threatintel/suspiciousObjects", "VisionOne.Suspicious_List"),
    DELETE: ("/threatintel/suspiciousObjects/delete", "VisionOne.Suspicious_List"),
    EXCEPT: ("/threatintel/suspiciousObjectExceptions", "VisionOne.Exception_List"),
    UNEXCEPT: ("/threatintel/suspiciousObjectExceptions/delete", "VisionOne.Exception_List"),
}
OF_EACH_TYPE = {
    "domain": "bad.example",
    "ip": "192.0.2.66",
    "url": "https://bad.example/x?y=1",
    "fileSha1": "a" * 40,
    "fileSha256": "b" * 64,
    "senderMailAddress": "boss@evil.example",
}


def suspicious(twin: RunningTwin) -> dict[str, Any]:
    return {one.item.value: one for one in twin.tenant.objects.suspicious(twin.clock.now())}


def excepted(twin: RunningTwin) -> list[str]:
    return [one.item.value for one in twin.tenant.objects.excepted()]


def make_exception(twin: RunningTwin, kind: ObjectType, value: str) -> None:
    twin.tenant.objects.make_exception(ListedObject(kind, value), None, twin.clock.now())


def test_objects_of_every_type_are_known_by_their_form(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run(ADD, object_value=json.dumps(list(OF_EACH_TYPE.values())), scan_action="log", risk_level="high")

    assert ran.errors == []
    assert {one.item.type: value for value, one in suspicious(twin).items()} == OF_EACH_TYPE
    assert {(one.scan_action, one.risk_level) for one in suspicious(twin).values()} == {("log", "high")}
    statuses = [one["status"] for one in ran.context("VisionOne.Suspicious_List")["multi_response"]]
    assert statuses == [201] * len(OF_EACH_TYPE)


def test_suspicious_objects_leave_the_list_when_their_days_are_over(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run(ADD, object_value="short.example", expiry_days="2")
    xsoar.run(ADD, object_value="ever.example", expiry_days="-1")
    xsoar.run(ADD, object_value="usual.example")
    twin.clock.advance(3 * 86_400)
    assert set(suspicious(twin)) == {"ever.example", "usual.example"}

    twin.clock.advance(30 * 86_400)
    assert set(suspicious(twin)) == {"ever.example"}


def test_each_object_of_a_json_list_may_say_its_own(xsoar: Any, twin: RunningTwin) -> None:
    own = {"object_type": "domain", "object_value": "a.example", "scan_action": "log", "risk_level": "low"}

    xsoar.run(ADD, block_objects=[own, {"object_type": "ip", "object_value": "192.0.2.66"}], description="IR-88")

    found = suspicious(twin)
    assert (found["a.example"].scan_action, found["a.example"].risk_level) == ("log", "low")
    assert (found["192.0.2.66"].scan_action, found["192.0.2.66"].risk_level) == ("block", "medium")
    assert {one.description for one in found.values()} == {"IR-88"}


def test_exceptions_come_and_go(xsoar: Any, twin: RunningTwin) -> None:
    added = xsoar.run(EXCEPT, object_value="good.example, 192.0.2.1", description="our own")
    assert excepted(twin) == ["good.example", "192.0.2.1"]
    assert "Add to exception list: domain good.example, ip 192.0.2.1" in added.context(EDITS[EXCEPT][1])["message"]

    removed = xsoar.run(UNEXCEPT, object_value="good.example")
    assert excepted(twin) == ["192.0.2.1"]
    assert removed.errors == []


def test_the_list_is_counted_only_when_asked(xsoar: Any, twin: RunningTwin) -> None:
    for number in range(205):
        make_exception(twin, "domain", f"n{number}.example")

    quiet = xsoar.run(EXCEPT, object_value="good.example")
    assert len(twin.requests.to("/suspiciousObjectExceptions", method="GET")) == 0
    counted = xsoar.run(EXCEPT, object_value="good.example", count_items="true")

    assert "total_items" not in quiet.context(EDITS[EXCEPT][1])
    assert counted.context(EDITS[EXCEPT][1])["total_items"] == 206


@pytest.mark.parametrize("command", [DELETE, UNEXCEPT])
def test_what_is_not_on_the_list_is_as_gone_as_what_was_taken_off(xsoar: Any, command: str) -> None:
    ran = xsoar.run(command, object_value="never.example")

    assert ran.errors == []
    assert "was not on the list" in ran.readable


@pytest.mark.parametrize("command", EDITS)
def test_what_vision_one_refuses_is_an_error_beside_what_it_accepts(xsoar: Any, command: str) -> None:
    ran = xsoar.run(EXCEPT if command == UNEXCEPT else ADD, object_value="fine.example")
    assert ran.errors == []

    ran = xsoar.run(command, block_objects=[{"object_value": "fine.example"}, refused()])

    assert [one["object_value"] for one in ran.context(EDITS[command][1])["multi_response"]] == ["fine.example"]
    assert "was refused for 1 of 2: ip no address: BadRequest: " in ran.errors[0]


def refused() -> dict[str, str]:
    return {"object_type": "ip", "object_value": "no address"}


def test_an_excepted_object_cannot_become_suspicious(xsoar: Any, twin: RunningTwin) -> None:
    make_exception(twin, "domain", "good.example")

    ran = xsoar.run(ADD, object_value="good.example")

    assert ran.errors == [
        (
            "Add to suspicious object list was refused for 1 of 1: domain good.example: "
            "BadRequest: The object is in the exception list."
        )
    ]
    assert ran.context(EDITS[ADD][1]) is None


@pytest.mark.parametrize("command", EDITS)
def test_a_busy_server_and_a_lost_answer_are_made_good(xsoar: Any, twin: RunningTwin, command: str) -> None:
    path, outputs = EDITS[command]
    headers = {"Retry-After": "0"}
    twin.fail(Fault(path=f".*{path}", method="POST", status=429, code="TooManyRequests", headers=headers))
    twin.fail(Fault(path=f".*{path}", method="POST", when="after", status=503, headers=headers))

    ran = xsoar.run(command, object_value="some.example")

    assert ran.errors == []
    assert len(ran.context(outputs)["multi_response"]) == 1


@pytest.mark.parametrize("command", EDITS)
def test_a_refused_whole_request_says_status_code_and_message(xsoar: Any, twin: RunningTwin, command: str) -> None:
    twin.fail(Fault(path=f".*{EDITS[command][0]}", status=403, code="AccessDenied", message="Not allowed."))

    ran = xsoar.run(command, object_value="some.example")

    assert ran.errors == [
        (
            f"trendmicro-visionone-{command}: Vision One answered 403 AccessDenied: Not allowed. "
            "The API key's role needs the permission 'Suspicious Object Management: Manage lists'."
        )
    ]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({}, "Nothing is named to act on; give object_value or block_objects."),
        ({"object_value": "what is this"}, "What 'what is this' is cannot be told from its form; give object_type."),
        (
            {"block_objects": '[{"object_type":"color","object_value":"red"}]'},
            "has the object_type 'color'; use one of",
        ),
        ({"block_objects": '[{"object_type":"ip"}]'}, "names no object"),
        ({"object_value": "a.example", "expiry_days": "soon"}, "expiry_days is 'soon'; give a whole number."),
        ({"object_value": "a.example", "expiry_days": "0"}, "expiry_days is 0; give a number of days"),
        ({"object_value": "a.example", "scan_action": "eat"}, "scan_action is 'eat'; use one of block, log."),
    ],
)
def test_bad_arguments_are_one_sentence_and_no_request(
    xsoar: Any, twin: RunningTwin, args: dict[str, Any], words: str
) -> None:
    ran = xsoar.run(ADD, **args)

    assert len(ran.errors) == 1
    assert words in ran.errors[0]
    assert len(twin.requests) == 0


@pytest.mark.parametrize("command", EDITS)
def test_a_read_only_instance_changes_no_list(xsoar: Any, twin: RunningTwin, command: str) -> None:
    xsoar.params["read_only"] = "true"

    assert "this instance is read-only" in xsoar.run(command, object_value="some.example").errors[0]
    assert len(twin.requests) == 0


def test_the_exception_list_says_which_of_the_asked_objects_it_covers(xsoar: Any, twin: RunningTwin) -> None:
    make_exception(twin, "domain", "*.good.example")
    make_exception(twin, "url", "https://good.example/*")
    make_exception(twin, "ip", "192.0.2.1")
    asked = ["cdn.good.example", "https://good.example/a", "192.0.2.1", "192.0.2.2", "bad.example"]

    ran = xsoar.run("get-exception-list", object_value=asked)

    covers = {one["value"]: one["covers"] for one in ran.context("VisionOne.Exception_Object")}
    assert covers == {
        "*.good.example": ["cdn.good.example"],
        "https://good.example/*": ["https://good.example/a"],
        "192.0.2.1": ["192.0.2.1"],
    }


def test_a_list_is_shown_by_type_and_up_to_a_limit(xsoar: Any, twin: RunningTwin) -> None:
    for number in range(5):
        xsoar.run(ADD, object_value=[f"n{number}.example", f"192.0.2.{number}"])

    shown = xsoar.run("get-suspicious-list", object_type="domain", limit="3")

    objects = shown.context("VisionOne.Suspicious_Object")
    assert [one["type"] for one in objects] == ["domain"] * 3
    assert objects[0]["scan_action"] == "block"
    assert "2 more are on the list" in shown.readable


def test_the_suspicious_list_is_asked_for_no_more_than_needed(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run(ADD, object_value=["a.example", "b.example"])
    twin.requests.clear()

    ran = xsoar.run("get-suspicious-list", object_value=["a.example", "c.example"])

    [seen] = twin.requests.to("/threatintel/suspiciousObjects")
    assert seen.filter == "domain eq 'a.example' or domain eq 'c.example'"
    assert [one["value"] for one in ran.context("VisionOne.Suspicious_Object")] == ["a.example"]


def test_the_block_list_is_what_the_tasks_tell(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run("add-to-block-list", object_value=["a.example", "b.example", "192.0.2.66"])
    assert blocked(xsoar) == []
    twin.clock.advance(6)
    assert {one["value"] for one in blocked(xsoar)} == {"a.example", "b.example", "192.0.2.66"}
    xsoar.run("remove-from-block-list", object_value="b.example")
    xsoar.run("add-to-block-list", object_value="still-queued.example")
    twin.clock.advance(6)

    found = {one["value"]: one["type"] for one in blocked(xsoar)}

    assert found == {"a.example": "domain", "192.0.2.66": "ip", "still-queued.example": "domain"}
    assert {one.item.value for one in twin.tenant.objects.blocked()} == set(found)


def blocked(xsoar: Any) -> list[dict[str, Any]]:
    return list(xsoar.run("get-block-list").context("VisionOne.Blocked_Object") or ())


@pytest.mark.parametrize("command", ["get-exception-list", "get-suspicious-list", "get-block-list"])
def test_an_empty_list_is_no_error(xsoar: Any, command: str) -> None:
    ran = xsoar.run(command)

    assert ran.errors == []
    assert "No entries" in ran.readable
