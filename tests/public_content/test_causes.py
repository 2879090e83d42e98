import pytest

from tests.public_content.causes import EXPECTATION, OTHER, cause_of
from warroom.content.playbook import Task, TaskKind


def a_task(script: str) -> Task:
    return Task(id="1", kind=TaskKind.REGULAR, name="A task", script=script)


@pytest.mark.parametrize(
    ("error", "what", "which"),
    [
        (
            "Command Dim of Dim is written in powershell; only Python code can be run here.",
            "a script is in PowerShell",
            "Dim",
        ),
        (
            "SyntaxError: x. The code is written for Python 2 and needs to be ported.",
            "a script is in Python 2",
            "Light",
        ),
        ("ModuleNotFoundError: No module named 'lamp.wick'. Its file …", "a Python module is missing", "lamp.wick"),
        ("The transformer Polish is not known. If it is a script …", "a transformer is missing", "Polish"),
        (
            "ValueError: demisto._apiCall is not available in this runtime yet.",
            "a method of demisto is missing",
            "demisto._apiCall",
        ),
        ("There is no playbook `Glow`; did you mean `Grow`?", "there is no such playbook", "Glow"),
        (
            "x-buy needs an enabled instance of Lantern Store. Add one …",
            "it needs an instance of an integration",
            "Lantern Store",
        ),
        ("http: x.invalid has no address ([Errno -2] …); check the name.", "it needs the internet", "x.invalid"),
        ("Light needs the argument 'colour', which is missing or empty.", "an argument is empty", "Light"),
        ("Something\n  else.", OTHER, "Light"),
    ],
)
def test_an_error_tells_the_kind_and_which_one(error: str, what: str, which: str) -> None:
    cause = cause_of(error, a_task("Light"))
    assert (cause.what, cause.which, cause.said) == (what, which, " ".join(error.split()))


@pytest.mark.parametrize("script", ["PrintErrorEntry", "RaiseError", "VerifyContext", "AreValuesEqual"])
def test_what_an_assertion_or_a_reporter_says_is_an_expectation(script: str) -> None:
    cause = cause_of("It is grey.", a_task(script))
    assert (cause.what, cause.which) == (EXPECTATION, script)


def test_an_assertion_that_cannot_run_is_none() -> None:
    error = "ModuleNotFoundError: No module named 'lamp'."
    assert cause_of(error, a_task("VerifyContext")).what == "a Python module is missing"


def test_a_playbook_that_does_not_start_has_no_task() -> None:
    assert cause_of("Playbook 'A' needs its input 'Wanted'. Give it a value.", None).which == "Wanted"
    assert cause_of("It is halted.", None).which == "the playbook"
