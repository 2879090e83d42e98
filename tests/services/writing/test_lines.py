from warroom.model.entry import EntryFormat, EntryType
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.services.writing.lines import Line, entries_of, next_ids
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore


async def test_each_line_is_the_next_entry_of_its_incident_and_is_shown_to_the_letter() -> None:
    store = MemoryStore()
    line = Line(incident=IncidentId("7"), text="*C:\\x*", at=START, actor="bob", plan=PlanId("p"), task=TaskKey("5"))
    first, second = await line.entry(store), await line.entry(store)
    assert [first.id, second.id] == ["1@7", "2@7"]
    assert (first.format, first.contents, first.created, first.actor) == (EntryFormat.TEXT, "*C:\\x*", START, "bob")
    assert (first.plan, first.task, first.note, first.is_error) == ("p", "5", False, False)


async def test_a_line_keeps_all_that_it_is_given() -> None:
    line = Line(
        incident=IncidentId("7"),
        text=[{"id": "WB-1"}],
        readable="1 more alert",
        at=START,
        actor="bob",
        type=EntryType.ERROR,
        format=EntryFormat.JSON,
        command="linkIncidents",
        tags=("storm",),
        note=True,
    )
    entry = await line.entry(MemoryStore())
    assert (entry.contents, entry.human_readable, entry.readable) == ([{"id": "WB-1"}], "1 more alert", "1 more alert")
    assert (entry.type, entry.format, entry.command) == (EntryType.ERROR, EntryFormat.JSON, "linkIncidents")
    assert (entry.tags, entry.note) == (("storm",), True)


async def test_texts_become_entries_in_order_and_none_takes_no_number() -> None:
    store, home = MemoryStore(), IncidentId("7")
    assert await entries_of(store, home, [], START, "bob") == []
    entries = await entries_of(store, home, ["a", "b"], START, "bob")
    assert [(entry.id, entry.contents, entry.actor) for entry in entries] == [("1@7", "a", "bob"), ("2@7", "b", "bob")]
    assert await next_ids(store, home, 2) == ["3@7", "4@7"]
