from warroom.model.entry import EntryFormat
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.services.lines import Line
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore


async def test_each_line_is_the_next_entry_of_its_incident_and_is_shown_to_the_letter() -> None:
    store = MemoryStore()
    line = Line(incident=IncidentId("7"), text="*C:\\x*", at=START, actor="bob", plan=PlanId("p"), task=TaskKey("5"))
    first, second = await line.entry(store), await line.entry(store)
    assert [first.id, second.id] == ["1@7", "2@7"]
    assert (first.format, first.contents, first.created, first.actor) == (EntryFormat.TEXT, "*C:\\x*", START, "bob")
    assert (first.plan, first.task, first.note, first.is_error) == ("p", "5", False, False)
