from datetime import datetime

from warroom.services.ports.events import NewEvent
from warroom.services.ports.indicators import IndicatorQuery
from warroom.testing.clock import START
from warroom.testing.indicators import MemoryIndicators
from warroom.testing.samples import an_indicator


async def test_it_keeps_copies_and_notes_each_change() -> None:
    noted: list[str] = []

    def note(event: NewEvent, actor: str, _: datetime) -> None:
        noted.append(f"{actor} {event.payload['change']}")

    held = MemoryIndicators(note)
    fields = {"tags": ["a"]}
    await held.change([], lambda _: [an_indicator(custom_fields=fields)], "ana", START)
    fields["tags"].append("b")
    (one,) = await held.indicators(IndicatorQuery())
    assert (one.custom_fields, noted) == ({"tags": ["a"]}, ["ana created"])
