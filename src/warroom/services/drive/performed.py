"""The result of performing a task."""

from dataclasses import dataclass, field
from typing import TypeAlias

from warroom.content.playbook import NO_LABEL, Playbook
from warroom.model.ids import TaskKey
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.plan import Approved, Frame, Intent, TaskRecord, Wait
from warroom.services.execution.call import Call, Outcome


@dataclass(frozen=True, slots=True)
class Done:
    branch: str = NO_LABEL


@dataclass(frozen=True, slots=True)
class Failed:
    error: str


@dataclass(frozen=True, slots=True)
class Waits:
    wait: Wait


@dataclass(frozen=True, slots=True)
class Unavailable:
    """What the task calls is not installed, so its branch is skipped."""

    reason: str


@dataclass(frozen=True, slots=True)
class NextTurn:
    """A loop's turn has ended and another one follows."""

    frame: Frame
    playbook: Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often a failed task is tried again, and after how many content seconds."""

    count: int = 0
    seconds: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What a task is about to do, evaluated; an action that needs approval has it. Nothing has run yet."""

    call: Call
    retry: Retry = Retry()
    approved: Approved | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """A task that continues after an answer, with its row."""

    record: TaskRecord


Ending: TypeAlias = Done | Failed | Waits | Unavailable | NextTurn | Ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """The ending of one performance, and what to commit with it."""

    key: TaskKey
    ending: Ending
    outcome: Outcome = field(default_factory=Outcome)
    base: Incident | None = None  # the incident that the outcome's changes start from
    fields: dict[str, Json] = field(default_factory=dict)  # incident fields that the task sets, by name
    inputs: JsonObject | None = None
    attempts: int = 0
    has_run: bool = True  # otherwise nothing was called, so no intent ends
    refused: tuple[Intent, ...] = ()  # for the audit: requests that came to nothing with it
