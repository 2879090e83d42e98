import asyncio

import pytest

from tests.services.sources import Intake, Source
from tests.services.world import ANA, playbook
from warroom.content.incident_type import IncidentType
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.incident import Severity, Status
from warroom.model.plan import QueueJob
from warroom.services.ports.store import IncidentQuery

DONE = "'1': {id: '1', taskid: a, type: title, task: {id: a, name: Done}}"
AUTO = IncidentType(id="Dump", name="Dump", playbook="Collect", autorun=True)
BY_HAND = IncidentType(id="Other", name="Other", playbook="Collect")


def intake() -> Intake:
    return Intake(Source(), playbooks=[playbook(DONE, "Collect")], types=[AUTO, BY_HAND])


async def test_an_incident_is_created_by_hand_with_its_types_playbook() -> None:
    made = intake()
    incident, plan = await made.incidents.create(
        " Odd login ", ANA, type_name="Dump", severity=Severity.HIGH, details="see mail"
    )
    assert plan is not None
    assert (incident.id, incident.name, incident.owner, incident.details) == ("1", "Odd login", "ana", "see mail")
    assert (incident.status, incident.playbook, incident.severity) == (Status.ACTIVE, "Collect", Severity.HIGH)
    assert await made.incidents.get(incident.id, ANA) == incident
    assert made.jobs.waiting == [QueueJob(kind="plan", target=plan.id)]


async def test_an_incident_that_is_created_for_an_instance_belongs_to_it() -> None:
    made = intake()
    await made.begin()
    (instance,) = made.world.instances
    incident, _ = await made.incidents.create("Odd login", ANA, instance=instance.name)
    stored = await made.incidents.get(incident.id, ANA)
    source = (stored.source_brand, stored.source_instance, stored.source_id)
    assert source == (instance.integration, instance.name, instance.id)
    with pytest.raises(NotFoundError, match="There is no instance 'nobody'"):
        await made.incidents.create("Odd login", ANA, instance="nobody")


async def test_a_type_that_does_not_start_by_itself_waits_for_a_person() -> None:
    made = intake()
    incident, plan = await made.incidents.create("Odd login", ANA, type_name="Other")
    assert (plan, incident.status) == (None, Status.PENDING)
    incident, plan = await made.incidents.create("Odd login", ANA)
    assert (plan, incident.type) == (None, "Unclassified")


@pytest.mark.parametrize("name", ["", "  "])
async def test_an_incident_needs_a_name(name: str) -> None:
    with pytest.raises(InvalidInputError, match="An incident needs a name"):
        await intake().incidents.create(name, ANA)


async def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(NotFoundError, match="There is no incident type `Dumb`; did you mean `Dump`"):
        await intake().incidents.create("x", ANA, type_name="Dumb")


async def test_an_incident_is_closed_once_and_its_reason_stays() -> None:
    made = intake()
    incident, _ = await made.incidents.create("x", ANA)
    made.world.clock.advance(60)
    closed = await made.incidents.close(incident.id, "Resolved", "no harm", ANA)
    assert (closed.status, closed.close_reason, closed.close_notes) == (Status.DONE, "Resolved", "no harm")
    assert closed.closed == closed.modified == made.world.clock.now()
    with pytest.raises(ConflictError, match=r"Incident 1 is closed already \(Resolved\)"):
        await made.incidents.close(incident.id, "Duplicate", "", ANA)
    assert await made.world.store.incident(incident.id) == closed


async def test_of_two_people_who_close_at_once_one_is_told() -> None:
    made = intake()
    incident, _ = await made.incidents.create("x", ANA)
    both = await asyncio.gather(
        *(made.incidents.close(incident.id, reason, "", ANA) for reason in ("A", "B")), return_exceptions=True
    )
    assert [type(each).__name__ for each in both] == ["Incident", "ConflictError"]


async def test_a_closed_incident_can_be_taken_up_again() -> None:
    made = intake()
    incident, _ = await made.incidents.create("x", ANA)
    with pytest.raises(ConflictError, match="is not closed"):
        await made.incidents.reopen(incident.id, ANA)
    await made.incidents.close(incident.id, "Resolved", "", ANA)
    opened = await made.incidents.reopen(incident.id, ANA)
    assert (opened.status, opened.closed, opened.close_reason) == (Status.ACTIVE, None, "")


async def test_fields_can_be_changed_and_the_war_room_says_by_whom() -> None:
    made = intake()
    incident, _ = await made.incidents.create("x", ANA)
    changed = await made.incidents.update_fields(incident.id, {"severity": "critical", "name": "y"}, ANA)
    assert (changed.severity, changed.name) == (Severity.CRITICAL, "y")
    (entry,) = await made.world.store.entries(incident.id)
    assert entry.contents == "ana changed name, severity."
    with pytest.raises(InvalidInputError, match="There is no incident field 'nope'"):
        await made.incidents.update_fields(incident.id, {"nope": 1}, ANA)
    assert len(await made.world.store.entries(incident.id)) == 1


async def test_an_incident_is_given_to_somebody_or_to_nobody() -> None:
    made = intake()
    incident, _ = await made.incidents.create("x", ANA)
    assert (await made.incidents.assign(incident.id, "", ANA)).owner == ""
    assert (await made.incidents.assign(incident.id, "ana", ANA)).owner == "ana"
    with pytest.raises(NotFoundError):
        await made.incidents.assign(incident.id, "nobody", ANA)


async def test_incidents_are_found_and_counted() -> None:
    made = intake()
    for name in ("a", "b", "c"):
        await made.incidents.create(name, ANA)
    found = await made.incidents.find(IncidentQuery(limit=2), ANA)
    assert [incident.name for incident in found] == ["c", "b"]
    assert await made.incidents.count(IncidentQuery(limit=2), ANA) == 3


async def test_an_incident_that_is_not_there_is_said() -> None:
    with pytest.raises(NotFoundError, match="There is no incident 99"):
        await intake().incidents.close(IncidentId("99"), "", "", ANA)
