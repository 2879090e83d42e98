"""The table of operations, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from warroom.doors import (
    audit,
    completion,
    doctor,
    events,
    evidence,
    fetches,
    halts,
    incidents,
    indicators,
    instances,
    integrations,
    machine_files,
    messages,
    packs,
    plans,
    playbooks,
    sealed_log,
    tasks,
    users,
    war_room,
)
from warroom.doors.operation import Operation

GROUPS = (
    audit,
    completion,
    doctor,
    events,
    evidence,
    fetches,
    halts,
    incidents,
    indicators,
    instances,
    integrations,
    machine_files,
    messages,
    packs,
    plans,
    playbooks,
    sealed_log,
    tasks,
    users,
    war_room,
)
OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        found.name: found
        for found in sorted(
            (value for group in GROUPS for value in vars(group).values() if isinstance(value, Operation)),
            key=lambda one: one.name,
        )
    }
)
