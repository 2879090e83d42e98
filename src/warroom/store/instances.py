"""Integration instances as rows, and what the runtime remembers for one."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.json import JsonObject
from warroom.services.ports.events import NewEvent
from warroom.services.ports.fetches import LastRun
from warroom.services.ports.store import IntegrationContext, Memory
from warroom.services.ports.vault import Vault
from warroom.store import events, kinds
from warroom.store.body import plain, text_of
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import FETCH_STATE, INSTANCE, INTEGRATION_CONTEXT, LAST_RUN, MIRROR_RUN

SAVE = Upsert(table=INSTANCE)
SAVE_LAST_RUN = Upsert(table=LAST_RUN)
SAVE_CONTEXT = Upsert(table=INTEGRATION_CONTEXT)
SAVE_MEMORY = Upsert(table=INTEGRATION_CONTEXT, kept={"version": "integration_context.version + 1"})

_ALL = select(INSTANCE.c.id, INSTANCE.c.body, INSTANCE.c.sealed)
_NAME = select(INSTANCE.c.name).where(INSTANCE.c.id == bindparam("instance"))
_LAST_RUN = select(LAST_RUN.c.body).where(LAST_RUN.c.instance == bindparam("instance"))
_CONTEXT = select(INTEGRATION_CONTEXT.c.version, INTEGRATION_CONTEXT.c.body).where(
    INTEGRATION_CONTEXT.c.instance == bindparam("instance")
)
_REMOVALS = (
    delete(INSTANCE).where(INSTANCE.c.id == bindparam("instance")),
    delete(LAST_RUN).where(LAST_RUN.c.instance == bindparam("instance")),
    delete(INTEGRATION_CONTEXT).where(INTEGRATION_CONTEXT.c.instance == bindparam("instance")),
    delete(MIRROR_RUN).where(MIRROR_RUN.c.instance == bindparam("instance")),
    delete(FETCH_STATE).where(FETCH_STATE.c.instance == bindparam("instance")),
)


def row_of(instance: IntegrationInstance, vault: Vault) -> Row:
    text = text_of(kinds.INSTANCE, instance, f"Instance {instance.name}")
    sealed = vault.seal(kinds.SECRETS.versioned(kinds.Secrets(secrets=instance.secrets)))
    return (instance.id, plain(instance.name), text, sealed)


def save(connection: Connection, row: Row, actor: str, at: datetime) -> None:
    SAVE.write(connection, [row])
    _log(connection, row[0], row[1], "saved", actor, at)


def remove(connection: Connection, instance: InstanceId, actor: str, at: datetime) -> None:
    found = run(connection, _NAME, instance=instance)
    if not found:
        raise NotFoundError(f"There is no integration instance {instance}.")
    for removal in _REMOVALS:
        run(connection, removal, instance=instance)
    _log(connection, instance, found[0][0], "removed", actor, at)


def _log(connection: Connection, instance: str, name: str, change: str, actor: str, at: datetime) -> None:
    payload = {"id": instance, "name": name, "change": change}
    events.append(connection, NewEvent(incident=None, kind="instance", payload=payload), actor, at)


def all_of_them(db: Rows, vault: Vault) -> list[IntegrationInstance]:
    found = [
        db.read(kinds.INSTANCE, text, id=id_, secrets=kinds.SECRETS.read(vault.open(sealed), {}).secrets)
        for id_, text, sealed in db.of(_ALL)
    ]
    return sorted(found, key=lambda instance: instance.name)


def last_run_row(last_run: LastRun) -> Row:
    return (last_run.instance, text_of(kinds.LAST_RUN, last_run, f"The last run of {last_run.instance}"))


def last_run_of(db: Rows, instance: InstanceId) -> JsonObject:
    for (text,) in db.of(_LAST_RUN, instance=instance):
        return db.read(kinds.LAST_RUN, text, instance=instance).value
    return {}


def context_of(db: Rows, instance: InstanceId) -> IntegrationContext:
    for version, text in db.of(_CONTEXT, instance=instance):
        return db.read(kinds.INTEGRATION_CONTEXT, text, version=version)
    return IntegrationContext()


def memory_row(memory: Memory) -> Row:
    return (memory.instance, 1, context_text(memory.instance, memory.value))


def context_text(instance: InstanceId, value: JsonObject) -> str:
    held = IntegrationContext(value=value)
    return text_of(kinds.INTEGRATION_CONTEXT, held, f"The integration context of {instance}")


def save_context(connection: Connection, instance: InstanceId, text: str, version: int | None) -> int:
    found = run(connection, _CONTEXT, instance=instance)
    known = int(found[0][0]) if found else 0
    if version is not None and version != known:
        raise ConflictError(
            f"The integration context of {instance} is at version {known}, not {version}; read it again."
        )
    SAVE_CONTEXT.write(connection, [(instance, known + 1, text)])
    return known + 1
