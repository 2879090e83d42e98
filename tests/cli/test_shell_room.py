import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.content import install_pack
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli.door import Door
from warroom.cli.own_door import OwnDoor
from warroom.cli.shell import toolbar
from warroom.cli.shell_room import Room
from warroom.model.errors import NotFoundError, UnavailableError
from warroom.model.ids import PlanId
from warroom.model.json import Json
from warroom.testing.clock import START
from warroom.testing.samples import an_entry, some_changes


@dataclass
class Paper:
    """A screen that prints at once and counts how often it was asked to draw again."""

    refreshed: int = 0

    async def show(self, paint: Callable[[], object]) -> None:
        paint()

    def refresh(self) -> None:
        self.refreshed += 1


@dataclass
class ShakyDoor:
    """A door whose server is away for the first questions for events."""

    door: Door
    failures: int
    refused: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, operation: str, **asked: Json) -> Json:
        if operation == "events" and self.failures:
            self.failures -= 1
            self.refused.set()
            raise UnavailableError("The server is away.")
        return await self.door.call(operation, **asked)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[OwnDoor]:
    install_pack(tmp_path)
    async with open_app(Settings(home=tmp_path)) as app:
        yield OwnDoor(app, "ana")


@pytest.fixture
async def room(door: OwnDoor) -> AsyncIterator[Room]:
    """A room on incident 1."""
    await door.call("incident.create", name="One")
    room = Room(door, Paper())
    await room.open("1")
    yield room
    await room.close()


async def looked(room: Room) -> None:
    """Let what was begun end, and look until there is nothing new."""
    await room.settle()
    room.has_news.set()
    while room.has_news.is_set():
        room.has_news.clear()
        await room.look(seconds=0)


async def test_the_entries_of_a_typed_command_come_by_themselves(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    room.run("!Print value=hello")
    await looked(room)
    head, body = capsys.readouterr().out.splitlines()
    assert head.endswith("1@1  ana Print")
    assert body.strip() == "hello"


async def test_what_stood_there_before_is_not_shown_again(
    room: Room, door: OwnDoor, capsys: pytest.CaptureFixture[str]
) -> None:
    await door.call("say", text="earlier", incident="1")
    later = Room(door, Paper())
    await later.open("1")
    await door.call("say", text="now", incident="1")
    await looked(later)
    out = capsys.readouterr().out
    assert "now" in out
    assert "earlier" not in out


async def test_entries_of_other_incidents_stay_away(
    room: Room, door: OwnDoor, capsys: pytest.CaptureFixture[str]
) -> None:
    await door.call("incident.create", name="Two")
    await door.call("say", text="elsewhere", incident="2")
    await looked(room)
    assert capsys.readouterr().out == "New incident 2: Two\n"
    await room.enter("2")
    await door.call("say", text="here", incident="2")
    await looked(room)
    assert "here" in capsys.readouterr().out


async def test_many_new_incidents_are_one_line(room: Room, door: OwnDoor, capsys: pytest.CaptureFixture[str]) -> None:
    for name in "abcd":
        await door.call("incident.create", name=name)
    await looked(room)
    assert capsys.readouterr().out == "4 new incidents; /incidents lists them.\n"


async def test_a_refused_command_is_told_and_counted(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    room.run("!Nope")
    await looked(room)
    assert "There is no command `Nope`" in capsys.readouterr().err
    assert room.refused == 1


async def test_an_incident_that_does_not_exist_is_not_entered(room: Room) -> None:
    with pytest.raises(NotFoundError):
        await room.enter("99")
    assert room.incident["id"] == "1"


async def test_a_plan_is_known_while_it_runs_and_its_question_is_told_once(
    room: Room, door: OwnDoor, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = (await door.call("playbook.run", name="Ask", incident="1", wait=True))["plan"]
    await looked(room)
    assert list(room.plans) == [plan]
    assert f"Isolate it?  Answer: /answer {plan} 1 yes | no" in capsys.readouterr().out
    await room.enter("1")
    assert list(room.plans) == [plan]
    assert "Isolate it?" not in capsys.readouterr().out
    room.do("task.answer", plan=plan, task="1", choice="no")
    await looked(room)
    assert room.plans == {}
    assert "answered 'Isolate it?' with 'no'." in capsys.readouterr().out


async def test_what_a_later_look_writes_over_an_entry_is_not_a_new_line_but_stands_with_what_runs(
    room: Room, door: OwnDoor, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = PlanId((await door.call("playbook.run", name="Ask", incident="1", wait=True))["plan"])
    for number, text in enumerate(("10 %", "40 %", "70 %")):
        modified = START if number else None
        await door.app.journal.commit(some_changes(entries=[an_entry(9, contents=text, plan=plan, modified=modified)]))
        await looked(room)
    out = capsys.readouterr().out
    assert [text for text in ("10 %", "40 %", "70 %") if text in out] == ["10 %"]
    assert room.standing == {plan: "70 %"}
    assert "Ask (Isolate it?): 70 %" in "".join(text for _, text, *_ in toolbar(room))
    room.do("task.answer", plan=plan, task="1", choice="no")
    await looked(room)
    assert room.standing == {}


async def test_following_waits_for_a_server_that_went_away(door: OwnDoor, capsys: pytest.CaptureFixture[str]) -> None:
    await door.call("incident.create", name="One")
    shaky = ShakyDoor(door, failures=1)
    room = Room(shaky, Paper())
    await room.open("1")
    following = asyncio.create_task(room.follow())
    async with asyncio.timeout(120):
        await shaky.refused.wait()
        await door.call("say", text="back", incident="1")
        out = err = ""
        while "back" not in out:
            await asyncio.sleep(0.01)
            more_out, more_err = capsys.readouterr()
            out, err = out + more_out, err + more_err
    following.cancel()
    assert err == "The server is away.\n"
    assert "That works again.\n" in out


async def test_closing_lets_go_of_what_still_runs(room: Room) -> None:
    room.run("!Sleep seconds=3600")
    await asyncio.sleep(0)
    async with asyncio.timeout(120):
        await room.close()
        await room.settle()
