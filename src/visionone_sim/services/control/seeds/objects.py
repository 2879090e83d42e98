"""Suspicious, excepted and blocked objects, each by its type and value, such as `domain/bad.example`."""

from typing import TypeVar

from visionone_sim.errors import BadRequestError
from visionone_sim.services.control.door import Order
from visionone_sim.services.control.seeds.kind import Kind, two_parts
from visionone_sim.services.control.seeds.values import Body, made, read
from visionone_sim.services.threatintel import listed_document
from visionone_sim.tenant.objects import (
    OBJECT_TYPES,
    BlockedObject,
    ExceptedObject,
    ListedObject,
    Suspicion,
    SuspiciousObject,
    read_object,
)
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time

L = TypeVar("L", SuspiciousObject, ExceptedObject, BlockedObject)


class ExceptionSeed(Order):
    description: str | None = None


class BlockSeed(Order):
    task_id: str = "00000000"
    """The response task that is said to have done it."""


def _item(tenant: Tenant, place: str) -> ListedObject:
    kind, value = two_parts(place, "the type and the value of an object")
    if kind not in OBJECT_TYPES:
        raise BadRequestError(f"There is no type {kind!r} of objects; use one of {', '.join(OBJECT_TYPES)}.")
    return read_object({kind: value}, check_format=tenant.settings.check_object_formats)


def _listed(item: ListedObject, entries: list[L]) -> L | None:
    return next((entry for entry in entries if entry.item == item), None)


def _suspect(tenant: Tenant, place: str, body: Body) -> None:
    suspicion = made(Suspicion, body, fixed={"item": _item(tenant, place)}, defaults={})
    tenant.objects.suspect(suspicion, tenant.clock.now(), tenant.settings)


def _suspected(tenant: Tenant, place: str) -> dict[str, Json] | None:
    entry = _listed(_item(tenant, place), tenant.objects.suspicious(tenant.clock.now()))
    return listed_document(tenant, entry) if entry is not None else None


def _except(tenant: Tenant, place: str, body: Body) -> None:
    seed = read(ExceptionSeed, body)
    tenant.objects.make_exception(_item(tenant, place), seed.description, tenant.clock.now())


def _excepted(tenant: Tenant, place: str) -> dict[str, Json] | None:
    entry = _listed(_item(tenant, place), tenant.objects.excepted())
    return listed_document(tenant, entry) if entry is not None else None


def _block(tenant: Tenant, place: str, body: Body) -> None:
    seed = read(BlockSeed, body)
    tenant.objects.block(_item(tenant, place), now=tenant.clock.now(), task_id=seed.task_id)


def _blocked(tenant: Tenant, place: str) -> dict[str, Json] | None:
    tenant.settle()
    entry = _listed(_item(tenant, place), tenant.objects.blocked())
    return blocked_document(entry) if entry is not None else None


def blocked_document(entry: BlockedObject) -> dict[str, Json]:
    """Write an entry of the block list, which the API never shows."""
    item = entry.item
    return {"type": item.type, "value": item.value, "since": wire_time(entry.since), "taskId": entry.task_id}


SUSPICIOUS_OBJECTS = Kind(
    put=_suspect,
    find=_suspected,
    remove=lambda tenant, place: tenant.objects.clear_suspicion(_item(tenant, place), tenant.clock.now()),
)
EXCEPTIONS = Kind(
    put=_except, find=_excepted, remove=lambda tenant, place: tenant.objects.end_exception(_item(tenant, place))
)
BLOCK_LIST = Kind(put=_block, find=_blocked, remove=lambda tenant, place: tenant.objects.unblock(_item(tenant, place)))
