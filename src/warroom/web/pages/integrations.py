"""Integrations: what is connected, its health, what now when it fails; adding, testing and removing instances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from warroom.content.integration import Integration
from warroom.doors.fetches import cursor_of, mark_of
from warroom.doors.integrations import REGIONS, integrations_of
from warroom.model.instance import IntegrationInstance
from warroom.model.json import JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.intake.fetch_watch import Concern
from warroom.services.intake.fetching import Health
from warroom.services.mirroring.mirroring import MirrorHealth
from warroom.services.ports.fetches import DroppedQuery, SetAside
from warroom.web.api.simulator import INSTANCE as SIMULATOR
from warroom.web.pages.page import bare, show
from warroom.web.pages.said import remedy_for
from warroom.web.security import Asking, Served

router = APIRouter()

DROPPED_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An instance's health, in a word and a sentence. `appearance` is good, wait, bad or none."""

    word: str
    appearance: str
    says: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An instance as the page shows it."""

    instance: IntegrationInstance
    brand: str
    settings: Mapping[str, str]
    read_only: bool
    mirrors: bool
    health: Health | None
    mirroring: MirrorHealth | None
    state: State
    concerns: Sequence[Concern]
    asides: Sequence[SetAside]
    dropped: int


@router.get("/integrations")
async def integrations(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    return await show(request, "integrations.html", actor, "integrations", await view(app, actor, request))


@router.get("/fragments/integrations")
async def instances(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Return the list of instances, as fetches and tests change it."""
    return bare(request, "instances.html", {"actor": actor, **await view(app, actor, request)})


@router.get("/fragments/dropped")
async def dropped(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Return what rules dropped of an instance: the newest, or those behind a cursor."""
    instance, cursor = request.query_params.get("instance"), request.query_params.get("cursor")
    query = DroppedQuery(instance_name=instance, limit=DROPPED_SHOWN, before=mark_of(cursor) if cursor else None)
    found = await app.set_asides.dropped(actor, query)
    more = cursor_of(found[-1]) if len(found) == DROPPED_SHOWN else None
    return bare(request, "dropped.html", {"actor": actor, "dropped": found, "cursor": more})


async def view(app: App, actor: Actor, request: Request) -> JsonObject:
    """Return the instances, and the integrations that more can be added of."""
    concerns, asides = await app.fetch_watch.concerns(), await app.set_asides.list(actor)
    instances, dropped = await app.instances.list(actor), await app.set_asides.dropped_counts(actor)
    found = [
        _shown(
            app,
            instance,
            [one for one in concerns if one.instance.id == instance.id],
            [aside for aside in asides if aside.instance == instance.id],
            sum(count for (source, _), count in dropped.items() if source == instance.id),
        )
        for instance in instances
    ]
    left = [aside for aside in asides if aside.instance not in {instance.id for instance in instances}]
    names = {each.instance.name for each in found}
    return {
        "instances": found,
        "asides_left": left,
        "integrations": integrations_of(app),
        "regions": REGIONS,
        "can_simulate": request.app.state.simulator is not None and SIMULATOR not in names,
    }


def _shown(
    app: App, instance: IntegrationInstance, concerns: Sequence[Concern], asides: Sequence[SetAside], dropped: int
) -> Shown:
    integration = app.library.catalogue.find_integration(instance.integration)
    health = app.fetching.health(instance.id)
    return Shown(
        instance=instance,
        brand=(integration.display or integration.name) if integration else instance.integration,
        settings=_settings(integration, instance),
        read_only=str(instance.params.get("read_only", "")).lower() == "true",
        mirrors=integration is not None and (integration.mirrors_in or integration.mirrors_out),
        health=health,
        mirroring=app.mirroring.health(instance.id),
        state=state_of(instance, health, is_installed=integration is not None),
        concerns=concerns,
        asides=asides,
        dropped=dropped,
    )


def state_of(instance: IntegrationInstance, health: Health | None, *, is_installed: bool) -> State:
    """Return an instance's health, from its last fetch."""
    if not is_installed:
        return State(
            word="no pack",
            appearance="bad",
            says=f"The integration {instance.integration} is not installed.",
            remedy="Install the pack that has it, or remove the instance.",
        )
    if not instance.enabled:
        return State(word="off", appearance="", says="It is switched off: nothing is fetched, no command uses it.")
    if not instance.fetch:
        return State(word="on", appearance="good", says="Commands use it. It fetches no incidents.")
    if health is None:
        return State(
            word="waiting", appearance="wait", says="It fetches; the first fetch since the start has not ended yet."
        )
    if health.error:
        return State(word="failing", appearance="bad", says=health.error, remedy=remedy_for(health.error))
    return State(word="fetching", appearance="good", says="The last fetch went well.")


def _settings(integration: Integration | None, instance: IntegrationInstance) -> dict[str, str]:
    labels = {param.name: param.display or param.name for param in integration.params} if integration else {}
    return {labels.get(name, name): str(value) for name, value in instance.params.items() if str(value) != ""}
