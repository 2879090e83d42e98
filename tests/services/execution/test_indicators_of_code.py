"""demisto.searchIndicators and demisto.createIndicators, from running code to the store."""

from tests.services.world import World, command, lab, note, playbook, script
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.services.execution.indicators_of_code import relationships_of
from warroom.services.ports.indicators import IndicatorQuery
from warroom.testing.runner import FakeCode

ONE = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: one, script: feed-get, iscommand: true, brand: ''}}
"""
BATCH: list[Json] = [
    {
        "value": "1.2.3.4",
        "type": "IP",
        "rawJSON": {"lastSeen": "2026-01-01T00:00:00Z"},
        "fields": {"tags": "c2"},
        "score": 3,
        "relationships": [{"name": "related-to", "entityB": "a.example.com", "entityBType": "Domain"}],
    },
    {"value": "a.example.com"},
    {"value": "AA-1", "type": "Badge"},
    {"type": "IP"},
    "nonsense",
]  # fmt: skip


async def play(batch: Json = BATCH, *, no_update: bool = False) -> tuple[World, list[Json]]:
    answers: list[Json] = []

    async def feed(code: FakeCode) -> list[Json]:
        await code.call("createIndicators", {"indicators_batch": batch, "noUpdate": no_update})
        answers.append(await code.call("searchIndicators", {"query": "value:*", "size": 2, "page": 0}))
        return [note("done")]

    world = World(lab(command("feed-get")), {"feed-get": feed}, scripts={"Outer": script("Outer")})
    plan = await world.play(playbook(ONE))
    assert (plan.state, plan.error) == (PlanState.COMPLETED, "")
    return world, answers


async def test_a_batch_is_stored_as_that_of_its_instance() -> None:
    world, (found,) = await play()
    held = {one.value: one for one in await world.store.indicators.indicators(IndicatorQuery())}
    assert {value: one.type for value, one in held.items()} == {
        "1.2.3.4": "IP", "a.example.com": "Domain", "AA-1": "Badge",
    }  # fmt: skip
    one = held["1.2.3.4"]
    assert (int(one.score), one.custom_fields, one.last_seen.year) == (3, {"tags": ["c2"]}, 2026)
    assert [(said.source, said.brand) for said in one.scores] == [("lab-1", "Lab")]
    assert [(other.name, other.value, other.type) for other in one.relationships] == [
        ("related-to", "a.example.com", "Domain")
    ]
    assert (found["total"], len(found["iocs"]), found["searchAfter"] is None) == (3, 2, False)


def test_relationships_without_an_end_are_left_out() -> None:
    assert relationships_of([{"name": "x"}, {"entityB": "b"}, "x"]) == []
    assert relationships_of(None) == []
