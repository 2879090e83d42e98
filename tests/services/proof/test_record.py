from datetime import timedelta
from typing import Any

import pytest

from warroom.model.entry import Deleted, Entry, EntryType, StoredFile
from warroom.model.ids import PlanId, TaskKey
from warroom.model.json import Json
from warroom.model.plan import Approved, Frame, Intent, PlanKind, TypedCommand
from warroom.services.audit.audit import AuditRow
from warroom.services.ports.store import ActionMark
from warroom.services.proof.canonical import canonical
from warroom.services.proof.record import Story, record_of, said_in
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_entry

PLAN = PlanId("p1")
FILE = StoredFile(name="lsass.zip", size=3, md5="m", sha1="s", sha256="ab" * 32)
FRAME = Frame(playbook="router", name="Alert Router")


def item(**fields: Any) -> Entry:
    known = {"file": FILE, "type": EntryType.FILE, "plan": PLAN, "task": TaskKey("1/2/5"), "command": "http"}
    return an_entry(4, **{**known, **fields})


def said(number: int, contents: Json, plan: PlanId | None = PLAN) -> Entry:
    return an_entry(number, contents=contents, plan=plan, command="look", instance="v1")


def story(*entries: Entry, actions: tuple[AuditRow, ...] = (), **plan: Any) -> Story:
    tasks = [
        a_task("1", name="Respond"),
        a_task("1/2", name="Collect"),
        a_task("1/2/5", name="Save", inputs={"n": 2**60}),
    ]
    return Story(
        plans={PLAN: a_plan("p1", frame=FRAME, started_by="fetch", **plan)},
        tasks={(PLAN, task.key): task for task in tasks},
        actions={PLAN: actions},
        said=said_in(entries),
    )


def an_action(task: str, seconds: int = 0, **fields: Any) -> AuditRow:
    at = START + timedelta(seconds=seconds)
    intent = Intent(plan=PLAN, key=TaskKey(task), attempt=1, command="isolate", started=at)
    known = {"approved_by": (), "approval": None, **fields}
    return AuditRow(
        incident=item().incident,
        plan=PLAN,
        playbook="router",
        task=intent.key,
        attempt=1,
        command="isolate",
        actor="DBot",
        started_by="fetch",
        target={},
        started=at,
        ended=at,
        failed=False,
        answer="ok",
        mark=ActionMark(started=at, plan=PLAN, key=intent.key, attempt=1),
        **known,
    )


def test_an_item_is_said_with_its_file_its_call_and_its_place_in_the_playbook() -> None:
    record = record_of(item(), story())
    assert [record[name] for name in ("entry", "kind", "name", "size", "sha256", "missing")] == [
        "4@1",
        "file",
        "lsass.zip",
        3,
        "ab" * 32,
        "",
    ]
    assert record["call"] == {"command": "http", "instance": "", "arguments": {"n": str(2**60)}}
    assert record["playbook"] == {
        "plan": "p1",
        "name": "Alert Router",
        "started_by": "fetch",
        "within": ["Respond", "Collect"],
        "task": "1/2/5",
        "task_name": "Save",
    }
    canonical(record)


def test_an_information_file_is_a_report() -> None:
    assert record_of(item(type=EntryType.INFO_FILE), story())["kind"] == "report"


def test_of_a_typed_command_it_says_the_command_and_no_playbook() -> None:
    typed = story(kind=PlanKind.COMMAND, command=TypedCommand(name="http", args={"url": "https://one"}))
    record = record_of(item(), typed)
    assert record["call"]["arguments"] == {"url": "https://one"}
    assert record["playbook"] is None


def test_an_item_of_no_plan_has_a_record_too() -> None:
    record = record_of(item(plan=None, task=None), story(said(5, {"archive": "4@1", "task_id": "7"})))
    assert (record["playbook"], record["said"], record["actions"], record["response_tasks"]) == (None, [], [], [])


def test_what_others_say_of_an_item_and_of_its_response_task_is_told_in_order() -> None:
    record = record_of(
        item(),
        story(
            said(1, {"id": "7", "status": "running"}),
            said(2, [{"id": "8", "status": "another task"}]),
            said(5, {"deep": [{"archive_entry": "4@1", "task_id": "7", "list": [1]}]}),
            said(6, "4@1 in a text"),
            said(7, {"archive_entry": "4@1", "task_id": "9"}, PlanId("p2")),
        ),
    )
    assert record["response_tasks"] == ["7"]
    assert [(each["entry"], each["says"]) for each in record["said"]] == [
        ("1@1", {"id": "7", "status": "running"}),
        ("5@1", {"archive_entry": "4@1", "task_id": "7"}),
    ]


@pytest.mark.parametrize(
    ("task", "seconds", "led"),
    [
        ("1/2/3", 0, True),
        ("1/1", 0, True),
        ("0", 0, True),
        ("1/2/3", 1, False),
        ("1/3/1", 0, False),
        ("1/2/4/1", 0, False),
    ],
)
def test_the_actions_that_led_to_it_came_before_it_in_its_run_or_around_it(task: str, seconds: int, led: bool) -> None:
    record = record_of(item(), story(actions=(an_action(task, seconds),)))
    assert [action["task"] for action in record["actions"]] == ([task] if led else [])


def test_whoever_approved_is_named_once_with_the_reason() -> None:
    approved = Approved(by="bo", at=START, reason="It is ours.", key=TaskKey("1/2/3"), attempt=1)
    rows = (an_action("1/2/3", approved_by=("bo",), approval=approved), an_action("1/2/4", approved_by=("bo", "cy")))
    record = record_of(item(), story(actions=rows))
    assert record["approved_by"] == ["bo", "cy"]
    assert record["actions"][0]["approval"]["reason"] == "It is ours."


def test_what_is_missing_says_why() -> None:
    gone = Deleted(by="bo", at=START, reason="The court asked for it.")
    assert record_of(item(deleted=gone), story())["missing"].endswith(": The court asked for it.")
    assert record_of(item(), story(), "damaged")["missing"] == "damaged"


@pytest.mark.parametrize(
    "odd", [{"a": float("nan")}, {"a": "\ud800"}, {"a": 10**5000}, {7: "4@1"}, [[[[[[[{"a": "4@1"}]]]]]]]]
)
def test_odd_contents_leave_a_record_that_can_be_written(odd: Json) -> None:
    entries = [said(5, {**odd, "of": "4@1"} if isinstance(odd, dict) else odd)]
    assert canonical(record_of(item(), story(*entries)))
