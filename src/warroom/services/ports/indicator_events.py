"""The events that the log gets of indicators; every store writes them the same way."""

from warroom.model.indicator import Indicator
from warroom.services.ports.events import NewEvent
from warroom.services.ports.indicators import Exclusion

KIND = "indicator"


def changed_event(before: Indicator | None, after: Indicator) -> NewEvent:
    """Return the event of an indicator that is new or changed."""
    change = "updated" if before else "created"
    payload = {"id": after.id, "type": after.type, "value": after.value, "score": int(after.score), "change": change}
    return NewEvent(incident=None, kind=KIND, payload=payload)


def removed_event(gone: Indicator) -> NewEvent:
    """Return the event of an indicator that was removed."""
    payload = {"id": gone.id, "type": gone.type, "value": gone.value, "change": "removed"}
    return NewEvent(incident=None, kind=KIND, payload=payload)


def excluded_event(one: Exclusion) -> NewEvent:
    """Return the event of a value that is not made into an indicator any more."""
    payload = {"type": one.type, "value": one.value, "reason": one.reason, "change": "excluded"}
    return NewEvent(incident=None, kind=KIND, payload=payload)
