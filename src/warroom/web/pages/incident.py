"""The incident's page: its header, the column beside the tabs, summary, context and evidence."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Severity, Status
from warroom.model.plan import PlanKind, PlanRecord, PlanState, TaskRecord
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.execution.look_up import look_up
from warroom.services.people.access import Permission, may
from warroom.services.ports.store import AskedQuery, EntryQuery
from warroom.web.pages import dialect  # noqa: F401  # the templates need it
from warroom.web.pages.linked import linked_view
from warroom.web.pages.page import bare, show
from warroom.web.pages.plan_view import SAID, Progress, progress
from warroom.web.pages.question import waiting_questions
from warroom.web.pages.queue_filter import STATUS_NAMES
from warroom.web.pages.said import said_of
from warroom.web.pages.summary import facts_of, sections_of
from warroom.web.pages.text import one_line
from warroom.web.pages.war_room import entries_view
from warroom.web.security import Asking, Served

router = APIRouter()
SANDBOX = "trendmicro-visionone-submit-file-entry-to-sandbox"  # offered beside each file where a pack has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One tab; its number is its key."""

    name: str
    says: str
    icon: str


TABS = (
    Tab(name="summary", says="Summary", icon="summary"),
    Tab(name="warroom", says="War Room", icon="command"),
    Tab(name="plan", says="Work Plan", icon="playbooks"),
    Tab(name="context", says="Context", icon="tree"),
    Tab(name="evidence", says="Evidence", icon="file"),
)
USUAL_TAB = "warroom"
CLOSE_REASONS = ("True positive", "False positive", "Duplicate", "Resolved", "Other")
FIRST = 50  # entries in the page itself: a tall screen; earlier ones are loaded on scrolling up
SCRIPT_ENTRIES = 200  # of the newest ones, where a section's last answer is looked for


@router.get("/incidents/{incident_id}")
async def incident_page(
    incident_id: str, request: Request, actor: Asking, app: Served, tab: str = USUAL_TAB
) -> HTMLResponse:
    """Show the whole page on one of its tabs."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    data = {
        "tabs": TABS,
        "tab": tab if tab in {each.name for each in TABS} else USUAL_TAB,
        "reasons": CLOSE_REASONS,
        "severities": list(Severity),
        "people": await app.users.people(actor),
        "may_be_named": await _may_be_named(app, actor),
        "playbooks": [summary.name for summary in app.library.catalogue.playbook_summaries()],
        **await header_view(app, incident, actor),
        **await beside_view(app, incident, actor),
        **await summary_view(app, incident, actor),
        **await evidence_view(app, incident, actor),
        **await entries_view(app, EntryQuery(incident=incident.id, limit=FIRST), actor),
    }
    return await show(request, "incident.html", actor, "incidents", data)


@router.get("/fragments/incidents/{incident_id}/header")
async def header(incident_id: str, request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Return the parts of an incident's page that change: its header, and the column beside the tabs."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    data = {
        "actor": actor,
        **await header_view(app, incident, actor),
        **await beside_view(app, incident, actor),
    }
    return bare(request, "incident/live.html", data)


@router.get("/fragments/incidents/{incident_id}/summary")
async def summary(incident_id: str, request: Request, actor: Asking, app: Served) -> HTMLResponse:
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    data = {"actor": actor, "incident": incident, **await summary_view(app, incident, actor)}
    return bare(request, "incident/summary.html", data)


@router.get("/fragments/incidents/{incident_id}/evidence")
async def evidence(incident_id: str, request: Request, actor: Asking, app: Served) -> HTMLResponse:
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    data = {"actor": actor, "incident": incident, **await evidence_view(app, incident, actor)}
    return bare(request, "incident/evidence.html", data)


async def _may_be_named(app: App, actor: Actor) -> list[tuple[str, str]]:
    """Return the people that evidence can be restricted to, with their labels; empty unless the actor may do that."""
    if not may(actor.role, Permission.RESTRICT_EVIDENCE):
        return []
    keys = [key for key in await app.users.keys(actor) if not key.disabled]
    people = [(person.name, person.display_name or person.name) for person in await app.users.people(actor)]
    return people + [(key.actor.name, f"API key {key.name}") for key in keys]


async def header_view(app: App, incident: Incident, actor: Actor) -> dict[str, Any]:
    """Return the incident with its words, and its files' number."""
    return {
        "incident": incident,
        "name": one_line(incident.name, 300),
        "status": STATUS_NAMES[incident.status],
        "is_closed": incident.status is Status.DONE,
        "files": len(await app.evidence.list(actor, incident.id)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProgress:
    """How far a work plan is."""

    plan: PlanRecord
    name: str
    said: str
    progress: Progress
    is_open: bool
    errors: tuple[TaskRecord, ...]


async def beside_view(app: App, incident: Incident, actor: Actor) -> dict[str, Any]:
    """Return what waits for a person, how far the playbooks are, linked incidents, and the incident's facts."""
    sections = sections_of(incident, app.library.catalogue)
    plans = await app.plans.of_incident(incident.id, actor)
    shown = [plan for plan in plans if plan.kind is not PlanKind.COMMAND]
    return {
        "questions": await waiting_questions(app, actor, AskedQuery(incident=incident.id)),
        "plan_progress": [await _progress_of(app, plan, actor) for plan in reversed(shown)],
        "running": [plan for plan in plans if plan.kind is PlanKind.COMMAND and plan.ended is None],
        "facts": facts_of(sections),
        **await linked_view(app, incident, actor),
    }


async def _progress_of(app: App, plan: PlanRecord, actor: Actor) -> PlanProgress:
    shown, tasks = await app.plans.show(plan.id, actor)
    return PlanProgress(
        plan=shown,
        name=one_line(shown.frame.name),
        said=SAID[shown.state],
        progress=progress(await app.library.of(shown), tasks),
        is_open=shown.state in {PlanState.IN_PROGRESS, PlanState.WAITING},
        errors=tuple(task for task in tasks if task.error and task.state.value == "Error"),
    )


async def summary_view(app: App, incident: Incident, actor: Actor) -> dict[str, Any]:
    """Return the layout's sections, and for those that a script fills its last answer."""
    sections = sections_of(incident, app.library.catalogue)
    scripts = {section.script for section in sections if section.script}
    answers = {}
    if scripts:
        found = await app.war_room.find(EntryQuery(incident=incident.id, limit=SCRIPT_ENTRIES), actor)
        for entry in found:
            if entry.command in scripts:
                answers[entry.command] = said_of([entry])[0]
    return {"sections": sections, "answers": answers}


async def evidence_view(app: App, incident: Incident, actor: Actor) -> dict[str, Any]:
    """Return the incident's files, newest first, which of them are damaged, and who may download them."""
    found = await app.evidence.list(actor, incident.id)
    is_offered = not look_up(app.library.catalogue, SANDBOX).missing
    return {
        "sandbox": SANDBOX if is_offered else "",
        "evidence": list(reversed(found)),
        "damaged": await app.evidence.damaged(actor),
        "restriction": await app.evidence.restriction(incident.id, actor),
    }
