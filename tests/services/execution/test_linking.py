"""`linkIncidents`: links hold on both sides, and duplicates are closed."""

import pytest

from tests.services.execution.built_in import CATALOGUE, INCIDENT, NOW, changed
from tests.services.execution.test_builtins_elsewhere import Two
from tests.services.no_scripts import NoScripts
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.incident import Status
from warroom.model.json import Json
from warroom.model.user import Role
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.linking import link_incidents, linked_to
from warroom.services.execution.server import Server
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_incident, some_changes

ONE, TWO, THREE = IncidentId("1"), IncidentId("2"), IncidentId("3")


async def lines(two: Two, incident: IncidentId) -> list[str]:
    return [entry.readable for entry in await two.store.entries(incident) if entry.command == "linkIncidents"]


async def of_three() -> Two:
    two = await Two().begin()
    await two.store.commit(some_changes(incidents=[an_incident(3)]))
    return two


async def test_incidents_are_linked_to_this_one_on_both_sides_and_unlinked() -> None:
    two = await of_three()
    done = await two.run("linkIncidents", linkedIncidentIDs="2, 3")
    assert changed(done).linked == (TWO, THREE)
    assert changed(done).as_xsoar()["linkedIncidents"] == ["2", "3"]
    assert [(await two.store.incident(one)).linked for one in (TWO, THREE)] == [(ONE,), (ONE,)]
    assert await lines(two, TWO) == ["ana did this from incident 1: it is linked to incident 1."]
    assert done.raw[0]["Contents"] == "2 incidents linked"
    assert done.raw[0]["HumanReadable"].splitlines() == [
        "Incident 2 is linked to incident 1.",
        "Incident 3 is linked to incident 1.",
        "Incident 1 is linked to incidents 2, 3.",
    ]
    await two.store.commit(some_changes(incidents=[changed(done)]))
    again = await two.run("linkIncidents", linkedIncidentIDs=["2"], action="unlink")
    assert (await two.store.incident(TWO)).linked == ()
    assert "Incident 1 is no longer linked to incident 2." in again.raw[0]["HumanReadable"]


async def test_incidents_are_linked_to_another_one() -> None:
    two = await of_three()
    done = await two.run("linkIncidents", incidentId="2", linkedIncidentIDs="3")
    assert done.incident is None
    assert [(await two.store.incident(one)).linked for one in (ONE, TWO, THREE)] == [(), (THREE,), (TWO,)]


async def test_a_duplicate_is_closed_and_one_that_was_closed_keeps_its_reason() -> None:
    two = await of_three()
    closed = an_incident(3, status=Status.DONE, close_reason="Resolved")
    await two.store.commit(some_changes(incidents=[closed]))
    done = await two.run("linkIncidents", incidentId="2", linkedIncidentIDs="1,3", action="duplicate")
    own = changed(done)
    assert (own.status, own.closed, own.close_reason) == (Status.DONE, NOW, "Duplicate")
    assert (own.close_notes, own.linked) == ("Duplicate of incident 2.", (TWO,))
    other, third = await two.store.incident(TWO), await two.store.incident(THREE)
    assert (other.status, other.linked) == (Status.PENDING, (ONE, THREE))
    assert (third.close_reason, third.linked) == ("Resolved", (TWO,))
    assert await lines(two, TWO) == ["ana did this from incident 1: it is linked to incidents 1, 3."]


@pytest.mark.parametrize(
    ("args", "error", "said"),
    [
        ({}, InvalidInputError, "linkIncidents needs linkedIncidentIDs. Write linkedIncidentIDs=12,17."),
        ({"linkedIncidentIDs": "1"}, InvalidInputError, "Incident 1 cannot be linked to itself"),
        (
            {"linkedIncidentIDs": "2", "action": "merge"},
            InvalidInputError,
            "action=link, unlink, duplicate, not 'merge'",
        ),
        ({"linkedIncidentIDs": "2,99"}, NotFoundError, "99"),
        ({"incidentId": "98", "linkedIncidentIDs": "2"}, NotFoundError, "98"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_linked(
    args: dict[str, Json], error: type[Exception], said: str
) -> None:
    two = await Two().begin()
    with pytest.raises(error, match=said):
        await two.run("linkIncidents", **args)
    assert await two.stored() == [INCIDENT, two.other]


async def test_nothing_is_a_duplicate_of_an_alert_that_is_no_incident_yet() -> None:
    two = await Two().begin()
    server = Server(
        store=two.store,
        users=two.store.users,
        journal=two.journal,
        library=Library(CATALOGUE, two.store),
        clock=ManualClock(NOW),
        scripts=NoScripts(),
    )
    call = Call(
        incident=an_incident(9),
        resolved=Resolved(name="linkIncidents"),
        args={"linkedIncidentIDs": "2", "action": "duplicate"},
        origin=Origin(actor="fetch", is_incoming=True),
    )
    with pytest.raises(InvalidInputError, match="Name it in linkedIncidentIDs instead"):
        await link_incidents(server, call)
    assert await two.stored() == [INCIDENT, two.other]


async def test_a_reader_links_nothing() -> None:
    two = await Two().begin()
    with pytest.raises(ForbiddenError):
        await two.run("linkIncidents", rights=Role.READER, linkedIncidentIDs="2")


def test_a_link_that_is_there_changes_nothing() -> None:
    incident = an_incident(4, linked=(ONE,))
    assert linked_to([ONE], incident) is incident
    assert linked_to([TWO, ONE], incident).linked == (ONE, TWO)
