"""Playbooks to check, written as their tasks, and what is installed for them."""

from pathlib import Path
from textwrap import dedent, indent

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.content.integration import Argument, Code, Command, Integration, Script
from warroom.content.lint import Finding, Language, lint
from warroom.content.pack import Pack
from warroom.content.playbook import Input, Playbook, Task, TaskKind
from warroom.content.read_playbook import read_playbook
from warroom.content.value import Simple
from warroom.content.yaml_source import read_yaml

CODE = Code(text="", sha256="")
POWERSHELL = Code(text="", sha256="", language="powershell")
ARGUMENTS = (Argument(name="endpoint", required=True), Argument(name="note"))


def _integration(name: str, *commands: Command, code: Code = CODE) -> Integration:
    return Integration(id=name, name=name, code=code, commands={command.name: command for command in commands})


INTEGRATIONS = (
    _integration("V1", Command(name="isolate", arguments=ARGUMENTS), Command(name="ping")),
    _integration("Other", Command(name="ping"), Command(name="old", deprecated=True)),
    _integration("Shell", Command(name="ping-shell"), Command(name="isolate-shell"), code=POWERSHELL),
    _integration("Shell 2", Command(name="isolate-shell")),
)
SCRIPTS = (
    Script(id="Print", name="Print", code=CODE, arguments=(Argument(name="value", required=True),)),
    Script(
        id="Sleep",
        name="Sleep",
        code=CODE,
        arguments=(Argument(name="seconds", required=True, default_value="1"),),
    ),
    Script(
        id="Cut",
        name="Cut",
        code=CODE,
        tags=("Transformer", "string"),
        arguments=tuple(Argument(name=name, required=name != "note") for name in ("value", "at", "note")),
    ),
    Script(id="InRange", name="InRange", code=CODE, tags=("filter",)),
    Script(id="Shout", name="Shout", code=POWERSHELL),
    Script(id="Lower", name="Lower", code=POWERSHELL, tags=("transformer",)),
    Script(id="Louder", name="Louder", code=POWERSHELL, tags=("filter",)),
)
CHILD = Playbook(
    id="child",
    name="Contain",
    start="0",
    tasks={"0": Task(id="0", kind=TaskKind.START, name="")},
    inputs=(
        Input(key="Endpoint", required=True),
        Input(key="Wait", required=True, value=Simple(value="5")),
        Input(key="Note"),
    ),
)
PACK = Pack(
    id="P",
    name="P",
    version="1.0.0",
    path=Path("P"),
    integrations={each.id: each for each in INTEGRATIONS},
    scripts={each.id: each for each in SCRIPTS},
    playbooks={CHILD.id: CHILD},
    incident_fields={"incident_host": IncidentField(id="incident_host", name="Host", cli_name="host")},
)
LANGUAGE = Language(
    builtins=frozenset({"closeInvestigation", "setIncident", "setPlaybook"}),
    builtin_arguments={
        "closeInvestigation": (Argument(name="id"), Argument(name="closeReason")),
        "setIncident": (Argument(name="id"), Argument(name="severity"), Argument(name="customFields")),
        "setPlaybook": (Argument(name="name", required=True), Argument(name="incidentId")),
    },
    takes_fields=frozenset({"closeInvestigation", "setIncident"}),
    system_fields=frozenset({"name"}),
)


def playbook_of(tasks: str, more: str = "") -> Playbook:
    """A playbook of a start task `0` that leads to `1`, and these tasks; their first line is line 10."""
    head = "id: p\nname: p\nstarttaskid: '0'\ntasks:\n  '0':\n    type: start\n    task: {name: ''}\n"
    edge = "    nexttasks:\n      '#none#': ['1']\n"
    text = head + edge + indent(dedent(tasks).strip("\n"), "  ") + "\n" + dedent(more)
    return read_playbook(read_yaml(text, Path("playbook-p.yml")))


def found(tasks: str, more: str = "", language: Language = LANGUAGE) -> list[Finding]:
    return lint(playbook_of(tasks, more), Catalogue([PACK]), language)


def rules(tasks: str, more: str = "", language: Language = LANGUAGE) -> list[tuple[str, int]]:
    """What was found, and in which line."""
    return [(each.rule.value, each.at.line if each.at else 0) for each in found(tasks, more, language)]
