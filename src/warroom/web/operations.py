"""Every operation that a local door offers: JSON in, one call of a use case, JSON out."""

import asyncio
from collections.abc import Mapping

from warroom.mapping.severity import read_severity
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.incident import Incident, Severity, Status
from warroom.model.json import Json, JsonObject
from warroom.model.lane import Lane
from warroom.model.plan import PlanKind
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.approvals.refusing import open_requests
from warroom.services.execution.finding import PLAYGROUND
from warroom.services.ports.store import IncidentQuery
from warroom.services.proof.verify import read_fingerprint
from warroom.web import stopping
from warroom.web.audit_rows import list_audit
from warroom.web.completion import commands_json, known_names
from warroom.web.doctor import findings
from warroom.web.evidence import EVIDENCE_OPERATIONS
from warroom.web.fetches import FETCH_OPERATIONS
from warroom.web.notifying import notify_test
from warroom.web.operation import Operation
from warroom.web.shapes import (
    entry_json,
    incident_json,
    instance_json,
    pack_json,
    plan_json,
    playbook_json,
    trial_json,
    verdict_json,
    waits_for,
)
from warroom.web.users import USER_OPERATIONS
from warroom.web.words import moment_named

SECONDS = 600.0  # for which whoever answers a task is kept waiting for what comes of it


async def run(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Run a typed command to its end; gives its entries, an error as an entry of type 4."""
    incident = await _incident(app, asked, actor)
    plan = await app.war_room.run(str(asked["text"]), incident, actor, str(asked.get("using") or ""))
    ended = await app.conductor.see_through(plan.id, Lane.PEOPLE)
    entries = [entry for entry in await app.war_room.entries(incident.id, actor) if entry.plan == plan.id]
    return {
        "incident": incident.id,
        "plan": plan.id,
        "state": ended.state.value,
        "entries": [entry_json(entry) for entry in entries],
    }


async def start(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Start a typed command and return at once; its entries come with the events."""
    incident = await _incident(app, asked, actor)
    plan = await app.war_room.run(str(asked["text"]), incident, actor, str(asked.get("using") or ""))
    app.conductor.start_soon(plan.id, Lane.PEOPLE)
    return {"incident": incident.id, "plan": plan.id}


async def say(app: App, asked: JsonObject, actor: Actor) -> Json:
    return entry_json(await app.war_room.say(str(asked["text"]), IncidentId(str(asked["incident"])), actor))


async def list_incidents(app: App, asked: JsonObject, actor: Actor) -> Json:
    query = IncidentQuery(
        type=asked.get("type"),
        status=Status(asked["status"]) if asked.get("status") is not None else None,
        severity=_severity(asked["severity"]) if asked.get("severity") is not None else None,
        text=asked.get("text"),
        but_type=PLAYGROUND,  # as part of the query: among the newest it would stand for one that is wanted
        limit=int(asked.get("limit") or 100),
    )
    return [incident_json(incident) for incident in await app.incidents.find(query, actor)]


async def show_incident(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Give an incident with its fields, its plans and its context."""
    incident = await app.incidents.get(IncidentId(str(asked["id"])), actor)
    plans = await app.plans.of_incident(incident.id, actor)
    return {
        **incident_json(incident),
        "details": incident.details,
        "fields": dict(incident.custom_fields),
        "plans": [
            plan_json(*await app.plans.show(plan.id, actor)) for plan in plans if plan.kind is not PlanKind.COMMAND
        ],
        "context": await app.incidents.context_for(actor, incident.id),
    }


async def create_incident(app: App, asked: JsonObject, actor: Actor) -> Json:
    incident, plan = await app.incidents.create(
        str(asked["name"]),
        actor,
        type_name=str(asked.get("type") or ""),
        severity=_severity(asked.get("severity") or 0),
        details=str(asked.get("details") or ""),
        instance=str(asked.get("instance") or ""),
    )
    if plan:
        app.conductor.start_soon(plan.id)
    return incident_json(incident)


async def close_incident(app: App, asked: JsonObject, actor: Actor) -> Json:
    incident = IncidentId(str(asked["id"]))
    requests = await open_requests(app.store, incident)
    closed = await app.incidents.close(incident, str(asked.get("reason") or ""), str(asked.get("notes") or ""), actor)
    for plan, _ in requests:  # they are withdrawn with it
        await app.conductor.drive(plan.id)
    return incident_json(closed)


async def show_playground(app: App, _asked: JsonObject, actor: Actor) -> Json:
    """Give the incident that commands without an incident run on."""
    return incident_json(await app.war_room.playground(actor))


async def list_entries(app: App, asked: JsonObject, actor: Actor) -> Json:
    found = await app.war_room.entries(IncidentId(str(asked["incident"])), actor, int(asked.get("after") or 0))
    return [entry_json(entry) for entry in found]


async def list_tasks(app: App, _asked: JsonObject, actor: Actor) -> Json:
    """List what waits for a person."""
    return [
        {
            "plan": plan.id,
            "task": task.key,
            "incident": plan.incident,
            "playbook": plan.frame.name,
            "name": task.name,
            **(waits_for(task) or {}),
            "form": task.wait.data.get("form") if task.wait else None,
            "refused": await app.plans.approvals.refusal(plan, task.wait, actor) if task.wait else "",
        }
        for plan, task in await app.plans.waiting_for_people(actor)
    ]


async def answer_task(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Answer a waiting task and see what the plan does then, until it ends, waits again, or `seconds` are over."""
    plan, key = PlanId(str(asked["plan"])), TaskKey(str(asked["task"]))
    if await app.plans.is_overdue(plan, key):
        await app.conductor.drive(plan)  # no server has: it becomes an open task
    await app.plans.answer(
        plan, key, str(asked.get("choice") or ""), str(asked.get("comment") or ""), actor, asked.get("form")
    )
    try:
        async with asyncio.timeout(float(asked.get("seconds") or SECONDS)):
            await app.conductor.see_through(plan, Lane.ANSWERED)
    except TimeoutError:
        return {**plan_json(*await app.plans.show(plan, actor)), "under_way": True}
    return {**plan_json(*await app.plans.show(plan, actor)), "under_way": False}


async def list_playbooks(app: App, _asked: JsonObject, _: Actor) -> Json:
    return [playbook_json(brief) for brief in app.library.catalogue.briefs()]


async def run_playbook(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Start a playbook; with `wait`, see it through to its end or to a person."""
    playbook = app.library.catalogue.playbook(str(asked["name"]))
    incident = await _incident(app, asked, actor)
    plan = await app.plans.start(incident, playbook, asked.get("inputs") or {}, actor)
    if asked.get("wait"):
        await app.conductor.see_through(plan.id)
    else:
        app.conductor.start_soon(plan.id)
    return plan_json(*await app.plans.show(plan.id, actor))


async def show_plan(app: App, asked: JsonObject, actor: Actor) -> Json:
    return plan_json(*await app.plans.show(PlanId(str(asked["plan"])), actor))


async def list_packs(app: App, _asked: JsonObject, _: Actor) -> Json:
    return [pack_json(pack) for pack in app.packs]


async def add_instance(app: App, asked: JsonObject, actor: Actor) -> Json:
    instance = await app.instances.add(
        str(asked["name"]),
        str(asked["integration"]),
        asked.get("params") or {},
        asked.get("secrets") or {},
        actor,
        allow_local=bool(asked.get("allow_local")),
    )
    return instance_json(instance)


async def allow_local(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Say whether content may read from the addresses of this machine among an instance's settings."""
    return instance_json(await app.instances.change(str(asked["name"]), actor, allow_local=bool(asked["allow"])))


async def list_instances(app: App, _asked: JsonObject, actor: Actor) -> Json:
    return [instance_json(instance) for instance in await app.instances.list(actor)]


async def test_instance(app: App, asked: JsonObject, actor: Actor) -> Json:
    name = str(asked["name"])
    return trial_json(name, await app.instances.test(name, await app.war_room.playground(actor), actor))


async def remove_instance(app: App, asked: JsonObject, actor: Actor) -> Json:
    await app.instances.remove(str(asked["name"]), actor)
    return {"removed": asked["name"]}


async def fetch(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Fetch from an instance at once."""
    instance = await app.instances.find(str(asked["name"]), actor)
    if not instance.fetch:
        raise ConflictError(f"Instance {instance.name!r} does not fetch. Add it anew with --param isFetch=true.")
    fetched = await app.runtime.fetch_now(instance.id, actor)
    return {"incidents": list(fetched.incidents), "error": fetched.error}


async def verify_log(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Check every seal and every event."""
    noted = asked.get("head")
    head = (int(noted[0]), str(noted[1])) if noted else None
    try:
        keys = [read_fingerprint(str(key)) for key in asked.get("keys") or []]
    except ValueError as error:
        raise InvalidInputError(f"{error} `warroom doctor` shows the one of today's key.") from error
    return verdict_json(await app.sealing.verify(actor, keys=keys, head=head))


async def trim_log(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Remove old events; a signed checkpoint stays."""
    point, removed = await app.sealing.trim(moment_named(str(asked["before"])), str(asked["reason"]), actor)
    return {"through": point.through, "removed": removed, "seal": point.number}


async def events(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Give the events after a sequence; waits up to `seconds` for the first one."""
    after = int(asked.get("after") or 0)
    listener = app.journal.listen()
    try:
        found = await app.audit.events(after, actor)
        if not found and asked.get("seconds"):
            try:
                async with asyncio.timeout(float(asked["seconds"])):
                    await listener.wait()
            except TimeoutError:
                return []
            found = await app.audit.events(after, actor)
    finally:
        app.journal.unlisten(listener)
    return [
        {"sequence": item.sequence, "incident": item.incident, "kind": item.kind, "actor": item.actor, **item.payload}
        for item in found
    ]


async def last_event(app: App, _asked: JsonObject, _: Actor) -> Json:
    return await app.store.last_event()


async def list_commands(app: App, _asked: JsonObject, _: Actor) -> Json:
    return commands_json(app.library.catalogue)


async def list_names(app: App, _asked: JsonObject, actor: Actor) -> Json:
    return await known_names(app, actor)


async def doctor(app: App, _asked: JsonObject, actor: Actor) -> Json:
    return await findings(app, actor)


OPERATIONS: Mapping[str, Operation] = {
    "audit.list": list_audit,
    "audit.trim": trim_log,
    "audit.verify": verify_log,
    "commands": list_commands,
    "doctor": doctor,
    "entries": list_entries,
    "events": events,
    "events.last": last_event,
    **EVIDENCE_OPERATIONS,
    **FETCH_OPERATIONS,
    "halt.list": stopping.list_halts,
    "incident.close": close_incident,
    "incident.create": create_incident,
    "incident.list": list_incidents,
    "incident.playground": show_playground,
    "incident.show": show_incident,
    "instance.add": add_instance,
    "instance.allow": allow_local,
    "instance.fetch": fetch,
    "instance.list": list_instances,
    "instance.remove": remove_instance,
    "instance.test": test_instance,
    "names": list_names,
    "notify.test": notify_test,
    "pack.list": list_packs,
    "pause": stopping.pause,
    "plan.cancel": stopping.cancel_plans,
    "plan.show": show_plan,
    "playbook.list": list_playbooks,
    "playbook.run": run_playbook,
    "resume": stopping.resume,
    "run": run,
    "say": say,
    "start": start,
    "task.answer": answer_task,
    "task.list": list_tasks,
    **USER_OPERATIONS,
}


async def _incident(app: App, asked: JsonObject, actor: Actor) -> Incident:
    if asked.get("incident"):
        return await app.incidents.get(IncidentId(str(asked["incident"])), actor)
    return await app.war_room.playground(actor)


def _severity(value: Json) -> Severity:
    severity = read_severity(value)
    if severity is None:
        raise InvalidInputError(f"{value!r} is no severity. Use Unknown, Low, Medium, High, Critical or 0 to 4.")
    return severity
