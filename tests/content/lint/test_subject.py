from tests.content.lint.playbooks import CHILD, LANGUAGE, PACK, playbook_of
from warroom.content.catalogue import Catalogue
from warroom.content.lint import Rule, Severity
from warroom.content.lint.subject import Subject
from warroom.content.playbook import Playbook

TASKS = """
'1':
  type: title
  task: {name: End}
"""


def subject(playbook: Playbook) -> Subject:
    return Subject(playbook=playbook, catalogue=Catalogue([PACK]), language=LANGUAGE)


def test_a_report_has_the_line_of_the_nearest_key_that_exists() -> None:
    one = subject(playbook_of(TASKS))
    task = one.playbook.tasks["1"]
    one.report(Rule.UNKNOWN_SCRIPT, "?", task, "task", "script")
    one.report(Rule.UNKNOWN_SCRIPT, "?", task)
    one.report(Rule.UNUSED_INPUT, "?", None, "inputs")
    assert [finding.at.line for finding in one.findings if finding.at] == [12, 10, 1]


def test_a_playbook_without_its_text_is_reported_without_a_line() -> None:
    one = subject(CHILD)
    one.report(Rule.UNUSED_INPUT, "?", None)
    assert one.findings[0].at is None


def test_a_mild_report_is_a_warning() -> None:
    one = subject(CHILD)
    one.report(Rule.UNKNOWN_SCRIPT, "?", None, mild=True)
    one.report(Rule.UNKNOWN_SCRIPT, "?", None)
    assert [finding.severity for finding in one.findings] == [Severity.WARNING, Severity.ERROR]


def test_entries_of_lists_are_found_by_their_name() -> None:
    one = subject(playbook_of(TASKS, "inputs:\n- key: ''\n- key: Text\n"))
    assert one.own_path("inputs", "Text", "key") == ("inputs", 1)
    assert one.own_path("inputs", "Gone", "key") == ("inputs",)
    assert one.own_path("outputs", "Text", "key") == ("outputs",)
