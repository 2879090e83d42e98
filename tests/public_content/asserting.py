"""Tells what a test playbook expects: which of its tasks are assertions, and which end it in an error on purpose."""

from collections.abc import Iterable

from warroom.content.playbook import Playbook, Task

REPORTERS = frozenset({"PrintErrorEntry", "RaiseError"})  # scripts that end a playbook in an error, and do nothing else
ASSERTIONS = frozenset({"AreValuesEqual", "CheckContextValue", "ValidateErrorExistence", "isError"})
VERIFY = "Verify"  # how the names of most scripts begin that compare something with what is expected


def is_assertion(task: Task, playbook: Playbook) -> bool:
    """Whether a task compares something with what is expected: by its script, or a condition before an error."""
    if task.script:
        return task.script in ASSERTIONS or task.script.startswith(VERIFY)
    following = (playbook.tasks.get(each) for targets in task.next.values() for each in targets)
    return bool(task.cases) and any(each is not None and each.script in REPORTERS for each in following)


def ends_on_purpose(ways: Iterable[tuple[Playbook, str]]) -> bool:
    """Whether a playbook can only end in this error: each task of the way to it is reached however conditions decide.

    The way leads from the playbook's own task through the tasks that run sub-playbooks to the one in error.
    """
    steps = list(ways)
    playbook, task = steps[-1]
    return playbook.tasks[task].script in REPORTERS and all(step in certain(book) for book, step in steps)


def certain(playbook: Playbook) -> frozenset[str]:
    """Return the tasks that are reached whichever way each task leaves."""
    known: dict[str, frozenset[str]] = {}

    def reached_from(task_id: str) -> frozenset[str]:
        if task_id not in known:
            known[task_id] = frozenset()  # also while it is looked at, should its edges lead back to it
            ways = [reached_by(targets) for targets in playbook.tasks[task_id].next.values()]
            known[task_id] = frozenset({task_id}).union(frozenset.intersection(*ways) if ways else ())
        return known[task_id]

    def reached_by(targets: Iterable[str]) -> frozenset[str]:
        return frozenset[str]().union(*(reached_from(each) for each in targets if each in playbook.tasks))

    return reached_from(playbook.start)
