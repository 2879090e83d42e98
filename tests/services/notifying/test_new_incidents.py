"""New incidents: each as it stands now, as long as it is open and of the last day."""

from dataclasses import replace

from warroom.model.incident import Incident, Severity, Status
from warroom.services.execution.finding import PLAYGROUND
from warroom.services.notifying.new_incidents import PAGE, NewIncidents
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore

DAY = 24 * 3600


class Arrivals:
    """A store into which incidents come, and what is new of them."""

    def __init__(self) -> None:
        self.store, self.clock = MemoryStore(), ManualClock()
        self.new_incidents = self.anew()

    def anew(self) -> NewIncidents:
        return NewIncidents(store=self.store, clock=self.clock)

    async def come(self, *incidents: Incident) -> None:
        await self.store.commit(some_changes(incidents=list(incidents)))

    async def made(self, number: int, **given: object) -> Incident:
        incident = replace(an_incident(number), created=self.clock.now(), **given)  # type: ignore[arg-type]
        await self.come(incident)
        return incident

    async def keys(self) -> list[str]:
        return [notice.key for notice in await self.new_incidents.now()]


async def test_what_is_there_and_what_comes_is_new_for_a_day() -> None:
    arrivals = Arrivals()
    await arrivals.made(1)
    assert await arrivals.keys() == ["incident 1"]
    arrivals.clock.advance(DAY - 1)
    await arrivals.made(2)
    assert await arrivals.keys() == ["incident 1", "incident 2"]
    arrivals.clock.advance(1)
    assert await arrivals.keys() == ["incident 2"]
    assert [notice.key for notice in await arrivals.anew().now()] == ["incident 2"]


async def test_it_is_told_as_it_stands_now() -> None:
    arrivals = Arrivals()
    incident = await arrivals.made(1, name="Dump", severity=Severity.LOW)
    (low,) = await arrivals.new_incidents.now()
    assert (low.title, low.severity, low.link) == ("New incident 1: Dump", 1.0, "/incidents/1")
    await arrivals.come(replace(incident, severity=Severity.CRITICAL))
    (risen,) = await arrivals.new_incidents.now()
    assert (risen.key, risen.severity, risen.text) == (low.key, 4.0, f"{incident.type}, severity Critical.")


async def test_one_that_is_closed_is_new_no_more() -> None:
    arrivals = Arrivals()
    incident = await arrivals.made(1)
    await arrivals.made(2, status=Status.DONE)
    await arrivals.made(3, type=PLAYGROUND)
    assert await arrivals.keys() == ["incident 1"]
    await arrivals.come(replace(incident, status=Status.DONE))
    assert await arrivals.keys() == []
    assert await arrivals.anew().now() == []


async def test_a_storm_of_more_than_a_page_is_all_new_at_a_start_and_afterwards() -> None:
    arrivals = Arrivals()
    for number in range(1, PAGE + 20):
        await arrivals.made(number)
    assert len(await arrivals.keys()) == PAGE + 19
    for number in range(PAGE + 20, 2 * PAGE + 40):
        await arrivals.made(number)
    assert len(await arrivals.keys()) == 2 * PAGE + 39
