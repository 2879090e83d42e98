"""Custom scripts: stored, found, changed, deleted, shown."""

from typing import Any

from visionone_sim.testing import RunningTwin

SCRIPT = {"filename": "triage.ps1", "filetype": "powershell", "script_contents": "Get-Process"}


def add(xsoar: Any, **more: str) -> str:
    ran = xsoar.run("add-custom-script", **{**SCRIPT, **more})
    assert ran.errors == []
    return str(ran.context("VisionOne.Add_Custom_Script")["id"])


def test_a_script_is_stored_and_listed(xsoar: Any) -> None:
    script_id = add(xsoar, description="What runs?")
    add(xsoar, filename="triage.sh", filetype="bash")

    found = xsoar.run("get-custom-script-list", filename="triage.ps1", filetype="powershell")

    assert found.context("VisionOne.Get_Custom_Script_List") == [
        {"id": script_id, "filename": "triage.ps1", "filetype": "powershell", "description": "What runs?"}
    ]
    either = xsoar.run("get-custom-script-list", filename="triage.ps1", filetype="bash", query_op="or")
    assert len(either.context("VisionOne.Get_Custom_Script_List")) == 2


def test_the_same_script_is_stored_once(xsoar: Any, twin: RunningTwin) -> None:
    assert add(xsoar) == add(xsoar)
    assert len(twin.tenant.scripts) == 1


def test_another_script_of_the_same_name_is_refused(xsoar: Any) -> None:
    add(xsoar)

    [error] = xsoar.run("add-custom-script", **{**SCRIPT, "script_contents": "Get-Service"}).errors

    assert "There is a script named" in error


def test_a_script_is_changed_and_shown(xsoar: Any) -> None:
    script_id = add(xsoar)

    xsoar.run("update-custom-script", script_id=script_id, **{**SCRIPT, "script_contents": "Get-Service"})

    shown = xsoar.run("download-custom-script", script_id=script_id)
    assert shown.context("VisionOne.Download_Custom_Script") == {"id": script_id, "text": "Get-Service"}


def test_a_script_is_deleted_and_deleting_it_again_is_no_error(xsoar: Any, twin: RunningTwin) -> None:
    script_id = add(xsoar)

    first = xsoar.run("delete-custom-script", script_id=script_id)
    again = xsoar.run("delete-custom-script", script_id=script_id)

    assert first.errors == again.errors == []
    assert "nothing to delete" in again.readable
    assert len(twin.tenant.scripts) == 0


def test_what_is_no_kind_of_script_is_one_sentence(xsoar: Any, twin: RunningTwin) -> None:
    [error] = xsoar.run("add-custom-script", **{**SCRIPT, "filetype": "perl"}).errors

    assert "use one of bash, powershell" in error
    assert len(twin.requests) == 0
