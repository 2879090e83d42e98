import asyncio
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.cli.conftest import CommandLine
from tests.cli.content import install_pack
from tests.cli.terminal import TIMEOUT, in_terminal, wait_until_nobody_is_left
from tests.cli.test_shell_room import Paper
from visionone_sim.testing import RunningTwin
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli.door import Door, ServerDoor, open_door, user_name
from warroom.cli.own_door import OwnDoor, open_own_door
from warroom.cli.shell import toolbar, war_room_prompt
from warroom.cli.shell_room import Room
from warroom.web.local import serve_locally

PROGRAM = "from warroom.cli.main import main; main()"
END = "\x04"
DROP = "\x03"


@dataclass
class Person:
    """Sits at a prompt whose terminal is made of pipes."""

    keyboard: PipeInput
    prompt: asyncio.Task[None]
    capsys: pytest.CaptureFixture[str]
    shown: str = ""

    def type(self, text: str) -> None:
        self.keyboard.send_text(text)

    async def wait_for(self, text: str) -> None:
        await self.wait_for_match(re.escape(text))

    async def wait_for_match(self, pattern: str) -> str:
        async with asyncio.timeout(TIMEOUT):
            while (found := re.search(pattern, self.shown)) is None:
                assert not self.prompt.done(), self.prompt.exception()
                await asyncio.sleep(0.01)
                self.look()
        return found[0]

    async def leave(self) -> None:
        """Wait until the prompt has ended."""
        async with asyncio.timeout(TIMEOUT):
            await self.prompt

    def look(self) -> str:
        out, err = self.capsys.readouterr()
        self.shown += out + err
        return self.shown


@contextmanager
def at_prompt(
    door: Door, home: Path, capsys: pytest.CaptureFixture[str], incident: str | None = None
) -> Iterator[Person]:
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        prompt = asyncio.create_task(war_room_prompt(door, incident=incident, history=home / "shell_history"))
        yield Person(keyboard, prompt, capsys)


async def test_a_typed_command_shows_its_entries_and_the_end_of_input_leaves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_app(Settings(home=tmp_path)) as app:
        with at_prompt(OwnDoor(app, "ana"), tmp_path, capsys) as person:
            await person.wait_for("Ctrl-D leaves")
            person.type("!Print value=hello\r")
            await person.wait_for("hello")
            person.type("!Nope\r")
            await person.wait_for("There is no command `Nope`")
            person.type("/incident 99\r")
            await person.wait_for("99")
            person.type(f"half a line{DROP}a note\r")
            await person.wait_for("a note")
            person.type(END)
            await person.leave()
    assert "half a line" not in person.look()
    assert "+!Print value=hello" in (tmp_path / "shell_history").read_text(encoding="utf-8")


async def test_the_prompt_works_through_a_server_that_others_use_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=tmp_path)
    async with (
        open_app(settings) as app,
        serve_locally(app),
        open_door(tmp_path, lambda: open_own_door(tmp_path)) as door,
    ):
        assert isinstance(door, ServerDoor)
        incident = (await door.call("incident.create", name="One"))["id"]
        with at_prompt(door, tmp_path, capsys, incident) as person:
            await person.wait_for("Ctrl-D leaves")
            await OwnDoor(app, "ben").call("say", text="from elsewhere", incident=incident)
            await person.wait_for("1@1  ben")
            await person.wait_for("from elsewhere")
            person.type("!Print value=hello\r")
            await person.wait_for("hello")
            person.type("/quit\r")
            await person.leave()


async def test_leaving_tells_what_had_not_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install_pack(tmp_path)
    async with open_app(Settings(home=tmp_path)) as app:
        door = OwnDoor(app, "ana")
        await door.call("playbook.run", name="Ask", wait=True)
        with at_prompt(door, tmp_path, capsys) as person:
            await person.wait_for("Ctrl-D leaves")
            person.type(END)
            await person.leave()
        assert "Ask has not ended." in person.look()


@pytest.mark.promise(16)
async def test_a_person_isolates_an_endpoint_sees_the_task_end_and_the_endpoint_isolated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], twin: RunningTwin
) -> None:
    async with open_app(Settings(home=tmp_path, speed=20)) as app:
        door = OwnDoor(app, "ana")
        params, secrets = {"url": twin.url, "isFetch": "true"}, {"apikey": twin.api_key}
        await door.call("instance.add", name="v1", integration="VisionOneResponse", params=params, secrets=secrets)
        await door.call("instance.fetch", name="v1")
        name = (await door.call("names"))[0]
        [endpoint] = [endpoint for endpoint in twin.tenant.endpoints.values() if endpoint.name == name]
        with at_prompt(door, tmp_path, capsys) as person:
            await person.wait_for("Ctrl-D leaves")
            person.type(f"!trendmicro-visionone-isolate-endpoint endpoint={name}\r")
            task = await person.wait_for_match(r"\b\d{8}\b")
            person.type(f"!trendmicro-visionone-check-status task_id={task}\r")
            await person.wait_for("succeeded")
            person.type(f"!trendmicro-visionone-get-endpoint-info endpoint={name}\r")
            await person.wait_for_match(r"Isolated +on\b")
            person.type(END)
            await person.leave()
    assert twin.tenant.endpoints[endpoint.agent_guid].isolated


async def test_the_toolbar_says_where_we_are_and_what_runs(tmp_path: Path) -> None:
    install_pack(tmp_path)
    async with open_app(Settings(home=tmp_path)) as app:
        door = OwnDoor(app, "ana")
        await door.call("incident.create", name="On\x1be")
        room = Room(door, Paper())
        await room.open("1")
        assert "".join(text for _, text, *_ in toolbar(room)).split() == ["Incident", "1", "One"]
        await door.call("playbook.run", name="Ask", incident="1", wait=True)
        await room.look(seconds=0)
        assert "running: Ask (Isolate it?)" in "".join(text for _, text, *_ in toolbar(room))


def test_lines_of_a_pipe_are_run_one_after_another(command_line: CommandLine) -> None:
    typed = "!Print value=one\n# a comment\n\n  a note\n!Print value=two\n/entries\n/quit\n!Print value=never\n"
    answer = command_line("shell", typed=typed)
    assert (answer.code, answer.err) == (0, "")
    words = answer.out.split()
    assert words[:2] == ["one", "two"]
    assert "a note" in answer.out
    assert "comment" not in answer.out
    assert "never" not in answer.out


@pytest.mark.parametrize("line", ["!Nope", "!PrintErrorEntry message=broken", "/nope", "/answer no plan", "!"])
def test_a_line_that_fails_does_not_stop_the_others_but_the_exit_code_tells(
    command_line: CommandLine, line: str
) -> None:
    answer = command_line("shell", typed=f"{line}\n!Print value=after\n")
    assert answer.code == 1
    assert "after" in answer.out
    assert "Traceback" not in answer.err


def test_a_shell_on_an_incident_that_does_not_exist_is_refused(command_line: CommandLine) -> None:
    assert "99" in command_line.refused("shell", "--incident", "99")


def test_in_a_terminal_a_command_is_completed_and_run_and_nothing_is_left(command_line: CommandLine) -> None:
    argv = [sys.executable, "-c", PROGRAM, "--home", str(command_line.home), "shell"]
    with in_terminal(argv, {**os.environ, "TERM": "xterm-256color"}) as terminal:
        terminal.wait_for("Ctrl-D leaves")
        terminal.wait_for(">")
        terminal.type("!PrintErr")
        terminal.wait_for("PrintErrorEntry")
        terminal.type(DROP)
        terminal.type("!Print value=hello\r")
        terminal.wait_for(f"{user_name()} Print")
        terminal.wait_for("hello")
        terminal.type(END)
        assert terminal.wait_for_the_end() == 0
        wait_until_nobody_is_left(terminal.process.pid)
    assert "Traceback" not in terminal.shown
