"""A record that was set aside is shown, taken after all, or dropped; each is told in the event log."""

import asyncio

import pytest

from tests.services.intake.test_fetch_page import Choosy
from tests.services.sources import Intake, Source, an_alert
from warroom.model.errors import ConflictError, ForbiddenError, NotFoundError
from warroom.model.user import Actor, Role
from warroom.services.intake.fetch_page import Taken
from warroom.services.intake.set_asides import SetAsides
from warroom.services.ports.fetches import SetAside
from warroom.services.ports.store import IncidentQuery

ANA = Actor(name="ana", role=Role.ADMIN)
RON = Actor(name="ron", role=Role.RESPONDER)


async def one_aside(intake: Intake) -> tuple[SetAsides, SetAside]:
    intake.world.store = Choosy(["Alert 1"], ValueError("too odd"))
    intake.restart()
    await intake.begin()
    await intake.fetch()
    asides = SetAsides(intake.pages)
    (aside,) = await asides.list(RON)
    return asides, aside


async def test_it_becomes_an_incident_when_nothing_is_in_the_way_any_more() -> None:
    intake = Intake(Source([an_alert(1)]))
    asides, aside = await one_aside(intake)
    with pytest.raises(ConflictError, match=rf"Record {aside.id} still cannot be taken: too odd\. It stays set aside"):
        await asides.replay(aside.id, ANA)
    assert len(await asides.list(RON)) == 1
    intake.world.store.refused = []  # type: ignore[attr-defined]  # it is the choosy one
    taken = await asides.replay(aside.id, ANA)
    incident = await intake.world.store.incident(taken.incidents[0])
    assert incident.name == "Alert 1"
    assert await asides.list(RON) == []
    settled = [event for event in await intake.world.store.events() if event.kind == "set aside"][-1]
    assert (settled.actor, settled.payload["change"], settled.payload["what"]) == ("ana", "settled", "WB-1 Alert 1")


async def test_it_is_shown_as_it_came_and_dropped_on_demand() -> None:
    intake = Intake(Source([an_alert(1)]))
    asides, aside = await one_aside(intake)
    assert '"dbotMirrorId":"WB-1"' in (await asides.show(aside.id, RON)).record.replace(" ", "")
    assert await asides.drop(aside.id, ANA) == aside
    with pytest.raises(NotFoundError, match="`warroom fetch list` shows those that are"):
        await asides.show(aside.id, RON)
    assert await intake.world.store.incidents(IncidentQuery()) == []


@pytest.mark.parametrize("second", ["replay", "drop"])
async def test_two_at_once_settle_it_once(second: str) -> None:
    nameless = an_alert(1, dbotMirrorId="")  # nothing else tells that both make the same incident
    intake = Intake(Source([nameless]))
    asides, aside = await one_aside(intake)
    intake.world.store.refused = []  # type: ignore[attr-defined]  # it is the choosy one
    acts = [asides.replay(aside.id, ANA), getattr(asides, second)(aside.id, ANA)]
    done = await asyncio.gather(*acts, return_exceptions=True)
    (late,) = [one for one in done if isinstance(one, Exception)]
    assert isinstance(late, ConflictError | NotFoundError)
    assert "`warroom fetch list` shows those that are" in str(late)
    settled = [event for event in await intake.world.store.events() if event.payload.get("change") == "settled"]
    made = await intake.world.store.incidents(IncidentQuery())
    assert (len(settled), len(made)) == (1, sum(isinstance(one, Taken) for one in done))  # either may be the first


async def test_only_who_manages_instances_takes_or_drops_it() -> None:
    asides, aside = await one_aside(Intake(Source([an_alert(1)])))
    for act in (asides.replay, asides.drop):
        with pytest.raises(ForbiddenError):
            await act(aside.id, RON)


async def test_one_of_an_instance_that_is_gone_can_only_be_read_and_dropped() -> None:
    intake = Intake(Source([an_alert(1)]))
    asides, aside = await one_aside(intake)
    await intake.world.journal.remove_instance(aside.instance, "ana", intake.world.clock.now())
    with pytest.raises(ConflictError, match=r"The instance lab-1 that record .* came from was removed"):
        await asides.replay(aside.id, ANA)
    await asides.drop(aside.id, ANA)
