"""What goes out: each change once, and nothing that came in."""

from dataclasses import replace

import pytest

from tests.services.mirroring.reflection import ONE, TAG, Reflection
from warroom.model.entry import EntryFormat, StoredFile
from warroom.model.ids import IncidentId, entry_id
from warroom.services.approvals.rules import Rules
from warroom.services.mirroring.outgoing import entry_as_xsoar
from warroom.services.ports.runner import Ran
from warroom.testing.runner import FakeCode
from warroom.testing.samples import an_actor, an_entry, some_changes


async def write(reflection: Reflection, text: str, *tags: str, incident: IncidentId = ONE) -> None:
    number = await reflection.world.store.reserve_entries(incident, 1)
    entry = replace(an_entry(contents=text, actor="ana", tags=tags), id=entry_id(number, incident), incident=incident)
    await reflection.world.journal.commit(some_changes(entries=[entry]))


async def test_a_change_goes_out_once_and_alone() -> None:
    reflection = Reflection()
    await reflection.begin()
    assert (await reflection.good_round()).sent == 0
    await reflection.set(stage="Investigating", severity="high")

    assert (await reflection.good_round()).sent == 1
    assert (await reflection.good_round()).sent == 0

    (_, args), *_ = [each for each in reflection.other.asked if each[0] == "update-remote-system"]
    assert (args["remoteId"], args["delta"], args["incidentChanged"]) == ("WB-1", {"stage": "Investigating"}, True)
    assert (args["data"], args["status"], args["entries"]) == ({"stage": "Investigating"}, 0, [])
    assert reflection.other.cases["WB-1"]["stage"] == "Investigating"
    assert await reflection.said() == []


async def test_what_happened_between_fetch_and_first_mirroring_goes_out() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.set(stage="Closed")
    await reflection.good_round()
    assert reflection.other.deltas == [{"stage": "Closed"}]


async def test_only_entries_with_the_tag_go_out_and_each_once() -> None:
    reflection = Reflection()
    await reflection.begin()
    await write(reflection, "for us")
    await write(reflection, "for both", "x", TAG)
    await reflection.good_round()
    await write(reflection, "more", TAG)
    await reflection.good_round()
    await reflection.good_round()
    assert reflection.other.notes["WB-1"] == ["2@1 for both (ours)", "3@1 more (ours)"]
    sent = [args for name, args in reflection.other.asked if name == "update-remote-system"]
    assert [args["incidentChanged"] for args in sent] == [False, False]
    assert [len(args["entries"]) for args in sent] == [1, 1]


async def test_an_older_entry_goes_out_when_it_gets_the_tag() -> None:
    reflection = Reflection()
    await reflection.begin()
    await write(reflection, "for us")
    await reflection.good_round()
    (entry,) = await reflection.entries()
    await reflection.world.journal.commit(some_changes(entries=[replace(entry, tags=(TAG,))]))
    await reflection.good_round()
    assert reflection.other.notes["WB-1"] == ["1@1 for us (ours)"]


async def test_what_came_in_does_not_go_out_even_with_the_tag() -> None:
    reflection = Reflection()
    await reflection.begin()
    reflection.other.note("WB-1", "from there")
    reflection.other.change("WB-1", stage="Investigating")
    await reflection.good_round()
    tagged = [replace(entry, tags=(TAG,)) for entry in await reflection.entries()]
    await reflection.world.journal.commit(some_changes(entries=tagged))
    await reflection.good_round()
    assert len(tagged) == 2
    assert reflection.other.times("update-remote-system") == 0


async def test_that_an_incident_was_closed_is_sent_once_with_its_reason() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.incidents.close(ONE, "False Positive", "", an_actor())
    await reflection.good_round()
    await reflection.good_round()
    ((_, args),) = [each for each in reflection.other.asked if each[0] == "update-remote-system"]
    assert (args["status"], args["incidentChanged"], args["delta"]) == (2, True, {"reason": "False Positive"})


async def test_a_field_that_was_emptied_goes_out_as_empty() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.set(stage="")
    await reflection.good_round()
    assert reflection.other.deltas == [{"stage": ""}]


@pytest.mark.parametrize("direction", ["In", ""])
async def test_nothing_goes_out_of_what_only_comes_in_or_is_not_mirrored(direction: str) -> None:
    reflection = Reflection(direction=direction)
    await reflection.begin()
    await reflection.set(stage="Investigating")
    await write(reflection, "for both", TAG)
    await reflection.good_round()
    assert reflection.other.times("update-remote-system") == 0


async def test_what_could_not_be_sent_stays_to_be_sent_and_comes_after_the_rest() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.good_round()
    reflection.other.fails["update-remote-system WB-1"] = ["HTTPError: 500 for tmv1-secret"] * 2
    await reflection.set(stage="Investigating")
    mirrored = await reflection.round()
    assert mirrored.error == "Incident 1: update-remote-system: HTTPError: 500 for ••••••"
    assert (await reflection.record()).owes

    reflection.other.asked.clear()
    await reflection.set(IncidentId("2"), stage="Closed")
    assert (await reflection.round()).error
    assert [args["remoteId"] for name, args in reflection.other.asked if name.startswith("update")] == ["WB-2", "WB-1"]

    assert (await reflection.good_round()).sent == 1
    assert reflection.other.cases["WB-1"]["stage"] == "Investigating"
    assert not (await reflection.record()).due


async def test_a_change_that_was_taken_back_after_a_failure_is_sent_since_it_may_have_had_effect() -> None:
    reflection = Reflection()
    await reflection.begin()

    def failing(code: FakeCode) -> Ran:
        reflection.other.update(code)
        reflection.world.runner.table["update-remote-system"] = reflection.other.update
        return replace(code.ran(), error="The connection broke.")

    reflection.world.runner.table |= {"update-remote-system": failing}
    reflection.other.fails["get-modified-remote-data"] = ["The connection broke."]
    await reflection.set(stage="Investigating")
    await reflection.round()
    await reflection.set(stage="Open")
    assert (await reflection.good_round()).sent == 1
    assert await reflection.stage() == reflection.other.cases["WB-1"]["stage"] == "Open"
    record = await reflection.record()
    assert (record.owes, record.due, record.unsure) == (False, False, ())


async def test_entries_that_could_not_be_sent_and_lost_their_tag_are_owed_no_more() -> None:
    reflection = Reflection()
    await reflection.begin()
    reflection.other.fails["update-remote-system"] = ["HTTPError: 500"]
    await write(reflection, "for both", TAG)
    await reflection.round()
    (entry,) = await reflection.entries()
    await reflection.world.journal.commit(some_changes(entries=[replace(entry, tags=())]))
    assert (await reflection.good_round()).sent == 0
    assert not (await reflection.record()).due


async def test_a_process_that_is_killed_after_sending_sends_the_same_once_more() -> None:
    reflection = Reflection()
    reflection.dies_once(lambda changes: bool(changes.mirrors and changes.mirrors[0].entries))
    await reflection.begin()
    await reflection.set(stage="Investigating")
    await write(reflection, "for both", TAG)
    with pytest.raises(OSError, match="gone"):
        await reflection.round()
    reflection.restart()
    await reflection.good_round()
    assert reflection.other.deltas == [{"stage": "Investigating"}] * 2
    assert len(reflection.other.notes["WB-1"]) == 1
    assert (await reflection.good_round()).sent == 0


async def test_a_new_id_that_the_other_side_gives_is_followed() -> None:
    reflection = Reflection()
    await reflection.begin()

    def renamed(code: FakeCode) -> Ran:
        return code.ran("WB-9")

    reflection.world.runner.table["update-remote-system"] = renamed
    await reflection.set(stage="Investigating")
    await reflection.round()
    mirror = (await reflection.incident()).mirror
    assert mirror is not None
    assert (mirror.id, mirror.direction, mirror.tags) == ("WB-9", "Both", (TAG,))


async def test_a_change_made_while_it_is_sent_goes_out_the_next_time() -> None:
    reflection = Reflection()
    await reflection.begin()
    update = reflection.other.update

    async def meanwhile(code: FakeCode) -> Ran:
        reflection.world.runner.table["update-remote-system"] = update
        await reflection.set(stage="Closed")
        return update(code)

    reflection.world.runner.table["update-remote-system"] = meanwhile
    await reflection.set(stage="Investigating")
    await reflection.good_round()
    await reflection.good_round()
    assert reflection.other.deltas == [{"stage": "Investigating"}, {"stage": "Closed"}]


def test_an_entry_goes_out_as_a_person_reads_it() -> None:
    file = StoredFile(name="dump.zip", size=1, md5="", sha1="", sha256="")
    entry = an_entry(
        4,
        17,
        contents={"a": 1},
        human_readable="One row",
        format=EntryFormat.MARKDOWN,
        actor="ana",
        tags=("out",),
        note=True,
        file=file,
    )
    told = entry_as_xsoar(entry)
    assert (told["id"], told["contents"], told["user"], told["file"]) == ("4@17", "One row", "ana", "dump.zip")
    assert (told["type"], told["format"], told["note"], told["tags"]) == (1, "markdown", True, ["out"])
    assert entry_as_xsoar(an_entry(contents=[1]))["contents"] == "[1]"


@pytest.mark.parametrize("pattern", ["update-remote-system", "*@lab-1", "Update-*@LAB-*", "*"])
async def test_what_an_admin_lets_nobody_do_without_approval_is_not_sent_and_the_incident_says_so(pattern: str) -> None:
    reflection = Reflection()
    reflection.world.rules = Rules(commands=(pattern,))
    reflection.restart()
    await reflection.begin()
    await reflection.set(stage="Closed")
    for _ in range(3):
        mirrored = await reflection.round()
        assert f"Nothing of this incident is sent to lab-1: `{pattern}` in approve_commands" in mirrored.error
    assert reflection.other.times("update-remote-system") == 0
    said = [text for text in await reflection.said() if "Nothing of this incident is sent to lab-1" in text]
    assert len(said) == 1
    reflection.world.rules = Rules(commands=("update-remote-system@lab-2", "isolate"))
    reflection.restart()
    await reflection.good_round()
    assert reflection.other.cases["WB-1"]["stage"] == "Closed"
