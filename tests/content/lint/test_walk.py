from tests.content.lint.playbooks import LANGUAGE, PACK, playbook_of
from warroom.content.catalogue import Catalogue
from warroom.content.lint.subject import Subject
from warroom.content.lint.walk import places

TASKS = """
'1':
  type: playbook
  task: {name: Again, playbookName: Contain}
  scriptarguments:
    Endpoint: {simple: a}
  loop:
    scriptId: Print
    scriptArguments:
      value: {simple: b}
  fieldMapping:
  - incidentfield: host
    output: {simple: c}
  nexttasks: {'#none#': ['2']}
'2':
  type: condition
  task: {name: Which?}
  scriptarguments:
    using: {simple: d}
  conditions:
  - label: yes
    condition:
    - - operator: isExists
        left: {value: {simple: e}}
"""


def test_every_place_of_a_value_is_found_with_the_way_to_it() -> None:
    subject = Subject(
        playbook=playbook_of(TASKS, "inputs:\n- key: Text\n  value: {simple: f}\n"),
        catalogue=Catalogue([PACK]),
        language=LANGUAGE,
    )
    found = {(place.task.id if place.task else "", *place.path) for place in places(subject)}
    assert found == {
        ("", "inputs", 0, "value"),
        ("1", "scriptarguments", "Endpoint"),
        ("1", "loop", "builtincondition"),
        ("1", "loop", "scriptArguments", "value"),
        ("1", "fieldMapping", 0, "output"),
        ("2", "scriptarguments", "using"),
        ("2", "conditions", 0, "condition"),
    }
