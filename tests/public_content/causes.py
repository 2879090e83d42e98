"""Says in few words why a playbook did not complete, so that causes can be counted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.public_content.asserting import ASSERTIONS, REPORTERS, VERIFY
from warroom.content.playbook import Task

EXPECTATION = "an expectation does not hold"
OTHER = "another error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a playbook did not complete: the kind, which script, module or command it was, and what the error says."""

    what: str
    which: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cause, and how its errors read; the first group is which one it was, else the task's script is."""

    what: str
    patterns: Sequence[re.Pattern[str]]


def _kind(what: str, *patterns: str) -> Kind:
    return Kind(what, [re.compile(pattern) for pattern in patterns])


KINDS: Sequence[Kind] = (
    _kind("a script is in JavaScript", r"^Command (\S+) .*written in javascript"),
    _kind("a script is in PowerShell", r"^Command (\S+) .*written in powershell"),
    _kind("a script is in Python 2", "written for Python 2", "expected str instance, bytes found"),
    _kind("a file of a pack cannot be read", r"`([^`]+)` of the pack \S+ is left out"),
    _kind(
        "a Python module is missing", r"No module named '([^']+)'", r"ImportError: cannot import name .* from '([^']+)'"
    ),
    _kind("a built-in command is missing", r"`(\w+)` is a built-in command of XSOAR, not built here"),
    _kind("a method of demisto is missing", r"(demisto\.\w+) is not available in this runtime"),
    _kind("a transformer is missing", r"The transformer (\S+) is not known"),
    _kind("an operator is missing", r"The operator (\S+) is not known"),
    _kind("a value needs JavaScript", "^The expression .* needs JavaScript"),
    _kind("there is no such playbook", "There is no playbook `([^`]+)`"),
    _kind("there is no such command or script", "There is no (?:command|script|command or script) `([^`]+)`"),
    _kind("it needs an instance of an integration", r"needs an enabled instance of ([^.]+)\."),
    _kind("it needs the internet", r"(\S+) has no address", "Failed to resolve '([^']+)'", "Name or service not known"),
    _kind("an input is empty", "laybook .* needs its input '([^']+)'"),
    _kind("an argument is empty", "needs the argument '[^']+', which is missing or empty"),
)


def cause_of(error: str, task: Task | None) -> Cause:
    """Return the cause that an error of a task tells of; without a task, of the playbook as a whole."""
    said = " ".join(error.split())
    name = (task.script or task.playbook or task.name) if task else "the playbook"
    for kind in KINDS:
        for pattern in kind.patterns:
            if found := pattern.search(said):
                return Cause(what=kind.what, which=found[1] if pattern.groups else name, said=said)
    is_expectation = name in REPORTERS | ASSERTIONS or name.startswith(VERIFY)
    return Cause(what=EXPECTATION if is_expectation else OTHER, which=name, said=said)
