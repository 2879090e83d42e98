"""Tasks that were under way when their process died: after several deaths a task is set aside until a person decides.

Where it is a task's worker that dies, the server lives on: the task ends in an error, which its playbook may handle, as
in XSOAR. Several such deaths end its tries.
"""

from dataclasses import replace
from datetime import datetime

from warroom.model.plan import Answer, TaskRecord, TaskState, Wait, WaitKind
from warroom.model.sentence import ended
from warroom.services.drive.performed import Done, Failed, Performed, Resumed, Waits
from warroom.services.drive.play import Play
from warroom.services.execution.call import Outcome

RETRY, SKIP, STOP = CHOICES = ("retry", "skip", "stop")
SET_ASIDE_AFTER = 3


def was_under_way(record: TaskRecord, now: datetime) -> bool:
    """Whether an unfinished task was running or polling when its driver died."""
    if record.state is TaskState.IN_PROGRESS:
        return record.frame is None  # a sub-playbook's own tasks are counted
    wait = record.wait
    return wait is not None and wait.kind is WaitKind.POLL and wait.wake_at is not None and wait.wake_at <= now


def after_death(play: Play, record: TaskRecord, limit: int, now: datetime) -> Performed | None:
    """Count one more death for a task that was under way; returns its ending when there were too many."""
    if not play.was_cut_off or not was_under_way(record, now):
        return None
    deaths = record.deaths + 1
    play.update(replace(record, deaths=deaths))
    if deaths < limit:
        return None
    wait = record.wait
    question = (
        f"{record.name!r} was under way at {deaths} deaths of the process and is set aside: it may have caused them."
        f" Look at the log and at what it calls; then {RETRY} it, {SKIP} it, or {STOP} the playbook here."
    )
    data = {"question": question, "options": list(CHOICES), "deaths": deaths}
    if wait:  # a poll: its command continues
        data["look"] = {
            **wait.data,
            "since": wait.since.isoformat(),
            "deadline": wait.deadline and wait.deadline.isoformat(),
        }
    aside = Wait(kind=WaitKind.SET_ASIDE, since=now, data=data)
    return Performed(key=record.key, ending=Waits(aside), attempts=record.attempts + 1, has_run=False)


def of_workers(record: TaskRecord, outcome: Outcome) -> int:
    """Count the worker processes that died under a task, over all its tries; the server lives on."""
    return record.worker_deaths + outcome.deaths


def said(record: TaskRecord, outcome: Outcome, limit: int) -> str:
    """Return the error of a task, with a word about it where it killed its worker too often to be tried again."""
    if not outcome.deaths or (died := of_workers(record, outcome)) < limit:
        return outcome.error
    return f"{ended(outcome.error)} Its worker process has died {died} times under this task: it is not tried again."


def after_answer(record: TaskRecord, wait: Wait, answer: Answer, now: datetime) -> Performed | Resumed:
    """Return how a set-aside task continues after a person's answer."""
    if answer.choice == SKIP:
        return Performed(key=record.key, ending=Done(), has_run=False)
    if answer.choice != RETRY:
        why = f" {answer.comment}" if answer.comment else ""
        reason = f"It was under way at {wait.data['deaths']} deaths of the process; {answer.actor} stopped it.{why}"
        return Performed(key=record.key, ending=Failed(reason), has_run=False)
    if poll := wait.data.get("look"):
        return Resumed(replace(record, wait=_poll_of(poll, now)))
    return Resumed(replace(record, state=TaskState.IN_PROGRESS, wait=None))


def _poll_of(poll: dict[str, str], now: datetime) -> Wait:
    """Make the wait for a poll that is due now."""
    own = {name: value for name, value in poll.items() if name not in {"since", "deadline"}}
    deadline = datetime.fromisoformat(poll["deadline"]) if poll["deadline"] else None
    return Wait(
        kind=WaitKind.POLL, since=datetime.fromisoformat(poll["since"]), wake_at=now, deadline=deadline, data=own
    )
