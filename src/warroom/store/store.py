"""The store as one object: writes go to the writer's thread, reads to the readers'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Engine

from warroom.model.entry import Entry
from warroom.model.event import Event
from warroom.model.ids import EntryId, IncidentId, InstanceId, PlanId, WorkerId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.model.plan import Answer, Intent, PlanRecord, TaskRecord
from warroom.model.retry_policy import RetryPolicy
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.fetches import DroppedQuery, FetchState, SetAside, Untaken
from warroom.services.ports.lists import ListEdit
from warroom.services.ports.store import (
    ALL_ASKED,
    Action,
    ActionQuery,
    AskedQuery,
    Changes,
    Committed,
    ContextLog,
    EntryQuery,
    IncidentGroup,
    IncidentQuery,
    IntegrationContext,
    MirrorQuery,
)
from warroom.services.ports.vault import Vault
from warroom.store import (
    content,
    context_log,
    entries,
    events,
    fetches,
    incidents,
    instances,
    intents,
    kinds,
    lists,
    mirrors,
    plans,
    tasks,
)
from warroom.store.advisory_locks import AdvisoryLocks
from warroom.store.custody import SqlCustody
from warroom.store.deliveries import SqlDeliveries
from warroom.store.engine import BUSY_SECONDS, reading_engine, writing_engine
from warroom.store.group_commit import Enqueue, prepare
from warroom.store.halts import SqlHalts
from warroom.store.indicators import SqlIndicators
from warroom.store.leases import SqlLeases, forget_all
from warroom.store.migrate import migrate
from warroom.store.numbers import Numbers, OwnNumbers, SharedNumbers
from warroom.store.outage import DATABASE_RETRIES
from warroom.store.reader import Reader, flaws
from warroom.store.replies import SqlReplies
from warroom.store.seals import SqlSeals
from warroom.store.tries import SqlTries
from warroom.store.users import SqlUsers
from warroom.store.writer import Writer


def open_store(
    url: str,
    blobs: Blobs,
    vault: Vault,
    enqueue: Enqueue | None = None,
    *,
    busy_seconds: float = BUSY_SECONDS,
    retries: RetryPolicy = DATABASE_RETRIES,
) -> "SqlStore":
    """Open the database, made or brought up to date when need be; `sqlite:///PATH` or `postgresql://…`.

    With SQLite, the process that opens it must hold the data folder's lock: numbers are then counted in memory.
    `enqueue` is called inside the transaction for the jobs of a commit. `busy_seconds` is how long SQLite waits for a
    lock of another program, `retries` the policy after an outage.
    """
    engine = writing_engine(url, busy_seconds)
    migrate(engine)
    reading = reading_engine(url)
    own = engine.dialect.name == "sqlite"
    if own:
        forget_all(engine)
    writer, reader = Writer(engine, enqueue, retries), Reader(reading, blobs, retries)
    return SqlStore(
        engine=engine,
        exclusive=own,
        users=SqlUsers(writer, reader),
        tries=SqlTries(writer, reader),
        replies=SqlReplies(writer),
        locks=AdvisoryLocks(engine),
        leases=SqlLeases(engine),
        halts=SqlHalts(writer, reader),
        deliveries=SqlDeliveries(writer, reader),
        custody=SqlCustody(writer, reader),
        seals=SqlSeals(writer, reader),
        indicators=SqlIndicators(writer, reader),
        _blobs=blobs,
        _vault=vault,
        _writer=writer,
        _reader=reader,
        _numbers=OwnNumbers(reading) if own else SharedNumbers(engine),
    )


@dataclass(slots=True, kw_only=True)
class SqlStore:
    """Implements the Store port. `engine` may be shared with others who write to the same database."""

    engine: Engine
    exclusive: bool
    users: SqlUsers
    tries: SqlTries
    replies: SqlReplies
    locks: AdvisoryLocks
    leases: SqlLeases
    halts: SqlHalts
    deliveries: SqlDeliveries
    custody: SqlCustody
    seals: SqlSeals
    indicators: SqlIndicators
    _blobs: Blobs
    _vault: Vault
    _writer: Writer
    _reader: Reader
    _numbers: Numbers

    def enqueue_with(self, enqueue: Enqueue) -> None:
        """Set how the jobs of commits are enqueued, for a queue that needs `engine` first."""
        self._writer.enqueue = enqueue

    def close(self) -> None:
        """Write what is queued and close the database."""
        self._writer.close()
        self._reader.close()
        self.engine.dispose()

    def seal(self, value: Json) -> str:
        return self._vault.seal(kinds.SEALED.versioned(kinds.Sealed(value=value)))

    def unseal(self, sealed: str) -> Json:
        return kinds.SEALED.read(self._vault.open(sealed), {}).value

    async def flaws(self) -> str:
        return await self._reader.ask(flaws)

    # What changes state

    async def commit(self, changes: Changes) -> Committed:
        return await self._writer.commit(await prepare(changes, self._blobs))

    async def reserve_incidents(self, count: int) -> int:
        return await self._numbers.incidents(count)

    async def reserve_entries(self, incident: IncidentId, count: int) -> int:
        return await self._numbers.entries(incident, count)

    async def claim(self, plan: PlanId, worker: WorkerId, now: datetime) -> PlanRecord | None:
        row = await self._writer.step(partial(plans.claim, plan=plan, worker=worker, now=now))
        return None if row is None else plans.plan_from(row, self._reader.far)

    async def release(self, plan: PlanId, worker: WorkerId) -> None:
        await self._writer.step(partial(plans.release, plan=plan, worker=worker))

    async def save_instance(self, instance: IntegrationInstance, actor: str, at: datetime) -> None:
        row = instances.row_of(instance, self._vault)
        await self._writer.step(partial(instances.save, row=row, actor=actor, at=at))

    async def remove_instance(self, instance: InstanceId, actor: str, at: datetime) -> None:
        await self._writer.step(partial(instances.remove, instance=instance, actor=actor, at=at))

    async def save_integration_context(self, instance: InstanceId, value: JsonObject, version: int | None) -> int:
        text = instances.context_text(instance, value)
        return await self._writer.step(partial(instances.save_context, instance=instance, text=text, version=version))

    async def change_list(self, name: str, edit: ListEdit, actor: str, at: datetime) -> str:
        return await self._writer.step(partial(lists.change, name=name, edit=edit, actor=actor, at=at))

    async def save_list(self, name: str, text: str, actor: str, at: datetime) -> None:
        await self._writer.step(partial(lists.save, row=lists.row_of(name, text), actor=actor, at=at))

    async def save_content(self, sha256: str, text: str) -> None:
        await self._writer.step(partial(content.save, sha256=sha256, text=text))

    # What can be asked

    async def incident(self, incident: IncidentId) -> Incident:
        return await self._reader.look(incidents.by_id, incident)

    async def incidents(self, query: IncidentQuery) -> list[Incident]:
        return await self._reader.ask(incidents.matching, query)

    async def count_incidents(self, query: IncidentQuery) -> int:
        return await self._reader.ask(incidents.count, query)

    async def incident_groups(self, query: IncidentQuery) -> list[IncidentGroup]:
        return await self._reader.ask(incidents.groups, query)

    async def known_mirrors(self, instance: IntegrationInstance, ids: Sequence[str]) -> Mapping[str, IncidentId]:
        return await self._reader.ask(incidents.known_mirrors, instance, ids)

    async def entry(self, entry: EntryId) -> Entry:
        return await self._reader.look(entries.by_id, entry)

    async def entries(self, incident: IncidentId, after: int = 0, limit: int = 1000) -> list[Entry]:
        return await self._reader.ask(entries.of_incident, incident, after, limit)

    async def find_entries(self, query: EntryQuery) -> list[Entry]:
        return await self._reader.ask(entries.wanted, query)

    async def files(self, incident: IncidentId | None = None) -> list[Entry]:
        return await self._reader.ask(entries.files, incident)

    async def context_log(self, incident: IncidentId, after: int = 0) -> ContextLog:
        return await self._reader.look(context_log.of_incident, incident, after)

    async def plan(self, plan: PlanId) -> PlanRecord:
        return await self._reader.look(plans.by_id, plan)

    async def plans(self, incident: IncidentId) -> list[PlanRecord]:
        return await self._reader.ask(plans.of_incident, incident)

    async def open_plans(self) -> list[PlanRecord]:
        return await self._reader.ask(plans.not_ended)

    async def tasks(self, plan: PlanId) -> list[TaskRecord]:
        return await self._reader.look(tasks.tasks_of, plan)

    async def tasks_for_people(self, query: AskedQuery = ALL_ASKED) -> list[tuple[PlanRecord, TaskRecord]]:
        return await self._reader.ask(tasks.waiting_for_people, query)

    async def answers(self, plan: PlanId) -> list[Answer]:
        return await self._reader.look(tasks.answers_of, plan)

    async def intents(self, plan: PlanId) -> list[Intent]:
        return await self._reader.look(intents.of_plan, plan)

    async def actions(self, query: ActionQuery) -> list[Action]:
        return await self._reader.ask(intents.actions, query)

    async def instances(self) -> list[IntegrationInstance]:
        return await self._reader.ask(instances.all_of_them, self._vault)

    async def last_run(self, instance: InstanceId) -> JsonObject:
        return await self._reader.look(instances.last_run_of, instance)

    async def mirror_run(self, instance: InstanceId) -> MirrorRun:
        return await self._reader.look(mirrors.run_of, instance)

    async def mirror_record(self, incident: IncidentId) -> MirrorRecord | None:
        return await self._reader.look(mirrors.of_incident, incident)

    async def mirror_records(self, query: MirrorQuery) -> list[MirrorRecord]:
        return await self._reader.ask(mirrors.wanted, query)

    async def integration_context(self, instance: InstanceId) -> IntegrationContext:
        return await self._reader.look(instances.context_of, instance)

    async def content(self, sha256: str) -> str:
        return await self._reader.look(content.by_sha256, sha256)

    async def lists(self) -> Mapping[str, str]:
        return await self._reader.ask(lists.all_of_them)

    async def set_aside(self) -> list[SetAside]:
        return await self._reader.ask(fetches.aside)

    async def dropped(self, query: DroppedQuery) -> list[SetAside]:
        return await self._reader.ask(fetches.dropped, query)

    async def dropped_counts(self) -> Mapping[tuple[InstanceId, str], int]:
        return await self._reader.ask(fetches.dropped_counts)

    async def dropped_records(self, source: InstanceId, remotes: Sequence[str]) -> Mapping[str, str]:
        return await self._reader.ask(fetches.dropped_records, source, remotes)

    async def untaken(self, aside: str) -> Untaken:
        return await self._reader.ask(fetches.untaken, aside)

    async def linked_records(self, source: InstanceId, remotes: Sequence[str]) -> Mapping[str, IncidentId]:
        return await self._reader.ask(fetches.linked_records, source, remotes)

    async def storm_leaders(self, keys: Sequence[str], since: datetime) -> Mapping[str, IncidentId]:
        return await self._reader.ask(fetches.storm_leaders, keys, since)

    async def fetch_states(self) -> Mapping[InstanceId, FetchState]:
        return await self._reader.look(fetches.states)

    async def events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        return await self._reader.ask(events.after, after, limit)

    async def last_event(self) -> int:
        return await self._reader.look(events.last)
