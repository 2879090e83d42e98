import pytest

from tests.content.lint.playbooks import found, rules
from warroom.content.lint import Severity


def test_a_task_that_nothing_leads_to_is_an_error_in_its_line() -> None:
    tasks = """
    '1':
      type: title
      task: {name: End}
    '2':
      type: title
      task: {name: Lost}
      nexttasks: {'#none#': ['1']}
    """
    [finding] = found(tasks)
    assert str(finding) == (
        "playbook-p.yml:13: error: Task 2 (Lost) is never reached; lead an edge to it or delete it. [unreachable-task]"
    )
    assert (finding.playbook, finding.task) == ("p", "2")


CONDITION = """
'1':
  type: condition
  task: {{name: Which?}}
  conditions:
  - label: yes
    condition:
    - - operator: isExists
        left: {{value: {{simple: a}}}}
  - label: no
    condition:
    - - operator: isExists
        left: {{value: {{simple: b}}}}
  nexttasks: {edges}
'2':
  type: title
  task: {{name: End}}
"""


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ("{yes: ['2'], no: ['2']}", []),
        ("{YES: ['2'], No: ['2']}", []),
        ("{yes: ['2'], '#default#': ['2']}", []),
        ("{yes: ['2'], no: ['2'], '#error#': ['2']}", [("unused-error-path", 22)]),
        ("{yes: ['2']}", [("unhandled-label", 18)]),
        ("{yes: ['2'], no: ['2'], maybe: ['2']}", [("unknown-label", 22)]),
    ],
)
def test_a_condition_answers_what_its_edges_expect(edges: str, expected: list[tuple[str, int]]) -> None:
    assert rules(CONDITION.format(edges=edges)) == expected


def test_a_person_is_only_offered_answers_that_lead_on() -> None:
    tasks = """
    '1':
      type: condition
      task: {name: Isolate?}
      message: {replyOptions: ['Yes', 'No']}
      nexttasks: {'yes': ['2']}
    '2':
      type: title
      task: {name: End}
    """
    [finding] = found(tasks)
    assert (finding.rule, finding.severity) == ("unhandled-label", Severity.ERROR)
    assert "`No`" in finding.message


def test_a_script_may_answer_anything() -> None:
    tasks = """
    '1':
      type: condition
      task: {name: Which?, scriptName: Sleep}
      nexttasks: {whatever: ['2']}
    '2':
      type: title
      task: {name: End}
    """
    assert rules(tasks) == []


ERROR_PATH = """
'1':
  type: regular
  task: {{name: Wait, scriptName: Sleep}}
  continueonerror: {go_on}
  continueonerrortype: '{kind}'
  nexttasks: {edges}
'2':
  type: title
  task: {{name: End}}
"""
BOTH, PLAIN = "{'#none#': ['2'], '#error#': ['2']}", "{'#none#': ['2']}"


@pytest.mark.parametrize(
    ("go_on", "kind", "edges", "expected"),
    [
        ("true", "errorPath", BOTH, []),
        ("true", "errorPath", PLAIN, ["no-error-path"]),
        ("false", "", BOTH, ["unused-error-path"]),
        ("true", "", BOTH, ["unused-error-path"]),
        ("true", "", PLAIN, []),
    ],
)
def test_an_error_path_needs_its_edge_and_the_edge_its_setting(
    go_on: str, kind: str, edges: str, expected: list[str]
) -> None:
    findings = found(ERROR_PATH.format(go_on=go_on, kind=kind, edges=edges))
    assert [finding.rule.value for finding in findings] == expected
    assert all(finding.severity is Severity.WARNING for finding in findings)
