"""Incidents and their alerts side by side: a twin over HTTP, the real packs in worker processes, a real database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.fernet import Fernet

from tests.our_packs import our_packs
from visionone_sim.tenant.alerts import Alert
from visionone_sim.tenant.users import User as Person
from visionone_sim.testing import RunningTwin
from warroom.bootstrap.settings import Settings
from warroom.bootstrap.wiring import Adapters, wire
from warroom.durable.local_jobs import LocalJobs
from warroom.host.runner import WarmRunner
from warroom.model.entry import Entry
from warroom.model.ids import IncidentId, InstanceId, WorkerId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.user import Role, User
from warroom.services.app import App
from warroom.services.mirroring.mirroring import MIRROR_ACTOR, Mirrored
from warroom.services.ports.users import UserEvent
from warroom.store.blobs import FolderBlobs
from warroom.store.store import open_store
from warroom.store.vault import FernetVault
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_actor

INSTANCE = InstanceId("tenant")
ACTOR = f"{MIRROR_ACTOR}{INSTANCE}"
TAG = "visionone"
FIELDS = {"visiononestatus": "status", "visiononefindings": "investigationResult"}
ANA = an_actor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An incident and its alert."""

    app: App
    twin: RunningTwin
    incident: IncidentId
    alert: str

    async def now(self) -> Incident:
        return await self.app.incidents.get(self.incident, ANA)

    async def here(self) -> dict[str, Json]:
        """The fields of both sides, as the incident has them."""
        fields = (await self.now()).custom_fields
        return {there: fields.get(here) for here, there in FIELDS.items()}

    def there(self) -> dict[str, Json]:
        """The same, as the alert has them."""
        document = self._alert().document
        return {there: document[there] for there in FIELDS.values()}

    def _alert(self) -> Alert:
        return self.twin.tenant.alerts[self.alert]

    async def set(self, **values: Json) -> None:
        """Change fields as an analyst does."""
        await self.app.incidents.update_fields(self.incident, values, ANA)

    async def say(self, text: str) -> Entry:
        return await self.app.war_room.say(text, self.incident, ANA)

    async def tag(self, entry: Entry) -> None:
        """Tag an entry as an analyst does, by a typed command."""
        plan = await self.app.war_room.run(
            f"!setEntriesTags entryIDs={entry.id} entryTags={TAG}", await self.now(), ANA
        )
        await self.app.conductor.drive(plan.id)

    def change(self, **changes: Json) -> None:
        """Change the alert as an investigator does."""
        self.twin.tenant.alerts.change(self.alert, changes, None, self.twin.clock.now())

    def give(self, person: str) -> None:
        """Make somebody of the tenant the alert's owner."""
        if person not in self.twin.tenant.users:
            self.twin.tenant.users.invite(Person(id=person, email=mail(person), role="analyst"))
        self.change(ownerIds=[person])

    def note(self, text: str) -> None:
        self.twin.tenant.notes.add(self.alert, text, creator="jdoe", now=self.twin.clock.now())

    def notes(self) -> list[str]:
        """The notes on the alert that came from here, without those that name an owner."""
        texts = [each.content for each in self.twin.tenant.notes.on(self.alert)]
        return [text for text in texts if "[ref xsoar/" in text and not text.startswith("Owner in XSOAR")]

    async def received(self) -> list[str]:
        """What was noted there, as the War Room has it."""
        entries = await self.app.store.entries(self.incident)
        return [entry.readable.rpartition("\n")[2] for entry in entries if entry.note and entry.actor == ACTOR]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrors:
    """An instance that mirrors, and the clocks of both sides."""

    app: App
    twin: RunningTwin
    clock: ManualClock
    pairs: list[Pair]

    async def round(self) -> Mirrored:
        return await self.app.mirroring.mirror(INSTANCE)

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.twin.clock.advance(seconds)


def mail(person: str) -> str:
    return f"{person}@soc.example"


@asynccontextmanager
async def mirrors(folder: Path, twin: RunningTwin, *people: str, **params: Json) -> AsyncIterator[Mirrors]:
    """Fetch what the twin shows, to be mirrored both ways; `people` have accounts on both sides."""
    clock = ManualClock(twin.clock.now())
    blobs = FolderBlobs(folder / "blobs")
    vault = FernetVault(Fernet.generate_key().decode(), origin="the test's key")
    store = open_store(f"sqlite:///{folder / 'warroom.db'}", blobs, vault)
    runner = WarmRunner(folder / "scratch")
    adapters = Adapters(our_packs(), store, blobs, runner, LocalJobs(), clock, WorkerId("w"))  # type: ignore[arg-type]  # any clock will do
    app = wire(Settings(home=folder, allowed_origins=(twin.url,)), adapters)
    try:
        for person in people:
            user = User(name=mail(person), role=Role.ANALYST, password_hash="", created=clock.now())
            await store.users.add_user(user, UserEvent(kind="user", actor="test", at=clock.now(), payload={}))
        await app.store.save_instance(_instance(twin, params), "test", clock.now())
        yield Mirrors(app=app, twin=twin, clock=clock, pairs=await _fetched(app, twin))
    finally:
        await app.conductor.close()
        await runner.close()
        store.close()


def _instance(twin: RunningTwin, params: dict[str, Json]) -> IntegrationInstance:
    known: dict[str, Json] = {
        "url": twin.url,
        "isFetch": True,
        "first_fetch": "2026-01-01T00:00:00Z",
        "respond": "propose",
        "mirror_direction": "Incoming And Outgoing",
    }
    instance = IntegrationInstance(id=INSTANCE, name=str(INSTANCE), integration="VisionOneResponse", fetch=True)
    return replace(instance, params={**known, **params}, secrets={"apikey": twin.api_key})


async def _fetched(app: App, twin: RunningTwin) -> list[Pair]:
    fetched = await app.fetching.fetch(INSTANCE)
    assert fetched.error == ""
    found = [await app.incidents.get(number, ANA) for number in fetched.incidents]
    return [
        Pair(app=app, twin=twin, incident=incident.id, alert=incident.mirror.id)
        for incident in found
        if incident.mirror
    ]
