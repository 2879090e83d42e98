import os
import sys

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.terminal import in_terminal
from warroom.cli.asking import Given, answers_of, answers_to, approval_of, completed, question_of
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject


def question(question_id: str, label: str, kind: str = "shortText", *options: str, required: bool = True) -> JsonObject:
    return {"id": question_id, "label": label, "type": kind, "options": list(options), "required": required}


def form_item(*questions: JsonObject, **fields: Json) -> JsonObject:
    form = {"title": "Form", "description": "About FIN-7.", "questions": list(questions)}
    return {"name": "Ask", "question": "", "options": [], "form": form, "request": None, "approves": None, **fields}


def request_item(**fields: Json) -> JsonObject:
    request = {"args": {"endpoint": ["A", "B"], "reason": "x"}}
    options = ["Approve", "Reject"]
    return {
        "name": "!isolate", "question": "bob asks.", "options": options, "form": None, "request": request,
        "approves": None, **fields,
    }  # fmt: skip


FORM = form_item(
    question("0", "Shall it be done?", "singleSelect", "Approve", "Reject"),
    question("1", "Why?"),
    question("2", "Where", "multiSelect", "here", "there", required=False),
)


def test_answers_are_read_by_id_and_by_label_and_several_make_a_list() -> None:
    answers = ["0=Approve", "why?=a=b", "2=here", "where=there"]
    assert answers_to(FORM, answers) == {"0": "Approve", "1": "a=b", "2": ["here", "there"]}


def test_without_a_form_they_are_arguments() -> None:
    assert answers_to(None, ["endpoint=A,B"]) == answers_to(request_item(), ["endpoint=A,B"]) == {"endpoint": "A,B"}


@pytest.mark.parametrize(
    ("answers", "said"), [(["0"], "takes question=value"), (["=x"], "takes question"), (["0=a", "0=b"], "twice")]
)
def test_what_cannot_be_read_is_refused(answers: list[str], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        answers_to(FORM, answers)


def test_a_form_says_what_exactly_it_approves() -> None:
    item = form_item(approves={"commands": ["isolate"], "targets": ["A", "B"]})
    assert approval_of(item) == "Approve lets isolate pass on: A, B."
    assert question_of(item) == "Ask About FIN-7. Approve lets isolate pass on: A, B."
    assert approval_of(FORM) == ""


def test_a_list_says_how_each_kind_of_task_is_answered() -> None:
    assert answers_of(request_item()) == "Approve, Reject"
    assert answers_of(request_item(options=[])) == "done"
    assert answers_of(FORM).splitlines() == [
        "--set 0=\u2026  Shall it be done? (Approve, Reject)",
        "--set 1=\u2026  Why?",
        "--set 2=\u2026  Where (here, there)",
    ]
    [long] = answers_of(form_item(question("0", "Isolate HR-1. " * 20))).splitlines()
    assert long == "--set 0=\u2026  Isolate HR-1. Isolate HR-1. Isolate HR-1. Isolate [...]"


def test_what_only_somebody_else_may_approve_is_not_offered_and_says_whom_to_ask() -> None:
    item = request_item(refused="bob asked for this, so somebody else has to approve it. Ask eve.")
    assert answers_of(item) == "Reject"
    assert question_of(item) == "bob asks. bob asked for this, so somebody else has to approve it. Ask eve."
    person = Person("Reject", "no")
    assert completed(item, Given(), person) == Given(choice="Reject", comment="no")
    assert person.asked == ["Answer (Reject)", "Why?"]


class Person:
    """Answers what is asked, in order."""

    def __init__(self, *answers: str) -> None:
        self.asked: list[str] = []
        self._answers = iter(answers)

    def __call__(self, text: str, *, may_be_empty: bool = False) -> str:
        self.asked.append(text + ("?" if may_be_empty else ""))
        return next(self._answers)


def test_a_person_is_asked_for_what_is_missing_only() -> None:
    person = Person("It spreads.", "nowhere", "here, there")
    given = completed(FORM, Given(answers=["0=Approve"]), person)
    assert list(given.answers) == ["0=Approve", "1=It spreads.", "2=here", "2=there"]
    assert person.asked == ["Why?", "Where (here, there)?", "Where (here, there)?"]


def test_what_may_be_empty_is_left_out() -> None:
    assert list(completed(FORM, Given(answers=["0=Approve", "1=x"]), Person("")).answers) == ["0=Approve", "1=x"]


def test_a_request_is_shown_and_asked_for_the_choice_and_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    given = completed(request_item(), Given(), Person("Approve", "It spreads."))
    assert (given.choice, given.comment) == ("Approve", "It spreads.")
    shown = capsys.readouterr().out
    assert 'endpoint = ["A", "B"]' in shown
    assert completed(request_item(), Given(choice="Reject", comment="no"), Person()) == Given(
        choice="Reject", comment="no"
    )


def test_a_task_without_choices_is_simply_done() -> None:
    assert completed(request_item(options=[], request=None), Given(), Person()) == Given()


def test_on_a_terminal_a_form_is_asked_question_by_question(command_line: CommandLine) -> None:
    command_line("incident", "create", "One")
    inputs = ("--input", "Respond=ask", "--input", "Proposal=Isolate WIN-7.")
    command_line("playbook", "run", "Vision One - Ask for Approval", "--incident", "1", *inputs, "--wait")
    [waiting] = command_line("task", "list", "--json").document
    words = ("task", "answer", waiting["plan"], waiting["task"])
    program = "from warroom.cli.main import main; main()"
    argv = [sys.executable, "-c", program, "--home", str(command_line.home), *words]
    with in_terminal(argv, os.environ) as terminal:
        terminal.wait_for("Shall it be done?")
        terminal.wait_for("(Approve, Reject)")
        terminal.type("Perhaps\n")
        terminal.wait_for("is not one of Approve, Reject")
        terminal.wait_for("(Approve, Reject)")
        terminal.type("Approve\n")
        terminal.wait_for("Why?")
        terminal.type("It spreads.\n")
        terminal.wait_for("completed")
        assert terminal.wait_for_the_end() == 0
    context = command_line("incident", "show", "1", "--json").document["context"]
    assert context["VisionOne"]["Approval"] == {"decision": "approved", "reason": "It spreads."}
