from collections.abc import Callable

import pytest

from warroom.content.playbook import FieldMapping, Loop, OnError, Task, TaskKind
from warroom.content.read_task import KINDS, read_task
from warroom.content.source import Node
from warroom.content.value import Simple
from warroom.model.errors import ContentError

Read = Callable[[str], Node]


@pytest.fixture
def task(node: Read) -> Callable[[str], Task]:
    def read(text: str) -> Task:
        return read_task(node(text), "7")

    return read


ReadTask = Callable[[str], Task]


@pytest.mark.parametrize(("written", "kind"), KINDS.items())
def test_every_kind_of_task_is_known(task: ReadTask, written: str, kind: TaskKind) -> None:
    assert task(f"type: {written}").kind is kind


def test_another_kind_is_refused(task: ReadTask) -> None:
    with pytest.raises(ContentError, match=r"item\.yml:2: Task 7 is of type `aiTask`, which is not supported; use one"):
        task("id: 7\ntype: aiTask")


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("{script: 'Echo|||echo-say', iscommand: true}", ("Echo", "echo-say", True)),
        ("{script: '|||echo-say', iscommand: true}", ("", "echo-say", True)),
        ("{script: 'Builtin|||setIncident', iscommand: true, brand: Builtin}", ("Builtin", "setIncident", True)),
        ("{script: echo-say, iscommand: true, brand: Echo}", ("Echo", "echo-say", True)),
        ("{scriptName: Set, iscommand: false, brand: ''}", ("", "Set", False)),
        ("{script: 5f1a, scriptName: Set}", ("", "Set", False)),
        ("{name: by hand}", ("", "", False)),
    ],
)
def test_script_and_brand_are_told_apart(task: ReadTask, inner: str, expected: tuple[str, str, bool]) -> None:
    read = task(f"type: regular\ntask: {inner}")
    assert (read.brand, read.script, read.is_command) == expected


def test_control_keys_are_not_arguments(task: ReadTask) -> None:
    read = task(
        """
        type: regular
        scriptarguments:
          text: {simple: hello}
          empty: {}
          using: {simple: echo_1}
          retry-count: {simple: 3}
          extend-context: {simple: a=b}
        """
    )
    assert read.arguments == {"text": Simple(value="hello")}
    assert set(read.controls) == {"using", "retry-count", "extend-context"}


def test_inputs_of_a_sub_playbook_may_have_any_name(task: ReadTask) -> None:
    read = task("type: playbook\ntask: {playbookName: Sub}\nscriptarguments:\n  using: {simple: x}")
    assert (read.playbook, set(read.arguments), read.controls) == ("Sub", {"using"}, {})


def test_labels_stay_text_and_their_targets_too(task: ReadTask) -> None:
    read = task("type: condition\nnexttasks:\n  yes: ['2', 3]\n  True: ['4']\n  '#default#': null")
    assert read.next == {"yes": ("2", "3"), "True": ("4",), "#default#": ()}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", OnError.STOP),
        ("continueonerror: false\ncontinueonerrortype: errorPath", OnError.STOP),
        ("continueonerror: true", OnError.CONTINUE),
        ("continueonerror: true\ncontinueonerrortype: ''", OnError.CONTINUE),
        ("continueonerror: true\ncontinueonerrortype: errorPath", OnError.ERROR_PATH),
    ],
)
def test_what_happens_on_error(task: ReadTask, written: str, expected: OnError) -> None:
    assert task(f"type: regular\n{written}").on_error is expected


def test_the_default_stanza_is_no_loop(task: ReadTask) -> None:
    assert task("type: playbook\nloop: {iscommand: false, exitCondition: '', wait: 1, max: 100}").loop is None


def test_a_loop_over_items(task: ReadTask) -> None:
    assert task("type: playbook\nloop: {forEach: true, wait: 1, max: 0}").loop == Loop(for_each=True, wait=1, max=100)


def test_a_loop_until_something_holds(task: ReadTask) -> None:
    loop = task(
        """
        type: playbook
        loop:
          wait: 300
          max: 5
          builtincondition:
          - - operator: isExists
              left: {value: {simple: Done}, iscontext: true}
        """
    ).loop
    assert loop is not None
    assert (loop.for_each, loop.wait, loop.max) == (False, 300, 5)
    assert loop.until[0][0].operator == "isExists"


def test_a_loop_until_a_script_says_yes(task: ReadTask) -> None:
    loop = task("type: playbook\nloop: {scriptId: IsDone, scriptArguments: {x: {simple: 1}}}").loop
    assert loop == Loop(script="IsDone", script_arguments={"x": Simple(value=1)})


@pytest.mark.parametrize(
    ("view", "position"),
    [
        ('{"position": {"x": 450, "y": 50.5}}', (450.0, 50.5)),
        ("not json", None),
        ("[]", None),
        ("{}", None),
        ('{"position": {"x": "left", "y": 1}}', None),
    ],
)
def test_a_spoilt_drawing_does_no_harm(task: ReadTask, view: str, position: tuple[float, float] | None) -> None:
    assert task(f"type: title\nview: '{view}'").position == position


def test_quiet_follows_the_playbook_unless_the_task_says_otherwise(node: Read) -> None:
    modes = [read_task(node(f"type: title\nquietmode: {n}"), "1", quiet_playbook=True).quiet for n in (0, 1, 2)]
    assert modes == [True, True, False]


def test_what_else_a_task_says(task: ReadTask) -> None:
    read = task(
        """
        id: '7'
        type: regular
        task: {name: Look, description: Look well., tags: [polling]}
        skipunavailable: true
        separatecontext: true
        note: true
        evidencedata: {description: {simple: found}}
        message: {to: {simple: x}}
        form: {title: Ask}
        fieldMapping:
        - incidentfield: Severity
          output: {simple: high}
        """
    )
    assert (read.name, read.description, read.tags) == ("Look", "Look well.", ("polling",))
    assert read.skip_unavailable
    assert read.separate_context
    assert read.note
    assert read.evidence
    assert (read.message, read.form) == ({"to": {"simple": "x"}}, {"title": "Ask"})
    assert read.field_mappings == (FieldMapping(incident_field="Severity", output=Simple(value="high")),)


def test_a_field_mapping_that_holds_nothing_maps_nothing(task: ReadTask) -> None:
    assert task("{id: '7', type: regular, task: {name: Look}, fieldMapping: [{}]}").field_mappings == ()


def test_a_value_for_no_field_is_refused(task: ReadTask) -> None:
    with pytest.raises(ContentError, match="A field mapping needs a value for `incidentfield`"):
        task("{id: '7', type: regular, task: {name: Look}, fieldMapping: [{output: {simple: high}}]}")
