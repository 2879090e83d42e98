"""The event log, as it grows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import Field, WithJsonSchema

from warroom.doors.answer import Items
from warroom.doors.asked import Asked, Nothing
from warroom.doors.operation import reads
from warroom.model.event import Event
from warroom.model.json import JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission

# Each kind has further fields of its own beside these.
EventShown: TypeAlias = Annotated[
    JsonObject,
    WithJsonSchema(
        {
            "title": "Event",
            "description": "A committed change; each kind has further fields beside these.",
            "type": "object",
            "properties": {
                "sequence": {"type": "integer"},
                "incident": {"type": ["string", "null"]},
                "kind": {"type": "string"},
                "actor": {"type": "string"},
            },
            "required": ["sequence", "incident", "kind", "actor"],
        }
    ),
]


class EventList(Asked):
    """From which event on; waits up to `seconds` for the first one."""

    after: int = Field(default=0, ge=0, le=2**53, description="Events with a greater number.")
    seconds: float = Field(default=0.0, ge=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events(Items[EventShown]):
    """Events in order."""

    items: Sequence[EventShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastEvent:
    """The number of the last event."""

    sequence: int


@reads("events", Permission.SEE)
async def list_events(app: App, asked: EventList, actor: Actor) -> Events:
    """List events in order; one that the actor may not see has no payload."""
    listener = app.journal.listen()
    try:
        found = await app.audit.events(asked.after, actor)
        if not found and asked.seconds:
            try:
                async with asyncio.timeout(asked.seconds):
                    await listener.wait()
            except TimeoutError:
                return Events(items=[])
            found = await app.audit.events(asked.after, actor)
    finally:
        app.journal.unlisten(listener)
    return Events(items=[_shown(event) for event in found])


@reads("events.last", Permission.SEE)
async def last_event(app: App, _asked: Nothing, actor: Actor) -> LastEvent:
    """Return the number of the last event, from which on a program may follow."""
    return LastEvent(sequence=await app.audit.last(actor))


def _shown(event: Event) -> JsonObject:
    fixed = {"sequence": event.sequence, "incident": event.incident, "kind": event.kind, "actor": event.actor}
    return fixed | event.payload
