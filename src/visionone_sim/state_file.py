"""The tenant's state in a file: read at the start, written now and then and at the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from visionone_sim.tenant.snapshots import restore_snapshot, take_snapshot
from visionone_sim.tenant.tenant import Tenant

SAVED_EVERY_SECONDS = 2.0


def load_state(tenant: Tenant, file: Path) -> bool:
    """Make a tenant what a file says; without a file it stays as it is. Raises SnapshotError for a wrong file."""
    if not file.exists():
        return False
    restore_snapshot(tenant, file.read_bytes(), rewind=False)
    return True


def save_state(tenant: Tenant, file: Path) -> None:
    """Write the state so that at any moment the file is whole: the old one or the new one."""
    beside = file.with_name(f"{file.name}.new")
    beside.touch(mode=0o600)
    beside.write_bytes(take_snapshot(tenant))
    beside.replace(file)


@asynccontextmanager
async def kept_in(tenant: Tenant, file: Path | None) -> AsyncIterator[None]:
    """Save the state every few seconds while the block runs, and at its end."""
    if file is None:
        yield
        return
    saving = asyncio.create_task(_save_forever(tenant, file))
    try:
        yield
    finally:
        saving.cancel()
        save_state(tenant, file)


async def _save_forever(tenant: Tenant, file: Path) -> None:
    while True:
        await asyncio.sleep(SAVED_EVERY_SECONDS)
        save_state(tenant, file)
