"""`linkIncidents`: ties incidents to one another, unties them, or closes them as duplicates of one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from warroom.model.entry import Entry
from warroom.model.errors import InvalidInputError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Status
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.commands.word_list import words_of
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.server import Server, named_incident, text_entry
from warroom.services.people.access import Permission, require
from warroom.services.ports.store import Changes
from warroom.services.writing.commit_retry import written
from warroom.services.writing.journal import Edit
from warroom.services.writing.lines import Line

LINK, UNLINK, DUPLICATE = "link", "unlink", "duplicate"
ACTIONS = (LINK, UNLINK, DUPLICATE)
COUNTED = {LINK: "linked", UNLINK: "unlinked", DUPLICATE: "linked"}  # XSOAR's words, which code compares
REASON = "Duplicate"  # why XSOAR closes one


async def link_incidents(server: Server, call: Call) -> Outcome:
    """Link incidents to one, or no longer; `duplicate` also closes them. Each names the other from then on."""
    action = _action(call.args.get("action"))
    leader = await named_incident(server, call, call.args.get("incidentId"))
    others = [await named_incident(server, call, one) for one in words_of(call.args.get("linkedIncidentIDs"))]
    _refuse_odd(call, leader, others, action)
    numbers, own = [other.id for other in others], call.incident.id
    edits: dict[IncidentId, Edit] = {one: partial(_as_follower, server, leader.id, action) for one in numbers}
    edits[leader.id] = partial(_tied, numbers, action)
    said = {one: _said(action, [leader.id]) for one in numbers}
    of_leader = LINK if action == DUPLICATE else action
    said[leader.id] = _said(of_leader, numbers)
    mine = edits.pop(own, None)
    if call.origin.is_incoming and mine:  # the others learn of it when there is an incident
        stored = [one for one in numbers if one != own]
        edits = {} if leader.id == own or not stored else {**edits, leader.id: partial(_tied, stored, action)}
        said = said if leader.id == own else {**said, leader.id: _said(of_leader, stored or numbers)}
    await _commit(server, call, edits, said)
    told = "\n".join(f"Incident {number} {words}" for number, words in said.items())
    counted = {**text_entry(f"{len(numbers)} incidents {COUNTED[action]}"), "HumanReadable": told}
    return Outcome(raw=[counted], incident=mine(call.incident) if mine else None)


def linked_to(numbers: Collection[IncidentId], incident: Incident) -> Incident:
    """Return an incident that is linked to these, too."""
    return _tied(numbers, LINK, incident)


def _action(value: Json) -> str:
    action = str(value or LINK).strip().lower()
    if action not in ACTIONS:
        raise InvalidInputError(f"linkIncidents takes action={', '.join(ACTIONS)}, not {value!r}.")
    return action


def _refuse_odd(call: Call, leader: Incident, others: Sequence[Incident], action: str) -> None:
    if not others:
        raise InvalidInputError("linkIncidents needs linkedIncidentIDs. Write linkedIncidentIDs=12,17.")
    if leader.id in {other.id for other in others}:
        raise InvalidInputError(f"Incident {leader.id} cannot be linked to itself. Name another one.")
    if action != DUPLICATE:
        return
    require(Actor(name=call.origin.actor, role=call.origin.rights), Permission.CLOSE_INCIDENTS)
    if call.origin.is_incoming and leader.id == call.incident.id:
        raise InvalidInputError(
            "Nothing can be a duplicate of an alert that is no incident yet. Name it in linkedIncidentIDs instead."
        )


def _tied(numbers: Collection[IncidentId], action: str, incident: Incident) -> Incident:
    """Return an incident with or without these links; the same one where nothing changes."""
    kept = [one for one in incident.linked if action != UNLINK or one not in numbers]
    linked = tuple(kept) if action == UNLINK else tuple(dict.fromkeys([*kept, *numbers]))
    return incident if linked == incident.linked else replace(incident, linked=linked)


def _as_follower(server: Server, leader: IncidentId, action: str, incident: Incident) -> Incident:
    """Return an incident as it is tied to the leader; a duplicate that was closed before keeps its reason."""
    tied = _tied([leader], action, incident)
    if action != DUPLICATE or incident.status is Status.DONE:
        return tied
    notes = f"Duplicate of incident {leader}."
    return replace(tied, status=Status.DONE, closed=server.now, close_reason=REASON, close_notes=notes)


def _said(action: str, numbers: Sequence[IncidentId]) -> str:
    named = f"incident{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
    return {
        LINK: f"is linked to {named}.",
        UNLINK: f"is no longer linked to {named}.",
        DUPLICATE: f"is closed as a duplicate of {named}.",
    }[action]


async def _commit(server: Server, call: Call, edits: Mapping[IncidentId, Edit], said: Mapping[IncidentId, str]) -> None:
    """Change other incidents at once, each with a line in its War Room."""
    origin = call.origin
    where = "" if origin.is_incoming else f" from incident {call.incident.id}"
    lines = [
        Line(
            incident=number,
            text=f"{origin.actor} did this{where}: it {said[number]}",
            at=server.now,
            actor=origin.actor,
            command=call.name,
        )
        for number in edits
    ]

    async def numbered() -> list[Entry]:
        return [await line.entry(server.store) for line in lines]

    if edits:
        told = await written(numbered, server.clock)
        changes = Changes(actor=origin.actor, at=server.now, entries=told)
        await written(lambda: server.journal.commit(changes, edits), server.clock)
