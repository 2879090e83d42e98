"""The incidents that one is linked to, beside its tabs."""

from contextlib import suppress
from dataclasses import dataclass

from warroom.model.errors import NotFoundError
from warroom.model.incident import Incident, Status
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.web.pages.text import one_line

MOST = 20  # a flood can have hundreds


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A linked incident; `state` is its status, of a closed one the reason, too."""

    incident: Incident
    name: str
    state: str


async def linked_view(app: App, incident: Incident, actor: Actor) -> dict[str, object]:
    """Return the newest incidents that this one is linked to, and how many more there are."""
    numbers = sorted(incident.linked, key=int, reverse=True)
    shown = []
    for number in numbers[:MOST]:
        with suppress(NotFoundError):
            other = await app.incidents.get(number, actor)
            shown.append(Linked(incident=other, name=one_line(other.name, 120), state=_state(other)))
    return {"linked": shown, "more_linked": len(numbers) - len(shown)}


def _state(incident: Incident) -> str:
    if incident.status is not Status.DONE:
        return "open"
    return f"closed: {one_line(incident.close_reason, 40)}" if incident.close_reason else "closed"
