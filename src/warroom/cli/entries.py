"""The entries of an incident, however many there are."""

from warroom.cli.door import Door
from warroom.model.json import JsonObject

PAGE = 1000


async def entries_of(door: Door, incident: str, after: int = 0) -> list[JsonObject]:
    """Return all entries with a greater number than `after`, page by page."""
    found: list[JsonObject] = []
    while True:
        page: list[JsonObject] = await door.call("entries", incident=incident, after=after, limit=PAGE)
        found += page
        if len(page) < PAGE:
            return found
        after = int(page[-1]["id"].partition("@")[0])
