"""Integrations and their instances."""

from fastapi import APIRouter
from pydantic import Field

from warroom.model.errors import ConflictError
from warroom.model.json import JsonObject
from warroom.services.access import Permission, require
from warroom.web.api_route import ApiRoute
from warroom.web.asked import Asked
from warroom.web.security import Asking, Served
from warroom.web.shapes import instance_json, integration_json, mirrored_json, trial_json

router = APIRouter(tags=["integrations"], route_class=ApiRoute)


class NewInstance(Asked):
    """An instance to add; what is secret goes under `secrets` and never comes back."""

    name: str = Field(min_length=1, max_length=200)
    integration: str = Field(min_length=1, max_length=200)
    params: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict, repr=False)
    allow_local: bool = False  # content may read from the addresses of this machine among the settings


class InstanceChange(Asked):
    """What changes; settings that are left out stay."""

    params: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict, repr=False)
    enabled: bool | None = None
    allow_local: bool | None = None


@router.get("/integrations", operation_id="list_integrations")
async def list_integrations(_: Asking, app: Served) -> JsonObject:
    """List the integrations with the settings that an instance takes."""
    found = sorted(app.library.catalogue.integrations.values(), key=lambda item: item.display or item.name)
    return {"items": [integration_json(item) for item in found]}


@router.get("/instances", operation_id="list_instances")
async def list_instances(actor: Asking, app: Served) -> JsonObject:
    """List the instances with what their last fetch and mirroring gave; of their secrets only the names."""
    found = await app.instances.list(actor)
    health, mirroring = app.fetching.health, app.mirroring.health
    return {"items": [instance_json(item, health(item.id), mirroring(item.id)) for item in found]}


@router.post("/instances", status_code=201, operation_id="add_instance")
async def add_instance(body: NewInstance, actor: Asking, app: Served) -> JsonObject:
    """Add an instance; settings are checked against what the integration declares."""
    return instance_json(
        await app.instances.add(
            body.name, body.integration, body.params, body.secrets, actor, allow_local=body.allow_local
        )
    )


@router.patch("/instances/{name}", operation_id="change_instance")
async def change_instance(name: str, body: InstanceChange, actor: Asking, app: Served) -> JsonObject:
    """Change settings, or switch it on or off."""
    return instance_json(
        await app.instances.change(
            name,
            actor,
            params=body.params,
            secret_params=body.secrets,
            enabled=body.enabled,
            allow_local=body.allow_local,
        )
    )


@router.delete("/instances/{name}", status_code=204, operation_id="remove_instance")
async def remove_instance(name: str, actor: Asking, app: Served) -> None:
    """Remove an instance; the incidents that it brought stay."""
    await app.instances.remove(name, actor)


@router.post("/instances/{name}/test", operation_id="test_instance")
async def test_instance(name: str, actor: Asking, app: Served) -> JsonObject:
    """Run the integration's own test; `ok`, or what it says is wrong (a missing permission by its name)."""
    return trial_json(name, await app.instances.test(name, await app.war_room.playground(actor), actor))


@router.post("/instances/{name}/fetch", operation_id="fetch_instance")
async def fetch_instance(name: str, actor: Asking, app: Served) -> JsonObject:
    """Fetch at once."""
    require(actor, Permission.MANAGE_INSTANCES)  # before the name is looked up
    instance = await app.instances.find(name, actor)
    if not instance.fetch:
        raise ConflictError(f"Instance {instance.name!r} does not fetch. Set isFetch to true first.")
    fetched = await app.runtime.fetch_now(instance.id, actor)
    return {"incidents": list(fetched.incidents), "error": fetched.error}


@router.post("/instances/{name}/mirror", operation_id="mirror_instance")
async def mirror_instance(name: str, actor: Asking, app: Served) -> JsonObject:
    """Mirror at once, both ways; also where mirroring is held because it was under way at deaths of the server."""
    require(actor, Permission.MANAGE_INSTANCES)  # before the name is looked up
    instance = await app.instances.find(name, actor)
    integration = app.library.catalogue.find_integration(instance.integration)
    if integration is None or not (integration.mirrors_in or integration.mirrors_out):
        raise ConflictError(f"Instance {instance.name!r} does not mirror: its integration has no mirroring commands.")
    return mirrored_json(await app.runtime.mirror_now(instance.id, actor))
