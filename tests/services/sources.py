"""A world that fetches: what shows alerts, and the use cases that make incidents of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.services.world import World, an_instance, lab
from warroom.content.incident_type import IncidentField, IncidentType
from warroom.content.integration import Script
from warroom.content.playbook import Playbook
from warroom.content.preprocess_rule import PreProcessRule
from warroom.model.ids import InstanceId
from warroom.model.json import Json, JsonObject
from warroom.services.approvals.pausing import Pausing
from warroom.services.incidents.incidents import Incidents
from warroom.services.instances.line_deaths import fetch_deaths, mirror_deaths
from warroom.services.intake.fetch_page import FETCH_ACTOR, Pages
from warroom.services.intake.fetching import Fetched, Fetching
from warroom.services.intake.preprocessing import Preprocessing
from warroom.services.mirroring.mirroring import Mirroring
from warroom.services.ports.runner import Ran
from warroom.services.runtime import Runtime
from warroom.testing.job_queue import MemoryJobQueue
from warroom.testing.locks import MemoryLocks
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.store import MemoryStore

SOURCE = InstanceId("id-lab-1")


def an_alert(number: int, **fields: Json) -> JsonObject:
    """Make one item of `demisto.incidents()`."""
    return {"name": f"Alert {number}", "rawJSON": "{}", "dbotMirrorId": f"WB-{number}", **fields}


@dataclass
class Source:
    """Shows alerts from a position on, as a product's list does; `ends` are what happens to the next fetches."""

    alerts: list[JsonObject] = field(default_factory=list)
    page: int = 5
    ends: list[str] = field(default_factory=list)
    last_runs: list[Mapping[str, Json]] = field(default_factory=list)

    def fetch(self, code: FakeCode) -> Ran:
        position = int(code.run.last_run.get("position", 0))
        self.last_runs.append(code.run.last_run)
        shown = self.alerts[position : position + self.page]
        ran = replace(code.ran(), incidents=shown, last_run={"position": position + len(shown)})
        end = self.ends.pop(0) if self.ends else ""
        if end == "raise":
            return replace(ran, error="HTTPError: 500")
        if end == "error entry":
            return replace(ran, results=[{"Type": 4, "Contents": "429 for key tmv1-secret"}])
        return ran


def incidents_of(world: World) -> Incidents:
    return Incidents(
        store=world.store,
        journal=world.journal,
        library=world.library,
        plans=world.plans,
        users=world.store.users,
        clock=world.clock,
    )


def pages_of(world: World, incidents: Incidents) -> Pages:
    return Pages(
        store=world.store,
        journal=world.journal,
        library=world.library,
        incidents=incidents,
        preprocessing=Preprocessing(store=world.store, executor=world.executor, clock=world.clock, actor=FETCH_ACTOR),
        clock=world.clock,
    )


def fetching_of(pages: Pages, world: World) -> Fetching:
    return Fetching(pages=pages, executor=world.executor, deaths=fetch_deaths(world.journal))


def mirroring_of(world: World, locks: MemoryLocks) -> Mirroring:
    return Mirroring(
        store=world.store,
        journal=world.journal,
        library=world.library,
        executor=world.executor,
        blobs=world.blobs,
        users=world.store.users,
        locks=locks,
        clock=world.clock,
        deaths=mirror_deaths(world.journal),
    )


def pausing_of(world: World, jobs: MemoryJobQueue) -> Pausing:
    return Pausing(store=world.store, journal=world.journal, halting=world.halting, jobs=jobs, clock=world.clock)


def runtime_of(world: World, fetching: Fetching, mirroring: Mirroring, pausing: Pausing) -> Runtime:
    return Runtime(
        store=world.store,
        journal=world.journal,
        runner=world.runner,
        jobs=pausing.jobs,
        conductor=world.conductor,
        fetching=fetching,
        mirroring=mirroring,
        pausing=pausing,
        clock=world.clock,
    )


class Intake:
    """The world with everything that fetches, on jobs that are delivered when the test says so."""

    def __init__(
        self,
        source: Source,
        *,
        playbooks: Sequence[Playbook] = (),
        types: Sequence[IncidentType] = (),
        rules: Sequence[PreProcessRule] = (),
        scripts: Sequence[Script] = (),
        fields: Sequence[IncidentField] = (),
        **table: FakeFunction,
    ) -> None:
        self.source = source
        instance = an_instance(
            fetch=True, secrets={"apikey": "tmv1-secret"}, incident_type=types[0].name if types else ""
        )
        self.world = World(
            lab(),
            {"fetch-incidents": source.fetch, **table},
            playbooks={book.id: book for book in playbooks},
            types=types,
            fields=fields,
            scripts={script.id: script for script in scripts},
            preprocess_rules=rules,
            instances=[instance],
        )
        self.jobs = MemoryJobQueue(self.world.clock)
        self.world.store = MemoryStore(enqueue=self.jobs.put)
        self.restart()

    def restart(self) -> None:
        """Begin a new process on the same store."""
        world = self.world
        world.restart()
        self.incidents = incidents_of(world)
        self.pages = pages_of(world, self.incidents)
        self.fetching = fetching_of(self.pages, world)
        self.locks = MemoryLocks()
        self.mirroring = mirroring_of(world, self.locks)
        self.pausing = pausing_of(world, self.jobs)
        self.runtime = runtime_of(world, self.fetching, self.mirroring, self.pausing)

    async def begin(self) -> None:
        """Store the instance; there is no incident yet."""
        for instance in self.world.instances:
            await self.world.journal.save_instance(instance, "test", self.world.clock.now())

    async def fetch(self) -> Fetched:
        return await self.fetching.fetch(SOURCE)
