"""Decides what a work plan does next: event in, commands out; pure."""

from warroom.playbook.machine import (
    Command,
    Event,
    FinishPlan,
    Mark,
    PlanStarted,
    StartTask,
    TaskDone,
    TaskFailed,
    TaskReopened,
    TaskUnavailable,
    WorkPlan,
    advance,
    blocked,
    label_taken,
    pending,
)

__all__ = [
    "Command",
    "Event",
    "FinishPlan",
    "Mark",
    "PlanStarted",
    "StartTask",
    "TaskDone",
    "TaskFailed",
    "TaskReopened",
    "TaskUnavailable",
    "WorkPlan",
    "advance",
    "blocked",
    "label_taken",
    "pending",
]
