from dataclasses import replace

import pytest

from tests.services.world import an_instance, command, lab
from warroom.model.ids import EntryId
from warroom.model.json import Json, JsonObject
from warroom.services.commands.targets import BuiltinTarget, CommandTarget, Resolved
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.polls import is_interim, schedules_of
from warroom.services.execution.results import normalise
from warroom.testing.samples import an_entry, an_incident

CALL = Call(incident=an_incident(1), resolved=Resolved(name="wait"), origin=Origin(actor="DBot"))
TARGET = CommandTarget(integration=lab(), command=command("wait"), instance=an_instance())
LATER: JsonObject = {"PollingCommand": "wait", "NextRun": "30", "PollingArgs": {"id": "7"}}


def result(text: str, **more: Json) -> JsonObject:
    return {"Type": 1, "ContentsFormat": "text", "Contents": text} | more


def test_the_next_look_writes_over_what_says_how_it_stands() -> None:
    raws = normalise([result("accepted"), result("running", **LATER)])
    (schedule,) = schedules_of(CALL, raws, [an_entry(1), an_entry(2)], TARGET)
    assert (schedule.args, schedule.line) == ({"id": "7"}, "2@1")
    assert (schedule.instance, schedule.instance_id) == ("lab-1", "id-lab-1")


def test_a_look_that_said_nothing_hands_the_line_on() -> None:
    (schedule,) = schedules_of(
        replace(CALL, line=EntryId("5@1")), normalise([result("", **LATER)]), [], BuiltinTarget(name="wait")
    )
    assert schedule.line == "5@1"


@pytest.mark.parametrize(
    "kept",
    [
        result("no more looks"),
        result("", **LATER),
        result("", Type=3, File="a", FileID="u", **LATER),
        result("failed", Type=4, **LATER),
    ],
    ids=["an end", "silence", "a file", "an error"],
)
def test_only_words_about_the_state_are_in_between(kept: JsonObject) -> None:
    (raw,) = normalise([kept])
    assert not is_interim(raw)
    assert is_interim(normalise([result("running", **LATER)])[0])
