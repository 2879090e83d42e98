"""What comes in: each change and each note once, and nothing over what was changed here."""

from dataclasses import replace

import pytest

from tests.services.mirroring.reflection import MIRROR, ONE, TWO, Reflection
from tests.services.quickjs import QUICKJS
from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import FieldMap, Mapper
from warroom.content.value import Simple
from warroom.model.incident import Severity, Status
from warroom.model.json import Json
from warroom.model.user import Role, User
from warroom.services.ports.runner import Ran
from warroom.services.ports.users import UserEvent
from warroom.testing.clock import START
from warroom.testing.runner import FakeCode
from warroom.testing.samples import an_actor


async def begun(*, closes: bool = False, direction: str = "Both") -> Reflection:
    reflection = Reflection(direction=direction)
    reflection.other.closes = closes
    await reflection.begin()
    await reflection.good_round()
    return reflection


async def test_what_changed_there_comes_in_with_a_line_that_says_who_and_does_not_go_back() -> None:
    reflection = await begun()
    reflection.other.change("WB-1", stage="Investigating", severity=4, impact=99)
    assert (await reflection.good_round()).received == 1
    incident = await reflection.incident()
    assert incident.custom_fields == {"stage": "Investigating", "impactscore": 99}
    assert (incident.severity, incident.modified) == (Severity.CRITICAL, reflection.world.clock.now())
    assert await reflection.said() == [
        "lab-1 changed severity to Critical, Stage to Investigating, Impact Score to 99."
    ]
    assert (await reflection.good_round()).received == 0
    assert reflection.other.times("update-remote-system") == 0


async def test_a_record_that_has_not_changed_writes_nothing() -> None:
    reflection = await begun()

    def data(code: FakeCode) -> Ran:
        return replace(reflection.other.data(code), integration_context=None)

    def cannot(_: FakeCode) -> Ran:
        raise NotImplementedError("get-modified-remote-data")

    reflection.world.runner.table |= {"get-remote-data": data, "get-modified-remote-data": cannot}
    before = await reflection.world.store.last_event()
    await reflection.good_round()
    assert reflection.other.times("get-remote-data") == 2
    events = await reflection.world.store.events(before)
    assert [(event.kind, event.incident) for event in events] == [("mirror", None)]


async def test_the_event_log_names_the_mirror() -> None:
    reflection = await begun()
    before = await reflection.world.store.last_event()
    reflection.other.change("WB-1", stage="Investigating")
    await reflection.good_round()
    events = await reflection.world.store.events(before)
    assert {event.actor for event in events} == {MIRROR}
    assert [event.kind for event in events if event.incident == ONE] == ["incident", "entry", "mirror"]


async def test_of_two_changes_to_a_field_the_one_made_here_stays_and_goes_out() -> None:
    reflection = await begun()
    reflection.other.change("WB-1", stage="Closed", impact=99)
    await reflection.set(stage="Investigating")
    await reflection.good_round()
    assert await reflection.stage() == reflection.other.cases["WB-1"]["stage"] == "Investigating"
    assert (await reflection.incident()).custom_fields["impactscore"] == 99


async def test_a_change_here_that_could_not_be_sent_is_not_overwritten() -> None:
    reflection = await begun()
    reflection.other.fails["update-remote-system"] = ["HTTPError: 500"]
    reflection.other.change("WB-1", stage="Closed")
    await reflection.set(stage="Investigating")
    await reflection.round()
    assert await reflection.stage() == "Investigating"
    await reflection.good_round()
    assert reflection.other.cases["WB-1"]["stage"] == "Investigating"


async def test_a_field_that_only_comes_in_stays_as_an_analyst_set_it_until_it_changes_there() -> None:
    reflection = await begun()
    await reflection.set(severity="low")
    reflection.other.change("WB-1", impact=50)
    await reflection.good_round()
    assert (await reflection.incident()).severity is Severity.LOW
    reflection.other.change("WB-1", severity=3)
    await reflection.good_round()
    assert (await reflection.incident()).severity is Severity.HIGH


@pytest.mark.parametrize(("direction", "stage"), [("In", "Closed"), ("Out", "Investigating"), ("", "Investigating")])
async def test_what_comes_in_depends_on_the_direction(direction: str, stage: str) -> None:
    reflection = await begun(direction=direction)
    reflection.other.note("WB-1", "from there")
    await reflection.set(stage="Investigating")
    reflection.other.change("WB-1", stage="Closed")
    await reflection.good_round()
    assert await reflection.stage() == stage
    assert ("from there" in await reflection.said()) == (direction == "In")


async def test_each_note_becomes_one_entry() -> None:
    reflection = await begun()
    reflection.other.note("WB-1", "first")
    await reflection.good_round()
    reflection.other.note("WB-1", "second")
    await reflection.good_round()
    reflection.other.change("WB-1", impact=11)
    await reflection.good_round()
    notes = [entry for entry in await reflection.entries() if entry.note]
    assert [(entry.readable, entry.actor, entry.instance) for entry in notes] == [
        ("first", MIRROR, "lab-1"),
        ("second", MIRROR, "lab-1"),
    ]


async def test_a_note_is_told_again_when_it_could_not_be_committed() -> None:
    reflection = Reflection()
    reflection.dies_once(lambda changes: bool(changes.mirrors and changes.entries))
    await reflection.begin()
    reflection.other.note("WB-1", "from there")
    with pytest.raises(OSError, match="gone"):
        await reflection.round()
    reflection.restart()
    await reflection.good_round()
    await reflection.good_round()
    assert await reflection.said() == ["from there"]


async def test_a_record_that_cannot_be_read_is_asked_for_again_and_costs_the_others_nothing() -> None:
    reflection = await begun()
    reflection.other.fails["get-remote-data WB-1"] = ["HTTPError: 500"]
    for case in ("WB-1", "WB-2"):
        reflection.other.change(case, stage="Investigating")
    assert (await reflection.round()).error == "Incident 1: get-remote-data: HTTPError: 500"
    assert (await reflection.stage(ONE), await reflection.stage(TWO)) == ("Open", "Investigating")
    await reflection.good_round()
    assert await reflection.stage(ONE) == "Investigating"
    assert not (await reflection.record()).due


async def test_a_case_that_was_closed_there_closes_its_incident_once() -> None:
    reflection = await begun(closes=True)
    reflection.other.change("WB-1", stage="Closed")
    await reflection.good_round()
    incident = await reflection.incident()
    assert (incident.status, incident.close_reason, incident.close_notes) == (Status.DONE, "Resolved", "Done there.")
    assert (await reflection.said())[-1] == "lab-1 closed the case, and so the incident: Resolved. Done there."
    await reflection.good_round()
    assert reflection.other.times("update-remote-system") == 0


async def test_a_case_that_is_opened_there_again_opens_its_incident_and_brings_what_was_missed() -> None:
    reflection = await begun(closes=True)
    reflection.other.change("WB-1", stage="Closed")
    await reflection.good_round()
    reflection.other.note("WB-1", "while closed")
    await reflection.good_round()
    assert "while closed" not in await reflection.said()
    reflection.other.change("WB-1", stage="Open")
    await reflection.good_round()
    incident = await reflection.incident()
    assert (incident.status, incident.closed, incident.close_reason) == (Status.ACTIVE, None, "")
    assert incident.custom_fields["stage"] == "Open"
    assert "while closed" in await reflection.said()
    await reflection.good_round()
    assert reflection.other.times("update-remote-system") == 0


async def test_an_incident_that_was_closed_here_stays_closed_while_the_case_is_open() -> None:
    reflection = await begun(closes=True)
    await reflection.incidents.close(ONE, "Resolved", "", an_actor())
    reflection.other.note("WB-1", "still open there")
    await reflection.good_round()
    assert (await reflection.incident()).status is Status.DONE
    record = await reflection.record()
    assert (record.behind, record.due) == (True, False)


async def test_an_incident_that_an_analyst_opens_again_stays_open_and_gets_what_was_missed() -> None:
    reflection = await begun(closes=True)
    reflection.other.change("WB-1", stage="Closed")
    await reflection.good_round()
    reflection.other.note("WB-1", "while closed")
    await reflection.good_round()
    await reflection.incidents.reopen(ONE, an_actor())
    await reflection.good_round()
    assert (await reflection.incident()).status is Status.ACTIVE
    assert "while closed" in await reflection.said()
    assert not (await reflection.record()).behind


async def test_an_incident_that_changes_while_it_is_asked_for_keeps_both_changes() -> None:
    reflection = await begun()
    data = reflection.other.data

    async def meanwhile(code: FakeCode) -> Ran:
        reflection.world.runner.table["get-remote-data"] = data
        await reflection.set(details="typed meanwhile")
        return data(code)

    reflection.world.runner.table["get-remote-data"] = meanwhile
    reflection.other.change("WB-1", stage="Investigating")
    reflection.other.note("WB-1", "from there")
    await reflection.good_round()
    incident = await reflection.incident()
    assert (incident.details, incident.custom_fields["stage"]) == ("typed meanwhile", "Investigating")
    assert (await reflection.said()).count("from there") == 1


@pytest.mark.parametrize(("there", "here"), [("Bob", "bob"), ("nobody-here", "")])
async def test_an_owner_comes_in_when_somebody_here_goes_by_that_name(there: str, here: str) -> None:
    reflection = await begun()
    bob = User(name="bob", role=Role.ANALYST, password_hash="", created=START)
    await reflection.world.store.users.add_user(bob, UserEvent(kind="user", actor="ana", at=START, payload={}))
    mapper = reflection.world.catalogue.mappers["In"]
    values = {**mapper.all_types.values, "owner": mapper.all_types.values["stage"]}
    reflection.world.catalogue.mappers = {
        "In": replace(mapper, all_types=replace(mapper.all_types, values=values)),
    }
    reflection.other.change("WB-1", stage=there)
    await reflection.good_round()
    assert (await reflection.incident()).owner == here


async def test_outputs_of_what_came_in_are_in_the_context() -> None:
    reflection = await begun()

    def data(code: FakeCode) -> Ran:
        entry: dict[str, Json] = {"Type": 1, "Contents": "note", "ContentsFormat": "text", "EntryContext": {"A": 1}}
        return code.ran([{}, entry])

    reflection.world.runner.table["get-remote-data"] = data
    reflection.other.change("WB-1", impact=1)
    await reflection.good_round()
    assert await reflection.world.journal.context(ONE) == {"A": 1}


async def test_mappers_of_both_ways_may_use_javascript() -> None:
    upper, lower = Simple(value="stage=val.toUpperCase()"), Simple(value="stage=val.toLowerCase()")
    reflection = Reflection()
    reflection.world.runner.table |= QUICKJS
    [pack] = reflection.world.catalogue.packs
    reflection.world.catalogue = Catalogue(
        [
            replace(
                pack,
                mappers={"In": Mapper(id="In", name="In", all_types=FieldMap(values={"stage": upper}, labels=False))},
                outgoing_mappers={"Out": Mapper(id="Out", name="Out", all_types=FieldMap(values={"stage": lower}))},
            )
        ]
    )
    reflection.restart()
    await reflection.begin()
    await reflection.good_round()
    assert await reflection.stage() == "OPEN"
    reflection.other.change("WB-1", stage="Closing")
    await reflection.good_round()
    assert await reflection.stage() == "CLOSING"
    await reflection.set(stage="GONE")
    await reflection.good_round()
    assert reflection.other.cases["WB-1"]["stage"] == "gone"
