import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.cli.answering import answering
from tests.cli.conftest import CommandLine
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli.door import Door, ServerDoor, open_door, user_name
from warroom.cli.own_door import OwnDoor, open_own_door
from warroom.model.errors import FolderInUseError, InvalidInputError, NotFoundError, UnavailableError
from warroom.web.local import serve_locally

HOLD = """
import sys, fcntl
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
file.write(str({pid}))
file.flush()
print("held", flush=True)
sys.stdin.read()
"""


def door_of(home: Path) -> AbstractAsyncContextManager[Door]:
    return open_door(home, lambda: open_own_door(home))


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Settings]:
    """A folder that a server holds; the lock counts within a process too."""
    settings = Settings(home=tmp_path / "home")
    async with open_app(settings) as app, serve_locally(app):
        yield settings


async def test_a_folder_that_nobody_holds_is_opened(tmp_path: Path) -> None:
    async with door_of(tmp_path) as door:
        assert isinstance(door, OwnDoor)
        assert await door.call("incident.list") == []


async def test_a_folder_that_a_server_holds_is_reached_through_it(served: Settings) -> None:
    async with door_of(served.home) as door:
        assert isinstance(door, ServerDoor)
        created = await door.call("incident.create", name="One")
        assert created["id"] == "1"
        shown = await door.call("incident.show", id="1")
    assert shown["owner"] == user_name()


async def test_a_refusal_comes_through_the_server_as_the_same_error(served: Settings) -> None:
    async with door_of(served.home) as door:
        with pytest.raises(NotFoundError, match="99"):
            await door.call("incident.show", id="99")
        with pytest.raises(InvalidInputError, match=r"incident\.show needs 'id'"):
            await door.call("incident.show")


async def test_two_questions_may_be_open_at_once(served: Settings) -> None:
    async with door_of(served.home) as door:
        last = await door.call("events.last")
        waiting = asyncio.create_task(door.call("events", after=last, seconds=20))
        await door.call("incident.create", name="One")
        [event] = await waiting
        assert (event["kind"], event["change"]) == ("incident", "created")


async def test_a_server_that_is_gone_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="Is `warroom serve` still running"):
        await ServerDoor(tmp_path / "nobody.sock", "ana").call("incident.list")


async def test_an_answer_that_is_not_ours_is_told_with_its_status(tmp_path: Path) -> None:
    said = b"HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain\r\n\r\nInternal Server Error"
    async with answering(tmp_path / "x.sock", said):
        with pytest.raises(UnavailableError, match="HTTP 500"):
            await ServerDoor(tmp_path / "x.sock", "ana").call("incident.list")


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"[1]", b"7", b"{}", b'{"error": "no"}', b"\xff"])
async def test_an_answer_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path, body: bytes) -> None:
    said = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + body
    async with answering(tmp_path / "x.sock", said):
        with pytest.raises(UnavailableError, match="HTTP 200"):
            await ServerDoor(tmp_path / "x.sock", "ana").call("incident.list")


async def test_a_text_that_is_no_unicode_comes_through_the_server(served: Settings) -> None:
    async with door_of(served.home) as door:
        created = await door.call("incident.create", name="half \ud83d")
        listed = [each["name"] for each in await door.call("incident.list")]
        assert listed == [created["name"]] == ["half \N{REPLACEMENT CHARACTER}"]


async def test_a_folder_that_is_held_beside_what_a_dead_server_left_is_in_use(tmp_path: Path) -> None:
    async with door_of(tmp_path):
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(tmp_path / "warroom.sock"))
        with pytest.raises(FolderInUseError, match=f"process {os.getpid()}"):
            async with door_of(tmp_path):
                pass


async def test_a_folder_that_is_held_without_a_socket_is_in_use(tmp_path: Path) -> None:
    async with door_of(tmp_path):
        with pytest.raises(FolderInUseError, match=f"process {os.getpid()}"):
            async with door_of(tmp_path):
                pass


def test_a_folder_of_a_foreign_process_is_refused_by_its_number(command_line: CommandLine) -> None:
    command_line.home.mkdir()
    program = HOLD.format(pid="__import__('os').getpid()")
    with subprocess.Popen(
        [sys.executable, "-c", program, str(command_line.home / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        sentence = command_line.refused("incident", "list")
        assert f"in use by process {holder.pid}" in sentence
        holder.communicate("")
    assert command_line("incident", "list").code == 0


def test_a_socket_that_a_dead_server_left_is_in_nobodys_way(command_line: CommandLine) -> None:
    command_line("incident", "list")
    (command_line.home / "warroom.sock").touch()
    assert command_line("incident", "list").code == 0
