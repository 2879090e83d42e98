from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.content import install_pack
from tests.cli.test_shell_room import Paper
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli.own_door import OwnDoor
from warroom.cli.shell_room import Room
from warroom.cli.shell_words import SLASH_WORDS, obey
from warroom.model.errors import InvalidInputError, NotFoundError


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    install_pack(tmp_path)
    async with open_app(Settings(home=tmp_path)) as app:
        door = OwnDoor(app, "ana")
        await door.call("incident.create", name="One")
        await door.call("incident.create", name="Two")
        room = Room(door, Paper())
        await room.open("1")
        yield room
        await room.close()


async def test_help_names_every_word(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    await obey(room, "/help")
    out = capsys.readouterr().out
    assert all(f"/{name}" in out and word.does in out for name, word in SLASH_WORDS.items())


async def test_incidents_are_listed_and_one_is_entered(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    await obey(room, "/incidents")
    assert {"One", "Two"} <= set(capsys.readouterr().out.split())
    await obey(room, "/incident 2")
    assert room.incident["id"] == "2"
    assert "Incident 2: Two" in capsys.readouterr().out


async def test_entries_are_shown_again(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(25):
        await room.door.call("say", text=f"note-{number}.", incident="1")
    await obey(room, "/entries")
    out = capsys.readouterr().out
    assert "note-24." in out
    assert "note-5." in out
    assert "note-4." not in out


async def test_a_question_is_listed_and_answered(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    await obey(room, "/plan")
    assert "No playbook has run" in capsys.readouterr().out
    plan = (await room.door.call("playbook.run", name="Ask", incident="1", wait=True))["plan"]
    await obey(room, "/tasks")
    assert "Isolate it?" in capsys.readouterr().out
    await obey(room, f"/answer {plan} 1 no")
    await room.settle()
    await obey(room, "/plan")
    assert f"Ask: completed (plan {plan})" in capsys.readouterr().out


async def test_quit_leaves_as_the_end_of_input_does(room: Room) -> None:
    with pytest.raises(EOFError):
        await obey(room, "/quit")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/nope", "There is no /nope. Use one of: /help, "),
        ("/", "There is no /. Use one of: "),
        ("/incident", "Write /incident ID."),
        ("/incident 1 2", "Write /incident ID."),
        ("/answer p1", "Write /answer PLAN TASK [CHOICE…]."),
        ("/quit now", "Write /quit."),
    ],
)
async def test_a_word_that_is_wrong_says_what_is_right(room: Room, line: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await obey(room, line)
    assert str(refused.value).startswith(sentence)


async def test_an_incident_that_does_not_exist_is_refused(room: Room) -> None:
    with pytest.raises(NotFoundError, match="99"):
        await obey(room, "/incident 99")
