"""Why a task waits, in words: since when, what ends it, who can."""

from collections.abc import Mapping
from dataclasses import dataclass

from warroom.model.json import JsonObject
from warroom.model.plan import TaskRecord, WaitKind
from warroom.services.access import MINIMUM, Permission
from warroom.services.drive.holding import HELD
from warroom.web.shapes import waits_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What a kind of wait means to whoever looks at it."""

    why: str
    next: str
    needs: Permission | None = None


REASONS: Mapping[WaitKind, Reason] = {
    WaitKind.POLL: Reason(
        why="What the command started is not done yet.", next="The runtime looks again by itself until it is."
    ),
    WaitKind.RETRY: Reason(why="The command failed.", next="The runtime tries it again by itself."),
    WaitKind.LOOP: Reason(why="The sub-playbook pauses between two turns.", next="Its next turn begins by itself."),
    WaitKind.PERSON: Reason(
        why="The playbook asks a person.", next="It goes on with the answer.", needs=Permission.ANSWER_TASKS
    ),
    WaitKind.UNKNOWN: Reason(
        why="The runtime was interrupted while an action ran, and nobody knows whether it happened.",
        next="Look in Vision One, then say whether it is to be done again.",
        needs=Permission.ANSWER_TASKS,
    ),
    WaitKind.APPROVAL: Reason(
        why="The action needs approval, and nothing of it has been done.",
        next="Approved, exactly this is done, once. Rejected, it is not. Without an answer it is never done.",
        needs=Permission.ANSWER_TASKS,
    ),
    WaitKind.SET_ASIDE: Reason(
        why="The process died several times while this task was under way; it may have caused that.",
        next="Retry it, skip it, or stop the playbook here.",
        needs=Permission.ANSWER_TASKS,
    ),
    WaitKind.EXPIRED: Reason(
        why="Nobody answered the request for approval in time, and nothing was done.",
        next="Ask again, or drop it.",
        needs=Permission.ANSWER_TASKS,
    ),
    WaitKind.PAUSED: Reason(
        why="Response actions are paused, and this one was not sent.",
        next="It goes on by itself when an admin resumes them.",
    ),
}


def wait_json(task: TaskRecord) -> JsonObject | None:
    """Say everything about a task's wait; None when it does not wait."""
    wait, shown = task.wait, waits_for(task)
    if wait is None or shown is None:
        return None
    reason = REASONS[wait.kind]
    return {
        **shown,
        "deadline": wait.deadline.isoformat() if wait.deadline else None,
        "form": wait.data.get("form"),
        "why": " ".join([reason.why, *([held["why"]] if (held := wait.data.get(HELD)) else ())]),
        "next": reason.next,
        "who": f"Anyone with the role {MINIMUM[reason.needs].label} or above." if reason.needs else "Nobody needs to.",
    }
