"""A line of the War Room in which the runtime says what happened: plain text, beside the task that it is about."""

from dataclasses import dataclass
from datetime import datetime

from warroom.model.entry import Entry, EntryFormat
from warroom.model.ids import IncidentId, PlanId, TaskKey, entry_id
from warroom.services.ports.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is said, by whom, and where it belongs."""

    incident: IncidentId
    text: str
    at: datetime
    actor: str
    plan: PlanId | None = None
    task: TaskKey | None = None

    async def entry(self, store: Store) -> Entry:
        """Give it as an entry with the next number of its incident."""
        return Entry(
            id=entry_id(await store.reserve_entries(self.incident, 1), self.incident),
            incident=self.incident,
            format=EntryFormat.TEXT,
            contents=self.text,
            created=self.at,
            actor=self.actor,
            plan=self.plan,
            task=self.task,
        )
