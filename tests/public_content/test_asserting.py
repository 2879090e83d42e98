import pytest

from tests.public_content.asserting import certain, ends_on_purpose, is_assertion
from warroom.content.playbook import Playbook, Task, TaskKind
from warroom.content.value import Case


def a_playbook(*edges: str, **scripts: str) -> Playbook:
    """A playbook of edges such as "1 yes 2"; task 1 is its first, and a task that has a script is named with it."""
    following: dict[str, dict[str, tuple[str, ...]]] = {}
    for edge in edges:
        source, label, target = edge.split()
        following.setdefault(target, {})
        labels = following.setdefault(source, {})
        labels[label] = (*labels.get(label, ()), target)
    tasks = {
        name: Task(id=name, kind=TaskKind.REGULAR, name=name, script=scripts.get(f"task{name}", ""), next=labels)
        for name, labels in following.items()
    }
    return Playbook(id="P", name="P", start="1", tasks=tasks)


@pytest.mark.parametrize(
    ("edges", "reached"),
    [
        (["1 #none# 2", "2 #none# 3"], "123"),
        (["1 #none# 2", "1 #none# 3"], "123"),
        (["1 yes 2", "1 #default# 3", "2 #none# 4", "3 #none# 4"], "14"),
        (["1 yes 2", "1 #default# 2"], "12"),
        (["1 #none# 2", "1 #error# 3"], "1"),
        (["1 #none# 2", "2 #none# 1"], "12"),
        (["1 #none# 2", "2 yes 3", "2 no 4", "1 #none# 5"], "125"),
    ],
)
def test_what_is_reached_whichever_way_tasks_leave(edges: list[str], reached: str) -> None:
    assert certain(a_playbook(*edges)) == set(reached)


def test_an_error_that_is_always_reported_is_on_purpose() -> None:
    playbook = a_playbook("1 #none# 2", task2="PrintErrorEntry")
    assert ends_on_purpose([(playbook, "2")])


def test_an_error_after_a_choice_or_of_another_script_is_not() -> None:
    choice = a_playbook("1 yes 2", "1 #default# 3", task2="RaiseError")
    assert not ends_on_purpose([(choice, "2")])
    assert not ends_on_purpose([(a_playbook("1 #none# 2", task2="LightLantern"), "2")])


def test_a_sub_playbook_that_only_one_way_leads_to_is_not() -> None:
    inner = a_playbook("1 #none# 2", task2="RaiseError")
    assert ends_on_purpose([(a_playbook("1 #none# 2"), "2"), (inner, "2")])
    assert not ends_on_purpose([(a_playbook("1 yes 2", "1 no 3"), "2"), (inner, "2")])


@pytest.mark.parametrize(
    ("script", "expected"),
    [("VerifyContext", True), ("AreValuesEqual", True), ("Set", False), ("PrintErrorEntry", False)],
)
def test_assertions_are_known_by_their_scripts(script: str, expected: bool) -> None:
    task = Task(id="1", kind=TaskKind.REGULAR, name="1", script=script)
    assert is_assertion(task, a_playbook("1 #none# 2")) is expected


def test_a_condition_before_an_error_is_an_assertion_and_another_is_not() -> None:
    playbook = a_playbook("1 yes 2", "1 #default# 3", task2="RaiseError")
    condition = Task(
        id="1",
        kind=TaskKind.CONDITION,
        name="1",
        cases=(Case(label="yes", condition=()),),
        next=playbook.tasks["1"].next,
    )
    assert is_assertion(condition, playbook)
    assert not is_assertion(condition, a_playbook("1 yes 2", "1 #default# 3", task2="Set"))
