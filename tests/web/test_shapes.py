from datetime import timedelta
from pathlib import Path

from warroom.content.pack import Pack
from warroom.model.entry import EntryType, StoredFile
from warroom.model.ids import InstanceId, PlanId
from warroom.model.incident import Severity, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.plan import TaskState, Wait, WaitKind
from warroom.services.instances import Trial
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident
from warroom.web.shapes import (
    entry_json,
    incident_json,
    instance_json,
    pack_json,
    plan_json,
    task_json,
    trial_json,
    waits_for,
)


def test_an_entry_carries_what_the_contract_names() -> None:
    shaped = entry_json(an_entry(4, 17, type=EntryType.ERROR, contents="broke", tags=("x",), actor="ana"))
    assert {"id", "type", "format", "contents", "human_readable", "context", "file"} <= set(shaped)
    assert (shaped["id"], shaped["type"], shaped["contents"], shaped["file"]) == ("4@17", 4, "broke", None)
    assert (shaped["incident"], shaped["tags"], shaped["actor"], shaped["modified"]) == ("17", ["x"], "ana", None)


def test_an_entry_carries_where_its_code_failed_and_what_it_printed() -> None:
    shaped = entry_json(an_entry(trace="at line 7", log="looking"))
    assert (shaped["trace"], shaped["log"]) == ("at line 7", "looking")


def test_a_test_that_failed_carries_them_too() -> None:
    assert trial_json("v1", Trial("401", trace="at line 7", log="looking")) == {
        "name": "v1", "ok": False, "answer": "401", "trace": "at line 7", "log": "looking"
    }  # fmt: skip


def test_an_entry_that_a_later_look_wrote_over_says_when_and_in_which_plan() -> None:
    shaped = entry_json(an_entry(modified=START, plan=PlanId("p1")))
    assert (shaped["modified"], shaped["plan"]) == (START.isoformat(), "p1")


def test_a_file_carries_its_hashes_and_its_place() -> None:
    file = StoredFile(name="a.zip", size=3, md5="m", sha1="s1", sha256="s256")
    assert entry_json(an_entry(file=file), "/blobs/s256")["file"] == {
        "name": "a.zip", "size": 3, "md5": "m", "sha1": "s1", "sha256": "s256", "path": "/blobs/s256"
    }  # fmt: skip


def test_an_incident_has_xsoars_numbers() -> None:
    shaped = incident_json(an_incident(7, severity=Severity.CRITICAL, status=Status.ACTIVE, mirrors="WB-1"))
    assert (shaped["id"], shaped["severity"], shaped["status"], shaped["mirror_id"]) == ("7", 4, 1, "WB-1")
    assert incident_json(an_incident())["mirror_id"] == ""


def test_a_task_counts_its_seconds_once_it_has_ended() -> None:
    done = a_task(started=START, finished=START + timedelta(seconds=1.5), state=TaskState.COMPLETED, branch="yes")
    assert task_json(done)["seconds"] == 1.5
    assert task_json(done)["branch"] == "yes"
    assert task_json(a_task(started=START))["seconds"] is None


def test_a_waiting_task_says_for_what() -> None:
    wait = Wait(kind=WaitKind.PERSON, since=START, data={"question": "Isolate?", "options": ["yes", "no"], "x": "y"})
    assert waits_for(a_task(wait=wait)) == {
        "kind": "person", "since": START.isoformat(), "wake_at": None, "question": "Isolate?", "options": ["yes", "no"],
        "has_form": False,
    }  # fmt: skip
    assert waits_for(a_task()) is None


def test_tasks_stand_in_the_order_in_which_they_started() -> None:
    tasks = [a_task("9"), a_task("2", started=START + timedelta(seconds=1)), a_task("8", started=START), a_task("1")]
    assert [task["id"] for task in plan_json(a_plan(), tasks)["tasks"]] == ["8", "2", "1", "9"]


def test_an_instance_names_its_secrets_and_never_tells_them() -> None:
    instance = IntegrationInstance(
        id=InstanceId("i1"), name="v1", integration="Lab", params={"url": "u"}, secrets={"apikey": "hunter2"}
    )
    shaped = instance_json(instance)
    assert (shaped["params"], shaped["secrets"]) == ({"url": "u"}, ["apikey"])
    assert "hunter2" not in str(shaped)


def test_a_pack_lists_what_it_holds() -> None:
    shaped = pack_json(Pack(id="lab", name="Lab", version="1.0.0", path=Path("lab")))
    assert (shaped["id"], shaped["name"], shaped["version"], shaped["scripts"]) == ("lab", "Lab", "1.0.0", [])


def test_a_request_for_approval_says_what_who_why_and_until_when() -> None:
    shown = {
        "command": "isolate", "instances": ["lab-1"], "args": {"endpoint": "A"}, "targets": ["A"], "why": "it is many",
        "asked_by": "bob", "digest": "c0ffee",
    }  # fmt: skip
    wait = Wait(kind=WaitKind.APPROVAL, since=START, deadline=START, data={"request": shown, "sealed": "s"})
    said = waits_for(a_task(wait=wait))
    assert said is not None
    assert said["request"] == {**{key: shown[key] for key in shown if key != "digest"}, "expires": START.isoformat()}
    assert "sealed" not in str(said)
