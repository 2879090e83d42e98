"""Integration instances: list, add, change, test, fetch, mirror, remove."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import shaped
from warroom.doors.asked import Asked, Nothing
from warroom.doors.operation import reads, writes
from warroom.model.errors import ConflictError, HostError, NotFoundError
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.instances.instances import Trial
from warroom.services.intake.fetching import Health
from warroom.services.mirroring.mirroring import MirrorHealth
from warroom.services.people.access import Permission


class OneInstance(Asked):
    """Which instance, by its name."""

    name: str


class NewInstance(Asked):
    """An instance to add; values under `secrets` are encrypted and never returned."""

    name: str = Field(min_length=1, max_length=200)
    integration: str = Field(min_length=1, max_length=200)
    params: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict, repr=False)
    allow_local: bool = False  # content may read from the addresses of this machine among the settings


class InstanceChange(OneInstance):
    """What changes; settings that are left out stay."""

    params: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict, repr=False)
    enabled: bool | None = None
    allow_local: bool | None = None


class LocalFiles(OneInstance):
    """Whether content may read from the addresses of this machine among an instance's settings."""

    allow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LastFetch:
    """How the last fetch of an instance ended."""

    at: datetime
    incidents: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MirroredShown:
    """What one round of mirroring did: how many incidents it sent something of, and took something into."""

    sent: int
    received: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMirroring(MirroredShown):
    """How the last round of an instance ended."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceShown:
    """An instance; of its secrets only the names. Its last fetch and mirroring are those since the server began."""

    last_fetch: LastFetch | None
    last_mirroring: LastMirroring | None
    id: InstanceId
    name: str
    integration: str
    enabled: bool
    fetch: bool
    params: Mapping[str, Json]
    local_origins: Mapping[str, bool]
    secrets: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What the integration's own test said; `ok`, or what is wrong, where the code failed and what it printed."""

    name: str
    ok: bool
    answer: str
    trace: str
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The incidents that a fetch brought, or why it failed."""

    incidents: Sequence[IncidentId]
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What is removed."""

    removed: str


def instance_of(
    instance: IntegrationInstance, health: Health | None = None, mirroring: MirrorHealth | None = None
) -> InstanceShown:
    """Shape an instance; of its secrets only the names."""
    return shaped(
        InstanceShown,
        instance,
        last_fetch=shaped(LastFetch, health) if health else None,
        last_mirroring=shaped(LastMirroring, mirroring.mirrored, at=mirroring.at) if mirroring else None,
        secrets=sorted(instance.secrets),
    )


def trial_of(name: str, trial: Trial) -> Tested:
    """Shape what the test of an instance of this name said."""
    return shaped(Tested, trial, name=name, ok=trial.is_ok)


@reads("instance.list", Permission.SEE)
async def list_instances(app: App, _asked: Nothing, actor: Actor) -> list[InstanceShown]:
    """List the instances with the results of their last fetch and mirroring; of their secrets only the names."""
    health, mirroring = app.fetching.health, app.mirroring.health
    return [instance_of(one, health(one.id), mirroring(one.id)) for one in await app.instances.list(actor)]


@writes("instance.add", Permission.MANAGE_INSTANCES, NotFoundError, ConflictError)
async def add_instance(app: App, asked: NewInstance, actor: Actor) -> InstanceShown:
    """Add an instance; settings are checked against what the integration declares."""
    return instance_of(
        await app.instances.add(
            asked.name, asked.integration, asked.params, asked.secrets, actor, allow_local=asked.allow_local
        )
    )


@writes("instance.change", Permission.MANAGE_INSTANCES, NotFoundError)
async def change_instance(app: App, asked: InstanceChange, actor: Actor) -> InstanceShown:
    """Change settings, or switch it on or off."""
    return instance_of(
        await app.instances.change(
            asked.name,
            actor,
            params=asked.params,
            secret_params=asked.secrets,
            enabled=asked.enabled,
            allow_local=asked.allow_local,
        )
    )


@writes("instance.allow", Permission.MANAGE_INSTANCES, NotFoundError)
async def allow_local(app: App, asked: LocalFiles, actor: Actor) -> InstanceShown:
    """Say whether content may read from the addresses of this machine among an instance's settings."""
    return instance_of(await app.instances.change(asked.name, actor, allow_local=asked.allow))


@writes("instance.remove", Permission.MANAGE_INSTANCES, NotFoundError)
async def remove_instance(app: App, asked: OneInstance, actor: Actor) -> Removed:
    """Remove an instance; the incidents that it brought stay."""
    await app.instances.remove(asked.name, actor)
    return Removed(removed=asked.name)


@writes("instance.test", Permission.MANAGE_INSTANCES, NotFoundError, HostError)
async def test_instance(app: App, asked: OneInstance, actor: Actor) -> Tested:
    """Run the integration's own test; `ok`, or what it says is wrong (a missing permission by its name)."""
    trial = await app.instances.test(asked.name, await app.war_room.playground(actor), actor)
    return trial_of(asked.name, trial)


@writes("instance.fetch", Permission.MANAGE_INSTANCES, NotFoundError, ConflictError)
async def fetch_instance(app: App, asked: OneInstance, actor: Actor) -> Fetched:
    """Fetch at once."""
    instance = await app.instances.find(asked.name, actor)
    if not instance.fetch:
        raise ConflictError(f"Instance {instance.name!r} does not fetch. Set its parameter isFetch to true.")
    fetched = await app.runtime.fetch_now(instance.id, actor)
    return Fetched(incidents=list(fetched.incidents), error=fetched.error)


@writes("instance.mirror", Permission.MANAGE_INSTANCES, NotFoundError, ConflictError)
async def mirror_instance(app: App, asked: OneInstance, actor: Actor) -> MirroredShown:
    """Mirror at once, both ways; also where mirroring is held because it was under way at deaths of the server."""
    instance = await app.instances.find(asked.name, actor)
    integration = app.library.catalogue.find_integration(instance.integration)
    if integration is None or not (integration.mirrors_in or integration.mirrors_out):
        raise ConflictError(f"Instance {instance.name!r} does not mirror: its integration has no mirroring commands.")
    return shaped(MirroredShown, await app.runtime.mirror_now(instance.id, actor))
