"""The records of a fetch; those that are too large for an incident are separate."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from warroom.mapping.deduplicate import mirror_id
from warroom.model.border import parsed, text, written
from warroom.model.errors import HostError
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.services.ports.clock import Clock
from warroom.services.ports.fetches import SetAside, Untaken
from warroom.services.ports.runner import Ran

LARGEST_RECORD = 8 << 20  # bytes of JSON; every command on an incident carries it
ID_LENGTH = 12
LONGEST_WHAT = 200
LONGEST_WHY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What can be taken, in the order of the fetch, and the texts of what is too large."""

    values: Sequence[Json]
    oversized: Sequence[str] = field(default=(), repr=False)


async def records_of(ran: Ran) -> Records:
    """Read what a fetch has brought, also what it had to leave in files."""
    if not ran.spilled:
        return Records(values=[item for item in ran.incidents or () if item is not None])
    try:
        return await asyncio.to_thread(_with_spilled, ran)
    except OSError as error:
        raise HostError(f"A large record of the fetch cannot be read from its file ({error.strerror}).") from error


def _with_spilled(ran: Ran) -> Records:
    values: list[Json] = []
    oversized: list[str] = []
    for position, value in enumerate(ran.incidents or ()):
        if value is not None or position not in ran.spilled:
            values.append(value)
            continue
        document = _read(ran.scratch / Path(ran.spilled[position]).name)
        if len(document) > LARGEST_RECORD:
            oversized.append(document)
        else:
            values.append(parsed(document))
    return Records(values=[value for value in values if value is not None], oversized=oversized)


def _read(path: Path) -> str:
    """Read a file that the code wrote into its own folder; links are not followed."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), encoding="utf-8", errors="replace") as file:
        return file.read()


def untaken(instance: IntegrationInstance, record: Json, why: str, clock: Clock) -> Untaken:
    """Set a record aside; the same one gets the same id."""
    document = record if isinstance(record, str) else written(record)
    return _untaken(instance, document, what_of(record), why, clock)


def oversized(instance: IntegrationInstance, document: str, clock: Clock) -> Untaken:
    """Set a record aside that is too large to be an incident; it is not even read."""
    size = len(document) / (1 << 20)
    why = f"It has {size:.1f} MiB, and an incident can have {LARGEST_RECORD >> 20} MiB."
    return _untaken(instance, document, document[:LONGEST_WHAT], why, clock)


def what_of(record: Json) -> str:
    """Describe a record: its name and its id, or how it begins."""
    if isinstance(record, dict):
        name = record.get("name")
        named = [part for part in (mirror_id(record), name if isinstance(name, str) else "") if part]
        if named:
            return text(" ".join(named))[:LONGEST_WHAT]
    return text(written(record))[:LONGEST_WHAT]


def _untaken(instance: IntegrationInstance, document: str, what: str, why: str, clock: Clock) -> Untaken:
    data = document.encode("utf-8", "surrogatepass")
    aside = SetAside(
        id=sha256(f"{instance.id} ".encode() + data).hexdigest()[:ID_LENGTH],
        instance=instance.id,
        instance_name=instance.name,
        what=what,
        why=text(why)[:LONGEST_WHY],
        at=clock.now(),
        size=len(data),
    )
    return Untaken(aside=aside, record=document)
