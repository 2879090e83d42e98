"""New entries of a War Room: the one place that reserves their numbers, and lines that the runtime writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from warroom.model.entry import Entry, EntryFormat, EntryType, StoredFile
from warroom.model.ids import EntryId, IncidentId, PlanId, TaskKey, entry_id
from warroom.model.json import Json
from warroom.services.ports.store import Store


async def next_ids(store: Store, incident: IncidentId, count: int) -> list[EntryId]:
    """Reserve the next numbers of an incident's War Room; one that is not used in the end stays empty."""
    first = await store.reserve_entries(incident, count)
    return [entry_id(number, incident) for number in range(first, first + count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is said, by whom, and where it belongs: an entry that has no number yet. It is shown to the letter."""

    incident: IncidentId
    text: Json
    at: datetime
    actor: str
    plan: PlanId | None = None
    task: TaskKey | None = None
    type: EntryType = EntryType.NOTE
    format: EntryFormat = EntryFormat.TEXT
    readable: str | None = None  # what a person reads, where the text is data
    context: Mapping[str, Json] = field(default_factory=dict)
    command: str = ""
    instance: str = ""
    tags: tuple[str, ...] = ()
    note: bool = False
    file: StoredFile | None = None

    async def entry(self, store: Store) -> Entry:
        """Return it as an entry with the next number of its incident."""
        [number] = await next_ids(store, self.incident, 1)
        return self.numbered(number)

    def numbered(self, number: EntryId) -> Entry:
        return Entry(
            id=number,
            incident=self.incident,
            type=self.type,
            format=self.format,
            contents=self.text,
            human_readable=self.readable,
            context=self.context,
            created=self.at,
            actor=self.actor,
            command=self.command,
            instance=self.instance,
            plan=self.plan,
            task=self.task,
            tags=self.tags,
            note=self.note,
            file=self.file,
        )


async def entries_of(store: Store, incident: IncidentId, said: Sequence[str], at: datetime, actor: str) -> list[Entry]:
    """Return texts as entries of one incident, in order; the numbers are reserved at once."""
    if not said:
        return []
    numbered = await next_ids(store, incident, len(said))
    lines = [Line(incident=incident, text=text, at=at, actor=actor) for text in said]
    return [line.numbered(number) for line, number in zip(lines, numbered, strict=True)]
