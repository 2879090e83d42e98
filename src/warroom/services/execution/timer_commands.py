"""The built-in commands on timers of the call's incident."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.content.playbook import TimerTrigger
from warroom.context import cast
from warroom.context.timer import ACTS, acted, timer_of, with_sla
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.server import Builtin, Server, text_entry

TIMER = "timer"  # the type of such a field
WORDS = {"running": "runs", "paused": "pauses", "ended": "has ended", "idle": "is idle"}


def sla_of(catalogue: Catalogue, incident: Incident, name: str, minutes: Json, now: datetime) -> dict[str, Json]:
    """Return a timer's field with another SLA, in minutes from now, as `setIncident sla=30 slaField=NAME` sets it."""
    if not name or minutes in (None, ""):
        raise InvalidInputError("setIncident needs both sla and slaField. Write sla=30 slaField=timetoassignment.")
    field = _timer(catalogue, name)
    timer = timer_of(incident.custom_fields.get(field.cli_name), field.sla)
    return {field.cli_name: with_sla(timer, now, cast.whole(minutes))}


def triggered(catalogue: Catalogue, triggers: Sequence[TimerTrigger], now: datetime) -> Callable[[Incident], Incident]:
    """Return the edit of an incident that the triggers of tasks ask for; a field that is no timer is left alone."""

    def edit(incident: Incident) -> Incident:
        fields = dict(incident.custom_fields)
        for trigger in triggers:
            field = catalogue.find_field(trigger.field)
            if field and field.type == TIMER and trigger.action in ACTS:
                fields[field.cli_name] = acted(timer_of(fields.get(field.cli_name), field.sla), trigger.action, now)
        same = fields == incident.custom_fields
        return incident if same else replace(incident, custom_fields=fields, modified=now)

    return edit


def _timer(catalogue: Catalogue, name: str) -> IncidentField:
    field = catalogue.find_field(name)
    if field is None or field.type != TIMER:
        raise InvalidInputError(f"There is no timer {name!r}: no incident field of the type timer is called so.")
    return field


def _timer_command(action: str) -> Builtin:
    """Make the command of an action."""

    async def run(server: Server, call: Call) -> Outcome:
        wanted = str(call.args.get("timerField") or "")
        if not wanted:
            raise InvalidInputError(f"{call.name} needs timerField. Write timerField=timetoassignment.")
        field, incident = _timer(server.catalogue, wanted), call.incident
        before = timer_of(incident.custom_fields.get(field.cli_name), field.sla)
        after = acted(before, action, server.now)
        changed = replace(
            incident, custom_fields={**incident.custom_fields, field.cli_name: after}, modified=server.now
        )
        same = " already" if after == before else ""
        said = f"The timer {field.name} {WORDS[str(after['runStatus'])]}{same}."
        return Outcome(raw=[text_entry(said)], incident=changed)

    return run


TIMERS: Mapping[str, Builtin] = {f"{action}Timer": _timer_command(action) for action in ACTS}
