from tests.content.lint.playbooks import rules

TASKS = """
'1':
  type: regular
  task: {name: Say, scriptName: Pritn}
'2':
  type: regular
  task: {name: Lost, scriptName: Pritn}
"""


def test_findings_come_by_line_and_from_every_check() -> None:
    assert rules(TASKS, "inputs:\n- key: Text\n  value: {simple: a}\n") == [
        ("unknown-script", 12),
        ("unreachable-task", 13),
        ("unknown-script", 15),
        ("unused-input", 17),
    ]


def test_a_mistake_is_told_once() -> None:
    twice = """
    '1':
      type: condition
      task: {name: Which?}
      conditions:
      - label: yes
        condition:
        - - operator: isExists
            left: {value: {simple: a}}
      - label: yes
        condition:
        - - operator: isExists
            left: {value: {simple: b}}
    """
    findings = rules(twice)
    assert len(findings) == len(set(findings))
