import pytest

from tests.content.lint.playbooks import found, rules
from warroom.content.lint import Severity

CALL = """
'1':
  type: regular
  task:
    name: Do it
    script: '{script}'
    iscommand: {command}
  skipunavailable: {skip}
  scriptarguments: {arguments}
"""


def call(script: str, arguments: str = "{}", *, command: bool = True, skip: bool = False) -> str:
    return CALL.format(script=script, arguments=arguments, command=str(command).lower(), skip=str(skip).lower())


@pytest.mark.parametrize(
    "tasks",
    [
        call("V1|||isolate", "{endpoint: {simple: a}, retry-count: {simple: '2'}}"),
        call("|||isolate", "{endpoint: {simple: a}}"),
        call("V1|||ping"),
        call("|||ping", "{using-brand: {simple: V1}}"),
        call("Print", "{value: {simple: a}}", command=False),
        call("Sleep", command=False),
        call("Shell 2|||isolate-shell"),
        call("Builtin|||closeInvestigation", "{closeReason: {simple: Done}}"),
        call("setPlaybook", "{name: {simple: Contain}, incidentId: {simple: '7'}}"),
        call("setPlaybook", "{name: {simple: '${inputs.Next}'}}"),
        call("setIncident", "{id: {simple: '7'}, customFields: {simple: '{}'}}"),
        call("closeInvestigation", "{id: {simple: '7'}, host: {simple: a}}"),
        call("setIncident", "{name: {simple: a}, host: {simple: b}, Host: {simple: b}, severity: {simple: 3}}"),
    ],
)
def test_what_exists_and_is_given_what_it_takes_is_fine(tasks: str) -> None:
    assert rules(tasks) == []


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        (call("V1|||isolat", "{}"), ("unknown-command", 14)),
        (call("Nobody|||isolate", "{endpoint: {simple: a}}"), ("unknown-command", 14)),
        (call("Pritn", "{}", command=False), ("unknown-script", 14)),
        (call("Shout", "{}", command=False), ("cannot-run", 14)),
        (call("Shell|||ping-shell", "{}"), ("cannot-run", 14)),
        (call("|||ping-shell", "{}"), ("cannot-run", 14)),
        (call("Builtin|||addTask", "{}"), ("unknown-command", 14)),
        (call("V1|||isolate", "{endpoint: {simple: a}, colour: {simple: red}}"), ("unknown-argument", 17)),
        (call("V1|||isolate", "{note: {simple: a}}"), ("missing-argument", 17)),
        (call("V1|||isolate", "{endpoint: {simple: ''}}"), ("missing-argument", 17)),
        (call("V1|||isolate", "{endpoint: {}}"), ("missing-argument", 17)),
        (call("Print", "{}", command=False), ("missing-argument", 17)),
        (call("|||ping", "{}"), ("several-integrations", 14)),
        (call("Other|||old", "{}"), ("deprecated-command", 14)),
        (call("setIncident", "{hots: {simple: a}}"), ("unknown-field", 17)),
        (call("closeInvestigation", "{nosuch: {simple: a}}"), ("unknown-field", 17)),
        (call("setPlaybook", "{name: {simple: Contian}}"), ("unknown-playbook", 17)),
        (call("Builtin|||setPlaybook", "{incidentId: {simple: '7'}}"), ("missing-argument", 17)),
        (call("setPlaybook", "{name: {simple: Contain}, id: {simple: '7'}}"), ("unknown-argument", 17)),
    ],
)
def test_what_cannot_run_as_written_is_found_in_its_line(tasks: str, expected: tuple[str, int]) -> None:
    assert rules(tasks) == [expected]


def test_a_misspelled_name_asks_what_was_meant() -> None:
    [command], [script] = found(call("V1|||isolat")), found(call("Pritn", command=False))
    assert command.message == "Task 1 (Do it): There is no command `isolat`; did you mean `isolate`?"
    assert script.message == "Task 1 (Do it): There is no script `Pritn`; did you mean `Print`?"


def test_what_may_be_missing_is_a_warning() -> None:
    [finding] = found(call("V1|||gone", skip=True))
    assert (finding.rule, finding.severity) == ("unknown-command", Severity.WARNING)


def test_the_built_in_commands_are_named() -> None:
    [missing] = found(call("Builtin|||addTask"))
    assert missing.message.endswith("`addTask` is a built-in command of XSOAR, not built here yet: take its task out.")
    [finding] = found(call("Builtin|||addTasks"))
    assert "is not a built-in command here; there are `closeInvestigation`, `setIncident`" in finding.message


def test_a_script_that_decides_a_condition_is_called_too() -> None:
    tasks = """
    '1':
      type: condition
      task: {name: Which?, scriptName: Print}
      scriptarguments: {valeu: {simple: a}}
    """
    assert [rule for rule, _ in rules(tasks)] == ["missing-argument", "unknown-argument"]


SUB = """
'1':
  type: playbook
  task:
    name: Contain it
    playbookName: {name}
  skipunavailable: {skip}
  scriptarguments: {arguments}
"""


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("Contain", "{Endpoint: {simple: a}}", []),
        ("child", "{Endpoint: {simple: a}, Note: {simple: b}, Wait: {simple: '1'}}", []),
        ("Contian", "{}", [("unknown-playbook", 14)]),
        ("Contain", "{Endpoint: {simple: a}, Host: {simple: a}}", [("unknown-input", 16)]),
        ("Contain", "{Note: {simple: a}}", [("missing-input", 16)]),
        ("Contain", "{Endpoint: {}}", [("missing-input", 16)]),
    ],
)
def test_a_sub_playbook_exists_and_takes_its_inputs(name: str, arguments: str, expected: list[tuple[str, int]]) -> None:
    assert rules(SUB.format(name=name, arguments=arguments, skip="false")) == expected


def test_a_sub_playbook_that_may_be_missing_is_a_warning() -> None:
    [finding] = found(SUB.format(name="Contian", arguments="{}", skip="true"))
    assert finding.severity is Severity.WARNING
    assert "did you mean `Contain`?" in finding.message


@pytest.mark.parametrize(("field", "expected"), [("host", []), ("Host", []), ("name", []), ("hots", [15])])
def test_a_field_that_a_task_fills_exists(field: str, expected: list[int]) -> None:
    tasks = f"""
    '1':
      type: regular
      task: {{name: Sleep, scriptName: Sleep}}
      fieldMapping:
      - incidentfield: {field}
        output: {{simple: a}}
    """
    assert [rule for rule, _ in rules(tasks)] == ["unknown-field"] * len(expected)
