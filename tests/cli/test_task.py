from tests.cli.conftest import CommandLine
from tests.cli.content import install_pack


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
