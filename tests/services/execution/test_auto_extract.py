"""Which indicators are found in the results of a task that asks for it."""

import pytest

from tests.services.execution.built_in import CATALOGUE, INCIDENT, a_call
from warroom.model.json import Json
from warroom.services.commands.library import Library
from warroom.services.execution.auto_extract import note_values, values_in
from warroom.services.execution.call import Call, Controls
from warroom.services.execution.results import error_entry, normalise
from warroom.services.indicators.indicators import Indicators
from warroom.services.ports.indicators import IndicatorQuery
from warroom.testing.clock import START, ManualClock
from warroom.testing.store import MemoryStore


def some() -> Indicators:
    return Indicators(store := MemoryStore(), ManualClock(START), Library(CATALOGUE, store))


def asking(mode: str) -> Call:
    return Call(
        incident=INCIDENT,
        resolved=a_call("x").resolved,
        origin=a_call("x").origin,
        controls=Controls(auto_extract=mode),
    )


async def test_texts_contents_and_outputs_are_looked_in() -> None:
    body: Json = {
        "HumanReadable": "see 1.1.1.1",
        "Contents": {"a": ["2.2.2.2"], "key": "HKLM\\Software\\Run"},
        "EntryContext": {"B": {"c": 'it is "3.3.3.3"'}},
    }
    found = await values_in(some(), [body, "4.4.4.4"])
    assert found == {"IP": ["1.1.1.1", "2.2.2.2", "3.3.3.3"], "Registry Key": ["HKLM\\Software\\Run"]}


async def test_an_entry_can_say_that_it_is_not_to_be_looked_in() -> None:
    assert await values_in(some(), [{"Contents": "1.1.1.1", "IgnoreAutoExtract": True}]) == {}


@pytest.mark.parametrize(("mode", "count"), [("inline", 1), ("outofband", 1), ("none", 0), ("", 0)])
async def test_they_are_stored_when_the_task_asks_for_it(mode: str, count: int) -> None:
    indicators = some()
    await note_values(indicators, asking(mode), [*normalise(["see 1.1.1.1"]), error_entry("no 2.2.2.2")])
    held = await indicators.store.indicators.indicators(IndicatorQuery())
    assert [one.incidents for one in held] == [(INCIDENT.id,)] * count
