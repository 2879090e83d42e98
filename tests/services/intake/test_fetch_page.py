"""Records that stand in the way: they are set aside, and nothing else of their page is."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.services.sources import SOURCE, Intake, Source, an_alert
from warroom.model.errors import UnavailableError
from warroom.model.json import Json
from warroom.services.intake.fetched import LARGEST_RECORD
from warroom.services.ports.runner import Ran
from warroom.services.ports.store import Changes, Committed, IncidentQuery
from warroom.testing.runner import FakeCode
from warroom.testing.store import MemoryStore

ALL = IncidentQuery(limit=10_000)


class Choosy(MemoryStore):
    """Takes no incident of these names, as a database does that cannot hold them."""

    def __init__(self, refused: Sequence[str], error: Exception) -> None:
        super().__init__()
        self.refused, self.error = refused, error

    async def commit(self, changes: Changes) -> Committed:
        if any(incident.name in self.refused for incident in changes.incidents):
            raise self.error
        return await super().commit(changes)


async def an_intake(records: Sequence[Json], store: MemoryStore | None = None) -> Intake:
    source = Source(page=1000)
    source.alerts = list(records)
    intake = Intake(source)
    intake.world.store = store or intake.world.store
    intake.restart()
    await intake.begin()
    return intake


async def names(intake: Intake) -> list[str]:
    return sorted(incident.name for incident in await intake.world.store.incidents(ALL))


@pytest.mark.parametrize(
    "error", [ValueError("too odd"), RecursionError("deep"), AttributeError("get"), KeyError("id")]
)
async def test_a_record_that_cannot_be_stored_is_set_aside_and_the_others_are_taken(error: Exception) -> None:
    refused = ["Alert 3", "Alert 7"]
    intake = await an_intake([an_alert(number) for number in range(10)], Choosy(refused, error))
    fetched = await intake.fetch()
    assert (len(fetched.incidents), fetched.set_aside, fetched.error) == (8, 2, "")
    assert await names(intake) == [f"Alert {number}" for number in range(10) if number not in {3, 7}]
    asides = await intake.world.store.set_aside()
    assert sorted(aside.what for aside in asides) == ["WB-3 Alert 3", "WB-7 Alert 7"]
    assert all(aside.why.startswith("It could not be stored: ") for aside in asides)
    kept = [json.loads((await intake.world.store.untaken(aside.id)).record) for aside in asides]
    assert sorted(record["name"] for record in kept) == refused
    assert await intake.world.store.last_run(SOURCE) == {"position": 10}
    assert (await intake.fetch()).set_aside == 0


async def test_what_is_valid_alone_is_never_set_aside() -> None:
    """Whatever stands beside it: each record of a mixed page fares as it does by itself."""
    chance = random.Random(11)
    odd: list[Json] = [None, 7, "text", [], {}, {"rawJSON": "{"}, {"name": "\0\ud800", "dbotMirrorId": "\0"}]
    records: list[Json] = [*odd, *(an_alert(number) for number in range(40))]
    chance.shuffle(records)
    refused = [f"Alert {number}" for number in chance.sample(range(40), 6)]
    page = await an_intake(records, Choosy(refused, ValueError("odd")))
    await page.fetch()
    alone = 0
    for record in records:
        single = await an_intake([record], Choosy(refused, ValueError("odd")))
        await single.fetch()
        alone += len(await single.world.store.set_aside())
    assert len(await page.world.store.set_aside()) == alone == 6
    assert len(await names(page)) == len(records) - 6 - records.count(None)


async def test_an_outage_sets_nothing_aside() -> None:
    intake = await an_intake([an_alert(1), an_alert(2)], Choosy(["Alert 1"], UnavailableError("The disk is full.")))
    assert (await intake.fetch()).error == "The disk is full."
    assert await intake.world.store.set_aside() == []
    assert await intake.world.store.last_run(SOURCE) == {}


async def test_two_ids_that_a_database_takes_for_one_do_not_stop_the_fetch_for_ever() -> None:
    class Twins(MemoryStore):
        async def commit(self, changes: Changes) -> Committed:
            twins = [item for item in changes.incidents if item.mirror and item.mirror.id.endswith("twin")]
            return await super().commit(
                replace(
                    changes,
                    incidents=[
                        replace(item, mirror=replace(item.mirror, id="twin")) if item in twins and item.mirror else item
                        for item in changes.incidents
                    ],
                )
            )

    intake = await an_intake(
        [an_alert(1, dbotMirrorId="a twin"), an_alert(2, dbotMirrorId="b twin"), an_alert(3)], Twins()
    )
    errors = [(await intake.fetch()).error for _ in range(5)]
    assert ["is incident" in error for error in errors] == [True, True, True, False, False]
    assert await names(intake) == ["Alert 1", "Alert 3"]
    (aside,) = await intake.world.store.set_aside()
    assert "twin of lab-1 is incident" in aside.why


def spilling(size: int, link: str = "") -> Callable[[FakeCode], Ran]:
    """Make a fetch whose second record lies in a file, as the guest leaves large ones."""

    def fetch(code: FakeCode) -> Ran:
        file = code.scratch / ".spilled-record-1"
        if link:
            file.symlink_to(link)
        else:
            file.write_text(json.dumps(an_alert(2, rawJSON="x" * size)), encoding="ascii")
        return replace(
            code.ran(),
            incidents=[an_alert(1), None, an_alert(3)],
            spilled={1: ".spilled-record-1"},
            last_run={"position": 3},
        )

    return fetch


async def test_a_large_record_is_read_from_its_file_and_a_too_large_one_is_set_aside_unread() -> None:
    for size, taken in ((LARGEST_RECORD // 2, 3), (LARGEST_RECORD, 2)):
        intake = await an_intake([])
        intake.world.runner.table["fetch-incidents"] = spilling(size)
        assert len((await intake.fetch()).incidents) == taken
        asides = await intake.world.store.set_aside()
        assert len(asides) == 3 - taken
        for aside in asides:
            assert "It has 8.0 MiB, and an incident can have 8 MiB." in aside.why
            assert '"name": "Alert 2"' in aside.what
            assert aside.size > LARGEST_RECORD
        assert await intake.world.store.last_run(SOURCE) == {"position": 3}


async def test_what_a_record_only_points_to_is_not_read() -> None:
    intake = await an_intake([])
    intake.world.runner.table["fetch-incidents"] = spilling(1, link="/etc/hostname")
    assert "A large record of the fetch cannot be read from its file" in (await intake.fetch()).error


async def test_how_an_instance_fetches_is_remembered_over_a_restart() -> None:
    source = Source([an_alert(1)], ends=["", "raise", "error entry"])
    intake = Intake(source)
    await intake.begin()
    clock = intake.world.clock
    began = clock.now()
    await intake.fetch()
    clock.advance(60)
    failing = clock.now()
    await intake.fetch()
    intake.restart()
    clock.advance(60)
    await intake.fetch()
    state = (await intake.fetching.states())[SOURCE]
    assert (state.since, state.brought, state.failing_since, state.failures) == (began, began, failing, 2)
    assert state.error == "429 for key ••••••"
    health = intake.fetching.health(SOURCE)
    assert health is not None
    assert (health.failing_since, health.failures) == (failing, 2)
    await intake.fetch()
    state = (await intake.fetching.states())[SOURCE]
    assert (state.brought, state.failing_since, state.failures, state.error) == (began, None, 0, "")
