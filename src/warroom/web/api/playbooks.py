"""Playbooks, commands and the names that a War Room completes."""

from fastapi import APIRouter
from pydantic import Field

from warroom.model.ids import IncidentId
from warroom.model.json import Json, JsonObject
from warroom.web.api_route import ApiRoute
from warroom.web.asked import Asked
from warroom.web.completion import commands_json, known_names
from warroom.web.security import Asking, Served
from warroom.web.shapes import plan_json, playbook_json, whole_playbook_json

router = APIRouter(tags=["playbooks"], route_class=ApiRoute)


class Run(Asked):
    """Which playbook to run, with which inputs."""

    name: str = Field(min_length=1, max_length=500)
    inputs: dict[str, Json] = Field(default_factory=dict)


@router.get("/playbooks", operation_id="list_playbooks")
async def list_playbooks(_: Asking, app: Served) -> JsonObject:
    """List the playbooks of the installed packs, by name."""
    return {"items": [playbook_json(brief) for brief in app.library.catalogue.briefs()]}


@router.get("/playbooks/{playbook_id:path}", operation_id="get_playbook")
async def get_playbook(playbook_id: str, _: Asking, app: Served) -> JsonObject:
    """Give a playbook by id or name, with its tasks."""
    return whole_playbook_json(app.library.catalogue.playbook(playbook_id))


@router.post("/incidents/{incident_id}/playbooks", status_code=201, operation_id="run_playbook")
async def run_playbook(incident_id: str, body: Run, actor: Asking, app: Served) -> JsonObject:
    """Start a playbook on an incident."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    plan = await app.plans.start(incident, app.library.catalogue.playbook(body.name), body.inputs, actor)
    app.conductor.start_soon(plan.id)
    return plan_json(*await app.plans.show(plan.id, actor))


@router.get("/commands", operation_id="list_commands")
async def list_commands(_: Asking, app: Served) -> JsonObject:
    """List every command and script with its arguments."""
    return commands_json(app.library.catalogue)


@router.get("/names", operation_id="list_names")
async def list_names(actor: Asking, app: Served) -> JsonObject:
    """List the host names that the newest incidents mention, and the instances that `using` can name."""
    instances = [instance.name for instance in await app.instances.list(actor)]
    return {"hosts": await known_names(app, actor), "instances": instances}
