import json
from datetime import timedelta

import pytest

from warroom.content.integration import Argument
from warroom.context.scope import Scope
from warroom.model.json import Json, JsonObject
from warroom.model.plan import WaitKind
from warroom.services.approvals.hosts import KnownHosts
from warroom.services.approvals.request import (
    GRACE,
    ExactAction,
    Request,
    expired,
    request_of,
    said_of,
    shown_of,
    waiting,
)
from warroom.services.commands.command_line import parse
from warroom.services.commands.references import of_person
from warroom.services.commands.targets import Resolved
from warroom.testing.clock import START
from warroom.testing.samples import an_incident

EXACT = ExactAction(command="isolate", instances=("lab-1", "lab-2"), args={"endpoint": ["G1"], "password": "hunter22"})
DECLARED = (Argument(name="endpoint", is_array=True), Argument(name="password", secret=True))
DAY = START + timedelta(days=1)


def request(**changes: object) -> Request:
    known = KnownHosts.of({"host": {"guid": "G1", "name": "FIN-7"}}, an_incident())
    shown: JsonObject = {**shown_of(EXACT, DECLARED, known), "why": "I say so", "asked_by": "bob", **changes}
    return Request(shown=shown, sealed="sealed-1")


def test_people_see_hosts_by_name_and_no_secret() -> None:
    shown = request().shown
    assert shown["targets"] == ["FIN-7 (G1)"]
    assert "hunter22" not in str(shown)
    assert shown["args"]["endpoint"] == ["G1"]


def test_a_digest_is_the_same_for_the_same_action_only() -> None:
    assert EXACT.digest == ExactAction(command="isolate", instances=("lab-2", "lab-1"), args=dict(EXACT.args)).digest
    assert EXACT.digest != EXACT.with_args({"endpoint": ["G2"]}).digest
    assert EXACT.digest != ExactAction(command="isolate", instances=("lab-1",), args=EXACT.args).digest
    assert EXACT.digest != ExactAction(command="restore", instances=EXACT.instances, args=EXACT.args).digest


def test_a_wait_says_what_who_and_why_and_holds_on_a_little_beyond_its_end() -> None:
    wait = waiting(request(), START, DAY)
    assert (wait.kind, wait.deadline, wait.wake_at) == (WaitKind.APPROVAL, DAY, DAY + GRACE)
    assert wait.data["options"] == ["Approve", "Reject"]
    assert str(wait.data["question"]).startswith('bob asks for approval of `!isolate endpoint=["G1"]')
    assert "because I say so." in wait.data["question"]
    assert request_of(wait) == request()


def test_nobody_is_named_where_nobody_asked() -> None:
    wait = waiting(request(asked_by="fetch"), START, DAY)
    assert str(wait.data["question"]).startswith("The runtime asks for approval")


def test_an_expired_request_is_an_open_task_without_an_end() -> None:
    wait = expired(waiting(request(), START, DAY), DAY)
    assert (wait.kind, wait.wake_at, wait.deadline) == (WaitKind.EXPIRED, None, None)
    assert wait.data["options"] == ["ask again", "drop it"]
    assert "Nothing was done." in wait.data["question"]
    assert request_of(wait) == request()


def test_an_action_is_written_to_the_letter() -> None:
    assert said_of("x", [], {"path": 'C:\\a"b', "n": 1}) == "`!x path='C:\\a\"b' n=1`."


@pytest.mark.parametrize(
    "value", ["C:\\Users\\a b", "\\\\fs01\\x", 'a"b', "it's `it`", "a\nb", ["A", "B\\c"], {"k": 'v"'}, 7, "${x}", "Zoë"]
)
def test_the_line_that_is_shown_can_be_typed(value: Json) -> None:
    line = said_of("x", ["lab-1"], {"path": value}).removeprefix("`").removesuffix("` on lab-1.")
    typed = of_person(Resolved(name="x"), parse(line).args, Scope(context={}))
    text = typed["path"]
    assert text == value if isinstance(value, str) else json.loads(str(text)) == value


def test_what_no_line_can_hold_is_written_as_json_and_said_so() -> None:
    assert said_of("x", [], {"a": "b\rc"}) == '`!x a="b\\rc"` (values in JSON: no typed line can hold them).'
