"""A tenant as bytes, and back: to rewind it, to keep it in a file."""

import io
import pickle  # only our own classes and a few harmless ones are read back, see _SnapshotReader
from dataclasses import fields
from datetime import datetime
from typing import Any

from visionone_sim.tenant.tenant import Tenant

FORMAT = 1
# What snapshots hold beside our own classes; anything else in a file is refused.
HARMLESS = {
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("builtins", "object"),
    ("builtins", "complex"),
    ("collections", "deque"),
    ("datetime", "datetime"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("random", "Random"),
}
OURS = "visionone_sim.tenant."
SETTINGS = ("visionone_sim.settings", "Settings")


class SnapshotError(Exception):
    """The bytes are no snapshot of this version of the twin."""


def take_snapshot(tenant: Tenant) -> bytes:
    """Return all that a tenant is at this moment."""
    tenant.settle()
    state = {field.name: getattr(tenant, field.name) for field in fields(tenant) if field.name != "clock"}
    target = io.BytesIO()
    _SnapshotWriter(target, tenant).dump((FORMAT, tenant.clock.now(), state))
    return target.getvalue()


def restore_snapshot(tenant: Tenant, snapshot: bytes, *, rewind: bool = True) -> None:
    """Make a tenant what it was; its time goes back with it, or goes on and never back."""
    moment, state = _read(tenant, snapshot)
    tenant.close()
    for name, value in state.items():
        setattr(tenant, name, value)
    ahead = (moment - tenant.clock.now()).total_seconds()
    if rewind or ahead > 0:
        tenant.clock.advance(ahead)


def _read(tenant: Tenant, snapshot: bytes) -> tuple[datetime, dict[str, Any]]:
    try:
        version, moment, state = _SnapshotReader(io.BytesIO(snapshot), tenant).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise SnapshotError(f"This is no snapshot of a tenant ({error}).") from error
    if version != FORMAT or state.keys() != {field.name for field in fields(tenant)} - {"clock"}:
        raise SnapshotError("The snapshot is of another version of the twin; take a new one.")
    return moment, state


class _SnapshotWriter(pickle.Pickler):
    """The tenant and its clock stay where they are; the snapshot only points to them."""

    def __init__(self, target: io.BytesIO, tenant: Tenant) -> None:
        super().__init__(target, protocol=pickle.HIGHEST_PROTOCOL)
        self._known = {id(tenant): "tenant", id(tenant.clock): "clock"}

    def persistent_id(self, obj: Any) -> str | None:
        return self._known.get(id(obj))


class _SnapshotReader(pickle.Unpickler):
    """Reads classes of the tenant and harmless values, nothing that could run something."""

    def __init__(self, source: io.BytesIO, tenant: Tenant) -> None:
        super().__init__(source)
        self._known: dict[str, Any] = {"tenant": tenant, "clock": tenant.clock}

    def persistent_load(self, pid: Any) -> Any:
        return self._known[pid]

    def find_class(self, module_name: str, global_name: str) -> Any:
        place = (module_name, global_name)
        if module_name.startswith(OURS) or place in HARMLESS or place == SETTINGS or _is_query(place):
            found = super().find_class(module_name, global_name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} does not belong in a snapshot")


def _is_query(place: tuple[str, str]) -> bool:
    # The list of alerts remembers its last question.
    return place[0] in {"visionone_sim.queries", "visionone_sim.filters"}
