"""Hostile IDs go to every command that takes one; what counts is what the twin was asked, and what is changed there.

The commands and their arguments are those of the yml, and what a request needs is said by the twin's own table.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.packs.visionone.hostile import HOSTILE
from tests.packs.visionone.live_pack import LAPTOP, Xsoar, declared_commands
from visionone_sim.permissions import permission_for
from visionone_sim.testing import RunningTwin, start_twin

# What stands in a path or must be a number: it is checked before anything is sent.
CHECKED = {"workbench_id", "task_id", "actionId", "note_id", "script_id", "report_id", "submission_id", "process_id"}
# What names something and stands in a body, in a filter or in no request at all.
ELSEWHERE = {
    "endpoint", "agent_guid", "account_name", "message_id", "unique_id", "entry_id", "product_id",
    "hostname", "id",
}  # fmt: skip
MIRRORED = ("get-remote-data", "id")
SUBMISSION = "8559a7ce-2b85-451b-8742-4b943ad76a22"
# What an argument needs beside itself, as far as its command has it.
BESIDE = {
    "content": "x", "filename": "x.ps1", "filetype": "powershell", "script_contents": "x", "type": "vaReport",
    "file_path": "C:\\x.dmp", "file_sha1": "a" * 40, "file_name": "x.exe", "endpoint": LAPTOP, "status": "closed",
    "workbench_id": "WB-1-20310203-00001", "note_id": "1", "file_url": "https://files.example/x", "hostname": "",
    "script_id": SUBMISSION, "submission_id": SUBMISSION, "report_id": SUBMISSION, "task_id": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    """One twin for all of them: nothing that is done here may change it."""
    with start_twin() as twin:
        yield twin


@pytest.fixture(scope="module")
def at_first(twin: RunningTwin) -> dict[str, Any]:
    return state(twin)


def cases() -> Iterator[Any]:
    for name, command in declared_commands().items():
        for argument in command["arguments"]:
            if argument["name"] in CHECKED | ELSEWHERE:
                yield pytest.param(name, argument["name"], id=f"{name} {argument['name']}")


def test_every_argument_that_is_an_id_is_known_here() -> None:
    names = {argument["name"] for command in declared_commands().values() for argument in command["arguments"]}

    assert {name for name in names if name.lower().endswith(("id", "guid"))} <= CHECKED | ELSEWHERE


def call(xsoar: Xsoar, name: str, argument: str, value: str) -> list[str]:
    """Run a command with this value and harmless ones beside it; return its errors."""
    declared = {one["name"]: one for one in xsoar.declared[name]["arguments"]}
    others = {key: one for key, one in BESIDE.items() if key in declared and declared[key].get("required")}
    if argument in {"agent_guid", "endpoint"}:
        others |= {key: BESIDE[key] for key in ("file_path", "file_sha1", "filename") if key in declared}
    if argument == "process_id":
        others = {"endpoint": "NO-SUCH-HOST", "file_name": "x.exe"}
    if argument == "product_id":
        others |= {key: "nobody" for key in ("account_name", "message_id") if key in declared}
    return xsoar.run(name, **{**others, argument: value}).errors


@pytest.mark.parametrize("read_only", [False, True], ids=["", "read-only"])
@pytest.mark.parametrize(("name", "argument"), list(cases()))
def test_a_hostile_id_asks_for_nothing_else_and_changes_nothing(
    xsoar: Xsoar, twin: RunningTwin, at_first: dict[str, Any], name: str, argument: str, read_only: bool
) -> None:
    xsoar.params["read_only"] = read_only
    twin.requests.clear()
    checked = argument in CHECKED or (name, argument) == MIRRORED
    command = xsoar.integration.COMMANDS[name]
    allowed = {permission.name for permission in (*command.needs, *command.uses)}

    for value in HOSTILE:
        errors = call(xsoar, name, argument, value)

        asked = [(seen.method, seen.path, seen.operation) for seen in twin.requests]
        assert not checked or asked == [], (value, errors, asked)
        assert not checked or errors or not value.strip(), value
        assert all(operation for *_, operation in asked), (value, asked)
        assert {permission_for(method, path.removeprefix("/v3.0")) for method, path, _ in asked} <= allowed, value
        assert not read_only or {method for method, *_ in asked} <= {"GET"}, value
        twin.requests.clear()

    assert state(twin) == at_first


def state(twin: RunningTwin) -> dict[str, Any]:
    found = dict(twin.control.call("GET", "state").json())
    return {part: value for part, value in found.items() if part not in {"now", "keys"}} | {
        "keys": [{**key, "lastUsedDateTime": None} for key in found["keys"]]
    }
