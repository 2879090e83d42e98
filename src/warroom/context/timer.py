"""Timers of incidents: fields that count time against an SLA, as objects in XSOAR's words; pure."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from warroom.context.moment import moment
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject

NEVER = "0001-01-01T00:00:00Z"
IDLE: Mapping[str, Json] = {
    "runStatus": "idle",
    "startDate": NEVER,
    "endDate": NEVER,
    "lastPauseDate": NEVER,
    "accumulatedPause": 0,
    "totalDuration": 0,
    "sla": 0,
    "dueDate": NEVER,
}

Act: TypeAlias = Callable[[JsonObject, datetime], JsonObject]


def timer_of(value: Json, sla: int = 0) -> JsonObject:
    """Return a field's timer; one that was never started is idle, and has the field's SLA in minutes."""
    return {**IDLE, "sla": sla, **(value if isinstance(value, dict) else {})}


def start(timer: JsonObject, now: datetime) -> JsonObject:
    """Start a timer, or go on after a pause; one that runs or has ended stays as it is.

    >>> from datetime import UTC
    >>> begun = start(timer_of({"sla": 30}), datetime(2026, 11, 30, 9, tzinfo=UTC))
    >>> begun["runStatus"], begun["startDate"], begun["dueDate"]
    ('running', '2026-11-30T09:00:00Z', '2026-11-30T09:30:00Z')
    """
    match timer["runStatus"]:
        case "idle":
            return with_sla({**timer, "runStatus": "running", "startDate": _text(now)}, now)
        case "paused":
            pause = (now - moment(timer["lastPauseDate"])).total_seconds()
            due = timer["dueDate"]
            later = due if due == NEVER else _text(moment(due) + timedelta(seconds=pause))
            gone = timer["accumulatedPause"] + round(pause)
            return {**timer, "runStatus": "running", "accumulatedPause": gone, "dueDate": later}
        case _:
            return timer


def pause(timer: JsonObject, now: datetime) -> JsonObject:
    """Pause a timer that runs."""
    if timer["runStatus"] != "running":
        return timer
    return {**timer, "runStatus": "paused", "lastPauseDate": _text(now), "totalDuration": _used(timer, now)}


def stop(timer: JsonObject, now: datetime) -> JsonObject:
    """End a timer that runs or pauses; it counts what it ran, without its pauses."""
    if timer["runStatus"] not in {"running", "paused"}:
        return timer
    until = moment(timer["lastPauseDate"]) if timer["runStatus"] == "paused" else now
    return {**timer, "runStatus": "ended", "endDate": _text(now), "totalDuration": _used(timer, until)}


def reset(timer: JsonObject, _: datetime) -> JsonObject:
    """Make a timer as it was before its start; its SLA stays."""
    return {**IDLE, "sla": timer["sla"]}


ACTS: Mapping[str, Act] = {"start": start, "pause": pause, "stop": stop, "reset": reset}


def acted(timer: JsonObject, action: str, now: datetime) -> JsonObject:
    """Return a timer after an action by name."""
    act = ACTS.get(action)
    if act is None:
        raise InvalidInputError(f"{action!r} is nothing that a timer does. Use {', '.join(ACTS)}.")
    return act(timer, now)


def with_sla(timer: JsonObject, now: datetime, minutes: int | None = None) -> JsonObject:
    """Return a timer with an SLA in minutes; without one given, with its own. It is due that long after now."""
    wanted = timer["sla"] if minutes is None else minutes
    due = _text(now + timedelta(minutes=wanted)) if wanted else NEVER
    return {**timer, "sla": wanted, "dueDate": due}


def _used(timer: JsonObject, until: datetime) -> int:
    return round((until - moment(timer["startDate"])).total_seconds()) - int(timer["accumulatedPause"])


def _text(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")
