"""War Room lines about further alerts of an incident, with the alerts as a file."""

from collections.abc import Sequence
from datetime import datetime

from warroom.model.entry import EntryFormat
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident
from warroom.model.json import JsonObject
from warroom.services.writing.lines import Line

NAMED = 20  # alerts that a line names; its contents have all of them


def alerts_line(
    incident: IncidentId, alerts: Sequence[Incident], head: str, *, at: datetime, actor: str, tag: str
) -> Line:
    """Return a line that begins with `head`, names the alerts, and has each with all its fields."""
    names = [f"- {alert.remote} {alert.name}" for alert in alerts]
    more = [f"- and {len(names) - NAMED} more"] if len(names) > NAMED else []
    return Line(
        incident=incident,
        text=[_alert(alert) for alert in alerts],
        readable="\n".join([head, "", *names[:NAMED], *more]),
        format=EntryFormat.JSON,
        at=at,
        actor=actor,
        tags=(tag,),
    )


def _alert(alert: Incident) -> JsonObject:
    return {**alert.as_xsoar(), "id": alert.remote}
