"""Work on the inventory itself: endpoints are taken out, or the list is exported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

InventoryAction: TypeAlias = Literal["delete", "export"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryTask:
    """A piece of such work; the twin does it at once."""

    id: str
    action: InventoryAction
    created: datetime
    agent_guid: str | None = None


class InventoryTasks(Mapping[str, InventoryTask]):
    """All of them by id, oldest first."""

    def __init__(self) -> None:
        self._tasks: dict[str, InventoryTask] = {}

    def __getitem__(self, task_id: str) -> InventoryTask:
        return self._tasks[task_id]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._tasks))

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, task: InventoryTask) -> InventoryTask:
        self._tasks[task.id] = task
        return task
