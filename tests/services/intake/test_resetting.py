"""An instance whose `lastRun` is of no use begins anew, with a reason that the log keeps."""

import asyncio
from dataclasses import replace

import pytest

from tests.services.intake.test_fetch_watch import Hasty
from tests.services.sources import SOURCE, Intake, Source, an_alert
from warroom.model.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.user import Actor, Role
from warroom.services.instances.instances import Instances
from warroom.services.intake.resetting import Resetting
from warroom.services.ports.store import IncidentQuery

ANA = Actor(name="ana", role=Role.ADMIN)
RON = Actor(name="ron", role=Role.RESPONDER)
FUTURE = "last_fetch is 2099-01-01T00:00:00Z"


def resetting_of(intake: Intake) -> Resetting:
    world = intake.world
    instances = Instances(
        journal=world.journal, library=world.library, executor=world.executor, jobs=intake.jobs, clock=world.clock
    )
    return Resetting(fetching=intake.fetching, instances=instances)


async def test_it_begins_as_at_its_first_fetch_and_nothing_is_made_twice() -> None:
    intake = Intake(Hasty([an_alert(1), an_alert(2)]))
    await intake.begin()
    await intake.fetch()
    done = await resetting_of(intake).reset("lab-1", " It followed an odd date. ", ANA)
    assert (done.instance, done.was) == ("lab-1", FUTURE)
    assert done.says.startswith(f"Its lastRun named a time to come ({FUTURE}). Instance lab-1 fetches from where")
    assert await intake.world.store.last_run(SOURCE) == {}
    (event,) = [one for one in await intake.world.store.events() if one.payload.get("change") == "reset"]
    assert (event.kind, event.actor) == ("fetch", "ana")
    assert event.payload == {
        "change": "reset", "instance": SOURCE, "reason": "It followed an odd date.", "was": FUTURE
    }  # fmt: skip
    intake.source.alerts.append(an_alert(3))
    fetched = await intake.fetch()
    assert intake.source.last_runs == [{}, {}]
    assert len(fetched.incidents) == 1
    assert len(await intake.world.store.incidents(IncidentQuery())) == 3


async def test_one_that_is_another_tenants_is_reset_too_and_no_time_is_named() -> None:
    intake = Intake(Source([an_alert(1)]))
    await intake.begin()
    await intake.fetch()
    done = await resetting_of(intake).reset("lab-1", "Its URL was changed.", ANA)
    assert done.was == ""
    assert done.says.startswith("Instance lab-1 fetches from where its integration begins")
    assert await intake.world.store.last_run(SOURCE) == {}


async def test_a_fetch_that_is_under_way_does_not_bring_the_old_one_back() -> None:
    intake = Intake(Hasty([an_alert(1)]))
    await intake.begin()
    fetched, done = await asyncio.gather(intake.fetch(), resetting_of(intake).reset("lab-1", "why", ANA))
    assert len(fetched.incidents) == 1
    assert done.was == FUTURE  # the fetch had ended before
    assert await intake.world.store.last_run(SOURCE) == {}


async def test_what_is_missing_is_said_and_nothing_changes() -> None:
    intake = Intake(Source([an_alert(1)]))
    await intake.begin()
    await intake.fetch()
    resetting = resetting_of(intake)
    with pytest.raises(InvalidInputError, match="needs a reason"):
        await resetting.reset("lab-1", "  ", ANA)
    with pytest.raises(NotFoundError, match="no instance 'lab-2'"):
        await resetting.reset("lab-2", "why", ANA)
    with pytest.raises(ForbiddenError):
        await resetting.reset("lab-1", "why", RON)
    assert await intake.world.store.last_run(SOURCE) == {"position": 1}
    (instance,) = intake.world.instances
    await intake.world.journal.save_instance(replace(instance, fetch=False), "test", intake.world.clock.now())
    with pytest.raises(ConflictError, match="does not fetch, so there is nothing to reset"):
        await resetting.reset("lab-1", "why", ANA)
