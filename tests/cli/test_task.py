import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.content import install_pack
from warroom.cli.task import print_waiting, undone
from warroom.model.json import JsonObject


def _asking(command_line: CommandLine) -> tuple[str, str]:
    """Start a playbook that asks; gives the plan and the task that waits."""
    install_pack(command_line.home)
    command_line("incident", "create", "One")
    plan = command_line("playbook", "run", "Ask", "--incident", "1", "--wait", "--json").document
    assert plan["state"] == "waiting"
    [waiting] = command_line("task", "list", "--json").document
    assert (waiting["plan"], waiting["incident"], waiting["options"]) == (plan["plan"], "1", ["yes", "no"])
    return waiting["plan"], waiting["task"]


def test_an_answer_lets_the_plan_go_on(command_line: CommandLine) -> None:
    plan, task = _asking(command_line)
    assert "Isolate it?" in command_line("task", "list").out
    answered = command_line("task", "answer", plan, task, "yes", "--comment", "The owner agrees.", "--json")
    assert (answered.code, answered.document["state"]) == (0, "completed")
    entries = command_line("incident", "show", "1", "--json").document["entries"]
    assert entries[0]["contents"].endswith("answered 'Isolate it?' with 'yes'. The owner agrees.")
    assert entries[1]["human_readable"] or entries[1]["contents"] == "It will be isolated."
    assert command_line("task", "list").out == "Nothing waits.\n"


def test_an_answer_that_is_no_choice_is_refused_with_the_choices(command_line: CommandLine) -> None:
    plan, task = _asking(command_line)
    assert "Choose one of: yes, no." in command_line.refused("task", "answer", plan, task, "perhaps")


def test_a_second_answer_is_refused(command_line: CommandLine) -> None:
    plan, task = _asking(command_line)
    command_line("task", "answer", plan, task, "no")
    assert "does not wait for an answer" in command_line.refused("task", "answer", plan, task, "yes")


def test_a_plan_that_does_not_exist_is_named(command_line: CommandLine) -> None:
    assert "nope" in command_line.refused("task", "answer", "nope", "1")


def _asking_a_form(command_line: CommandLine) -> tuple[str, str]:
    command_line("incident", "create", "One")
    inputs = ("--input", "Respond=ask", "--input", "Proposal=Isolate WIN-7.")
    command_line("playbook", "run", "Vision One - Ask for Approval", "--incident", "1", *inputs, "--wait")
    [waiting] = command_line("task", "list", "--json").document
    assert waiting["has_form"]
    return waiting["plan"], waiting["task"]


def test_the_list_says_how_a_form_is_answered(command_line: CommandLine) -> None:
    plan, task = _asking_a_form(command_line)
    shown = command_line("task", "list").out
    assert "--set 0=" in shown
    assert "Approve, Reject" in " ".join(shown.replace("\u2502", " ").split())
    assert "needs an answer" in command_line.refused("task", "answer", plan, task)


def test_a_form_is_answered_by_the_ids_of_its_questions_or_by_what_they_ask(command_line: CommandLine) -> None:
    plan, task = _asking_a_form(command_line)
    answered = command_line("task", "answer", plan, task, "--set", "0=Approve", "--set", "Why?=It spreads.", "--json")
    assert (answered.code, answered.document["state"]) == (0, "completed")
    context = command_line("incident", "show", "1", "--json").document["context"]
    assert context["VisionOne"]["Approval"]["reason"] == "It spreads."


def test_an_answer_that_the_form_does_not_offer_is_refused(command_line: CommandLine) -> None:
    plan, task = _asking_a_form(command_line)
    refused = command_line.refused("task", "answer", plan, task, "--set", "0=Perhaps", "--set", "1=x")
    assert "takes one of Approve, Reject, not 'Perhaps'" in refused
    assert "has no question 'none'" in command_line.refused("task", "answer", plan, task, "--set", "none=x")
    assert "--set takes question=value" in command_line.refused("task", "answer", plan, task, "--set", "Approve")


ACTION = """
name: {name}
comment: Acts on a host.
commonfields: {{id: {name}, version: -1}}
type: python
subtype: python3
execution: true
script: '-'
args:
- {{name: host, isArray: true, required: true, description: Which.}}
"""
ACTIONS = {
    "CliFails": "raise ValueError('The host does not answer.')",
    "CliActs": "demisto.results('off')",
}


def _lay_actions(home: Path) -> None:
    for name, code in ACTIONS.items():
        folder = home / "packs" / "Acting" / "Scripts" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.yml").write_text(ACTION.format(name=name), encoding="utf-8")
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    metadata = json.dumps({"name": "Acting", "currentVersion": "1.0.0"})
    (home / "packs" / "Acting" / "pack_metadata.json").write_text(metadata, encoding="utf-8")


def _waiting_for_approval(command_line: CommandLine, line: str) -> tuple[str, str]:
    command_line("run", '!setList listName=protected_hosts listData="dc-*"')
    command_line("run", line)
    [waiting] = command_line("task", "list", "--json").document
    return waiting["plan"], waiting["task"]


def test_an_approved_action_that_fails_ends_with_code_1_and_says_why(command_line: CommandLine) -> None:
    _lay_actions(command_line.home)
    plan, task = _waiting_for_approval(command_line, "!CliFails host=dc-01")
    answered = command_line("task", "answer", plan, task, "Approve", "--comment", "It spreads.")
    assert answered.code == 1
    assert "!CliFails failed:" in answered.err
    assert "The host does not answer." in answered.err


def test_a_rejection_ends_with_code_0_and_an_approved_action_that_is_done_as_well(command_line: CommandLine) -> None:
    _lay_actions(command_line.home)
    plan, task = _waiting_for_approval(command_line, "!CliFails host=dc-01")
    assert command_line("task", "answer", plan, task, "reject", "--comment", "It is a server.").code == 0
    plan, task = _waiting_for_approval(command_line, "!CliActs host=dc-02")
    assert command_line("task", "answer", plan, task, "approve", "--comment", "It spreads.", "--json").code == 0


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"state": "completed", "under_way": False, "tasks": [{"id": "5", "state": "Completed"}]}, ""),
        (
            {"state": "waiting", "under_way": True, "tasks": [], "incident": "7"},
            "It is still running; `warroom incident",
        ),
        ({"state": "failed", "under_way": False, "tasks": [], "error": "busy"}, "The plan failed: busy"),
        (
            {"tasks": [{"id": "5", "state": "Waiting", "waits_for": {"kind": "approval", "question": "eve asks."}}]},
            "It is not done: eve asks.",
        ),
    ],
)
def test_what_is_not_done_is_said(plan: JsonObject, said: str) -> None:
    assert undone(plan, "5").startswith(said)
    assert bool(undone(plan, "5")) is bool(said)


def test_in_80_columns_the_list_shows_a_plan_and_a_question_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    question = (
        'bob asks for approval of `!isolate endpoint="FIN-SRV-01"` on lab-1. It is needed because it is protected.'
    )
    item: JsonObject = {
        "plan": "4f1c0a9b2d3e", "task": "1/6/1#12/2", "incident": "17", "since": "2026-11-29T10:15:00+00:00",
        "name": "Isolate", "question": question, "options": ["Approve", "Reject"],
    }  # fmt: skip
    print_waiting([item, {**item, "plan": "5a", "question": "x" * 200}])
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "plan 4f1c0a9b2d3e  task 1/6/1#12/2  incident 17  since 2026-11-29 10:15:00 UTC"
    assert question in " ".join(shown.split())
    assert "  Answers: Approve, Reject" in lines
