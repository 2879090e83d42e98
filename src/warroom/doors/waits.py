"""Why a task waits, in words: since when, what ends it, who can."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from warroom.doors.answer import shaped
from warroom.model.codec import OMITTED_WHEN_NONE
from warroom.model.json import Json
from warroom.model.plan import TaskRecord, Wait, WaitKind
from warroom.services.drive.holding import HELD
from warroom.services.people.access import MINIMUM, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestShown:
    """A request for approval: what would be done where, on what, why a person is asked, who wants it."""

    command: str
    instances: Sequence[str]
    args: Mapping[str, Json]
    targets: Sequence[str]
    why: str
    asked_by: str
    expires: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitShown:
    """Why a task waits, since when, and what ends it; `approves` are the commands that a form approves."""

    kind: WaitKind
    since: datetime
    wake_at: datetime | None
    question: str | None
    options: Sequence[str] | None
    has_form: bool
    request: RequestShown | None = field(default=None, metadata=OMITTED_WHEN_NONE)
    approves: Json = field(default=None, metadata=OMITTED_WHEN_NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitExplained(WaitShown):
    """A wait with its reason in words, what happens next, and who can end it."""

    deadline: datetime | None
    form: Json
    why: str
    next: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A kind of wait in words, for people."""

    why: str
    next: str
    needs: Permission | None = None


REASONS: Mapping[WaitKind, Reason] = {
    WaitKind.POLL: Reason(
        why="What the command started is not done yet.", next="The runtime looks again by itself until it is."
    ),
    WaitKind.RETRY: Reason(why="The command failed.", next="The runtime tries it again by itself."),
    WaitKind.SCHEDULED: Reason(why="The command is scheduled for later.", next="It runs by itself at that time."),
    WaitKind.LOOP: Reason(why="The sub-playbook pauses between two turns.", next="Its next turn begins by itself."),
    WaitKind.PERSON: Reason(
        why="The playbook asks a person.", next="It goes on with the answer.", needs=Permission.ANSWER_TASKS
    ),
    WaitKind.UNKNOWN: Reason(
        why="The runtime was interrupted while an action ran, and it is not known whether it happened.",
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
        why="The request for approval was not answered in time, and nothing was done.",
        next="Ask again, or drop it.",
        needs=Permission.ANSWER_TASKS,
    ),
    WaitKind.PAUSED: Reason(
        why="Response actions are paused, and this one was not sent.",
        next="It goes on by itself when an admin resumes them.",
    ),
}


def wait_of(task: TaskRecord) -> WaitShown | None:
    """Say why a task waits, since when, and what ends it; None when it does not wait."""
    wait = task.wait
    if wait is None:
        return None
    return shaped(
        WaitShown,
        wait,
        question=wait.data.get("question"),
        options=wait.data.get("options"),
        has_form=bool(wait.data.get("form")),
        request=_request_of(wait),
        approves=wait.data.get("approves") or None,
    )


def explained(task: TaskRecord) -> WaitExplained | None:
    """Say everything about a task's wait; None when it does not wait."""
    wait = task.wait
    if wait is None:
        return None
    reason = REASONS[wait.kind]
    return shaped(
        WaitExplained,
        wait_of(task),
        deadline=wait.deadline,
        form=wait.data.get("form"),
        why=" ".join([reason.why, *([held["why"]] if (held := wait.data.get(HELD)) else ())]),
        next=reason.next,
        who=f"Anyone with the role {MINIMUM[reason.needs].label} or above." if reason.needs else "Nobody needs to.",
    )


def _request_of(wait: Wait) -> RequestShown | None:
    shown = wait.data.get("request")
    if not shown:
        return None
    said = {name: shown[name] for name in ("command", "instances", "args", "targets", "why", "asked_by")}
    return RequestShown(**said, expires=wait.deadline)
