"""The built-in command that creates an incident."""

from warroom.context.moment import moment
from warroom.model.errors import InvalidInputError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.fields import NO_TYPE, known_people, with_fields
from warroom.services.execution.json_arguments import json_object
from warroom.services.execution.server import Server, text_entry
from warroom.services.plans.new_incident import with_playbook

ABSENT: tuple[Json, ...] = (None, "")


async def create_new_incident(server: Server, call: Call) -> Outcome:
    """Create an incident, whose type's playbook starts; both are committed with the task that asks for it.

    It comes from no instance, even if the incident of the task comes from one.
    """
    args = {key: value for key, value in call.args.items() if value not in ABSENT}
    if not str(args.get("name") or "").strip():
        raise InvalidInputError("createNewIncident needs the argument 'name'. Write name=NAME.")
    given = json_object("customFields", args.pop("customFields", None)) | args
    now = server.now
    occurred = moment(given.pop("occurred")) if "occurred" in given else now
    values = await known_people(server.catalogue, server.users, given, call.origin.actor)
    blank = Incident(
        id=IncidentId(str(await server.store.reserve_incidents(1))),
        name="",
        type=NO_TYPE,
        occurred=occurred,
        created=now,
        modified=now,
    )
    incident = with_fields(server.catalogue, blank, values)
    made = await with_playbook(server.preparing, incident, call.origin.actor)
    said = f"Incident {incident.id} was created: {incident.name}."
    entry = {**text_entry(said), "EntryContext": {"CreatedIncidentID": incident.id}}
    return Outcome(raw=[entry], created=[made])
