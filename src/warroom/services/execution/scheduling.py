"""The built-in commands that have a command run later, or on other incidents."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from warroom.context import cast
from warroom.context.interpolate import to_the_letter
from warroom.context.moment import moment
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import Json, JsonObject
from warroom.model.plan import STOP, Answer, QueueJob, WaitKind
from warroom.model.user import Actor
from warroom.services.commands.command_line import parse, place_bare
from warroom.services.commands.targets import Resolved
from warroom.services.commands.word_list import words_of
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.json_arguments import json_object
from warroom.services.execution.look_up import look_up
from warroom.services.execution.server import Builtin, Server, text_entry
from warroom.services.people.access import Permission, require
from warroom.services.plans.cron import read_cron
from warroom.services.plans.scheduled import Asked, Scheduled, scheduled
from warroom.services.ports.store import Changes
from warroom.services.writing.commit_retry import written

MOST_RUNS = 100  # of one schedule: each is a plan that waits
AT_LEAST = timedelta(seconds=5)  # ahead: what a playbook does after it has scheduled something comes first
CANCEL = "cancel"
NOT_GIVEN: tuple[Json, ...] = (None, "")


async def schedule_entry(server: Server, call: Call) -> Outcome:
    """Have a command run on this incident when a cron expression says so, as often as asked for."""
    args = call.args
    if args.get(CANCEL):
        return await stop_scheduled_entry(server, call)
    line, cron = str(args.get("command") or ""), str(args.get("cron") or "")
    if not line or not cron:
        raise InvalidInputError(
            'scheduleEntry needs command and cron. Write command="!Print value=hi" cron="*/5 * * * *" times=1.'
        )
    if call.origin.is_incoming:
        raise InvalidInputError("scheduleEntry needs an incident, and there is none yet. Schedule it in a playbook.")
    typed = parse(line)
    resolved = look_up(server.catalogue, typed.name)
    given = {name: to_the_letter(text) for name, text in place_bare(typed, resolved.arguments).items()}
    asked = _asked(call, call.incident.id, given, resolved, scope=call.origin.scope)
    times = _times(server.now, cron, args)
    made = [scheduled(server.store, asked, server.now, at) for at in times]
    often = "once" if len(times) == 1 else f"{len(times)} times, first"
    said = f"!{asked.command} runs {often} at {times[0]:%Y-%m-%d %H:%M} UTC."
    return Outcome(raw=[_told(said, made)], scheduled=made)


async def stop_scheduled_entry(server: Server, call: Call) -> Outcome:
    """Cancel a scheduled command of this incident that has not run yet."""
    require(Actor(name=call.origin.actor, role=call.origin.rights), Permission.CANCEL_PLANS)
    ids = words_of(call.args.get("id"))
    if not ids:
        raise InvalidInputError(f"{call.name} needs the id of the scheduled command. `scheduleEntry` answers with it.")
    for wanted in ids:
        await _refuse_unscheduled(server, call.incident.id, wanted)
    stops = [
        Answer(
            plan=PlanId(wanted),
            key=TaskKey(STOP),
            choice=CANCEL,
            comment=f"{call.name} was called",
            actor=call.origin.actor,
            at=server.now,
        )
        for wanted in ids
    ]
    jobs = [QueueJob(kind="plan", target=wanted) for wanted in ids]
    changes = Changes(actor=call.origin.actor, at=server.now, answers=stops, jobs=jobs, durable=True)
    await written(lambda: server.journal.commit(changes), server.clock)
    return Outcome(raw=[text_entry(f"What was scheduled as {', '.join(ids)} will not run.")])


async def _refuse_unscheduled(server: Server, incident: IncidentId, wanted: str) -> None:
    """Raise NotFoundError for what is no command of the incident that waits for its time."""
    plan = next((one for one in await server.store.plans(incident) if one.id == wanted), None)
    waits = [task.wait for task in await server.store.tasks(plan.id) if task.wait] if plan else []
    if not any(wait.kind is WaitKind.SCHEDULED for wait in waits):
        raise NotFoundError(f"Incident {incident} has no scheduled command {wanted!r} that waits. Give another id.")


async def execute_command_at(server: Server, call: Call) -> Outcome:
    """Have a command run on other incidents, with the same rights; each run is a work plan of its incident."""
    incidents = words_of(call.args.get("incidents"))
    name = str(call.args.get("command") or "").removeprefix("!")
    if not incidents or not name:
        raise InvalidInputError("executeCommandAt needs command and incidents. Write command=Print incidents=4,5.")
    given = json_object("arguments", call.args.get("arguments"))
    args = {key: to_the_letter(_text(value)) for key, value in given.items() if value is not None}
    resolved = look_up(server.catalogue, name)
    found = [await server.journal.incident(IncidentId(one)) for one in incidents]
    made = [scheduled(server.store, _asked(call, one.id, args, resolved), server.now) for one in found]
    return Outcome(raw=[_told(f"!{name} starts on incident {', '.join(incidents)}.", made)], scheduled=made)


def _asked(call: Call, incident: IncidentId, args: Mapping[str, str], resolved: Resolved, *, scope: str = "") -> Asked:
    """Describe a command that is to run; it has the rights and the name of who asks for it."""
    if resolved.missing:
        raise InvalidInputError(resolved.missing)
    return Asked(
        incident=incident,
        command=resolved.name,
        args=args,
        secrets=resolved.secrets,
        actor=call.origin.actor,
        rights=call.origin.rights,
        scope=scope,
    )


def _times(now: datetime, cron: str, args: Mapping[str, Json]) -> Sequence[datetime]:
    """Return when a command is to run, by its number of times or until its end."""
    times, end = args.get("times"), args.get("endDate")
    if times in NOT_GIVEN and end in NOT_GIVEN:
        raise InvalidInputError("scheduleEntry needs times or endDate: a schedule without an end is not built yet.")
    count = MOST_RUNS + 1 if times in NOT_GIVEN else cast.whole(times)
    if times not in NOT_GIVEN and not 0 < count <= MOST_RUNS:
        raise InvalidInputError(f"times is {times!r}. Give a number from 1 to {MOST_RUNS}.")
    last = None if end in NOT_GIVEN else moment(end)
    due = list(islice(read_cron(cron).after(now), count + 1))
    chosen = [one for one in due if one >= now + AT_LEAST and (last is None or one <= last)][:count]
    if not chosen:
        raise InvalidInputError(f"Nothing is due by {cron!r} before {end}. Give a later endDate or another cron.")
    if len(chosen) > MOST_RUNS:
        raise InvalidInputError(f"More than {MOST_RUNS} runs are due until {end}. Give times, or an earlier endDate.")
    return chosen


def _told(said: str, made: Sequence[Scheduled]) -> JsonObject:
    """Answer with the id of what was scheduled; of several runs, with a comma between their ids."""
    ids = ",".join(one.plan.id for one in made)
    return text_entry(said, {"id": ids})


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


SCHEDULING: Mapping[str, Builtin] = {
    "executeCommandAt": execute_command_at,
    "scheduleEntry": schedule_entry,
    "stopScheduledEntry": stop_scheduled_entry,
}
