"""The `demisto.*` methods that are built-in commands under another name, and those that cannot be answered here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from warroom.model.entry import EntryType
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject

# Methods whose answer only XSOAR's server or its surroundings have.
REFUSED: Mapping[str, str] = {
    "credentials": "a vault of credentials cannot be asked here. Write the credentials into the instance",
    "directMessage": "there is no chat here. Use the command of a messaging integration, such as send-notification",
    "handleEntitlementForUser": "answers that come by mail or chat are not taken here. A task asks a person instead",
    "internalHttpRequest": "XSOAR's own API is not here. Use a built-in command, or warroom's API through http",
    "mapObject": "mappers are applied to fetched alerts only. Map the object in the script",
    "mirrorInvestigation": "the War Room is not mirrored to a chat here. Post what is needed with a command",
}


class Code(Protocol):
    """What the methods need of the code that calls them: its incident, and commands on its behalf."""

    @property
    def incident(self) -> Incident: ...

    async def execute_command(self, args: JsonObject, scratch: Path) -> Json: ...


def refuse(method: str) -> None:
    """Raise InvalidInputError for a method that cannot be answered here, with the reason."""
    if why := REFUSED.get(method):
        raise InvalidInputError(f"demisto.{method} is not available: {why}.")


async def find_user(code: Code, args: JsonObject, scratch: Path) -> Json:
    """Return the user of a name or a mail address; an empty object where there is none."""
    name, mail = str(args.get("username") or "").casefold(), str(args.get("email") or "").casefold()
    (entry,) = await _entries(code, "getUsers", {}, scratch)
    for user in entry["Contents"]:
        if name == user["username"].casefold() if name else mail and mail == user["email"].casefold():
            return user
    return {}


async def create_incidents(code: Code, args: JsonObject, scratch: Path) -> Json:
    """Create incidents as `createNewIncident` does, and return them with their ids; no mapper is applied."""
    if args.get("lastRun") is not None:
        raise InvalidInputError("demisto.createIncidents takes no lastRun here: only a fetch has one. Leave it out.")
    given = args.get("incidents")
    made: list[Json] = []
    for incident in given if isinstance(given, list) else [given]:
        if not isinstance(incident, dict) or not incident.get("name"):
            raise InvalidInputError("demisto.createIncidents takes a list of incidents, each an object with a name.")
        (entry,) = await _entries(code, "createNewIncident", _arguments(incident), scratch)
        made.append({**incident, "id": entry["EntryContext"]["CreatedIncidentID"]})
    return made


async def add_entry(code: Code, args: JsonObject, scratch: Path) -> Json:
    """Add a note to an incident's War Room, with the name of who wrote it elsewhere."""
    who = str(args.get("username") or args.get("email") or "")
    texts = [f"**{who}**" if who else "", str(args.get("entry") or ""), str(args.get("footer") or "")]
    entry = {
        "Type": EntryType.NOTE.value,
        "ContentsFormat": "markdown",
        "Contents": "\n".join(filter(None, texts)),
        "Note": True,
    }
    await _entries(code, "addEntries", {"id": str(args.get("id") or code.incident.id), "entries": [entry]}, scratch)
    return None


def urls(public_url: str, incident: Incident) -> JsonObject:
    """Return the addresses of the console and of an incident's pages, as far as the setting `public_url` says them."""
    server = public_url.rstrip("/")
    room = f"{server}/incidents/{incident.id}"
    return {
        "server": server,
        "investigation": room,
        "warRoom": room,
        "workPlan": room,
        "relatedIncidents": room,
        "evidenceBoard": room,
    }


def _arguments(incident: JsonObject) -> JsonObject:
    """Return the arguments of `createNewIncident` for an incident as a fetch would give it."""
    known = ("name", "type", "severity", "details", "occurred", "owner", "labels")
    args = {name: incident[name] for name in known if incident.get(name) not in (None, "", [])}
    return args | {"customFields": incident.get("CustomFields") or {}}


async def _entries(code: Code, command: str, args: JsonObject, scratch: Path) -> list[JsonObject]:
    """Run a built-in command; what it refuses is raised."""
    found = await code.execute_command({"command": command, "args": args}, scratch)
    entries: list[JsonObject] = found if isinstance(found, list) else []
    for entry in entries:
        if entry.get("Type") == EntryType.ERROR.value:
            raise InvalidInputError(str(entry.get("Contents")))
    return entries
