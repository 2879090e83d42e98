from dataclasses import replace

from warroom.content.playbook import Playbook, Task, TaskKind


def a_task(number: str, **targets: tuple[str, ...]) -> Task:
    return Task(id=number, kind=TaskKind.CONDITION, name=number, next=targets)


def a_playbook(*tasks: Task) -> Playbook:
    return Playbook(id="P", name="P", start=tasks[0].id, tasks={task.id: task for task in tasks})


def test_a_playbook_knows_the_edges_that_lead_to_each_task() -> None:
    playbook = a_playbook(a_task("0", yes=("1", "2"), no=("2",)), a_task("1", done=("2",)), a_task("2"))
    assert playbook.incoming == {"1": [("0", "yes")], "2": [("0", "yes"), ("0", "no"), ("1", "done")]}


def test_a_playbook_with_other_tasks_has_other_edges() -> None:
    before = a_playbook(a_task("0", yes=("1",)), a_task("1"))
    after = replace(before, tasks={"0": a_task("0")})
    assert (before.incoming, after.incoming) == ({"1": [("0", "yes")]}, {})
