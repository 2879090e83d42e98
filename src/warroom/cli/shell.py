"""`warroom shell`: the War Room in the terminal."""

import asyncio
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.formatted_text import StyleAndTextTuples

from warroom.cli.completer import Completions, WarRoomCompleter
from warroom.cli.door import Door
from warroom.cli.incident import print_head
from warroom.cli.opened import through_door
from warroom.cli.output import print_entries, print_line
from warroom.cli.printable import printable
from warroom.cli.shell_history import PrivateHistory
from warroom.cli.shell_room import Room
from warroom.cli.shell_words import SLASH_WORDS, obey
from warroom.model.errors import WarroomError
from warroom.model.json import JsonObject
from warroom.model.plan import PlanState, TaskState

UNDER_WAY = frozenset({TaskState.IN_PROGRESS, TaskState.WAITING})
HISTORY_FILE = "shell_history"
NAMES_SECONDS = 5.0  # between two readings of the host names, and only when something has happened
GREETING = "Type !command (Tab completes), /help, or any text as a note. Ctrl-D leaves."


def shell(
    context: typer.Context,
    incident: Annotated[str | None, typer.Option(help="The incident to open; default: the playground.")] = None,
) -> None:
    """Open the War Room in the terminal: live entries, !commands with completion.

    Lines of a pipe are run one after another; exit code 1 when one of them failed.

    Example: warroom shell --incident 7
    """
    if sys.stdin.isatty() and sys.stdout.isatty():
        history = context.obj.folder / HISTORY_FILE
        through_door(context, lambda door: war_room_prompt(door, incident=incident, history=history))
        return
    failed = through_door(context, lambda door: run_lines(door, sys.stdin, incident=incident))
    raise typer.Exit(1 if failed else 0)


async def war_room_prompt(door: Door, *, incident: str | None, history: Path) -> None:
    """Stay in the War Room until the person leaves; nothing that was begun here outlives it."""
    offers = Completions()
    await offers.read_commands(door)
    screen = PromptScreen()
    room = Room(door, screen)
    await room.open(incident)
    print_head(room.incident)
    print_line(GREETING)
    session: PromptSession[str] = PromptSession(
        lambda: f"{room.incident['id']}> ",
        history=PrivateHistory(history, offers.is_secret),
        completer=WarRoomCompleter(offers, {name: word.does for name, word in SLASH_WORDS.items()}),
        auto_suggest=AutoSuggestFromHistory(),
        bottom_toolbar=lambda: toolbar(room),
    )
    screen.app = session.app
    async with asyncio.TaskGroup() as beside:
        watchers = [beside.create_task(room.follow()), beside.create_task(_keep_names(offers, room))]
        await _converse(session, room)
        for watcher in watchers:
            watcher.cancel()
    await room.close()
    for plan in room.plans.values():
        print_line(
            f"{plan['playbook']} has not ended. The server of this folder continues it, or does so when it is started."
        )


async def run_lines(door: Door, lines: Iterable[str], *, incident: str | None) -> bool:
    """Run lines one after another, each to its end; says whether one of them failed."""
    room = Room(door, DirectScreen())
    await room.open(incident)
    failed = False
    for line in lines:
        try:
            failed = await _run_line(room, line.strip()) or failed
        except EOFError:
            break
        except WarroomError as error:
            await room.refuse(str(error))
    return failed or room.refused > 0


def toolbar(room: Room) -> StyleAndTextTuples:
    """Return the toolbar's text: the incident and what runs."""
    running = ", ".join(_running(plan, room.standing.get(plan["plan"], "")) for plan in room.plans.values())
    return [
        ("bold", f" Incident {room.incident['id']} "),
        ("", printable(f"{room.incident['name']}  ")),
        ("", printable(f"running: {running}  ") if running else ""),
    ]


class PromptScreen:
    """Prints above the prompt. It does not suspend the prompt as prompt_toolkit does: that loses keys."""

    def __init__(self) -> None:
        self.app: Application[str] | None = None

    async def show(self, paint: Callable[[], object]) -> None:
        if self.app is None or not self.app.is_running:
            paint()
            return
        self.app.renderer.erase()
        paint()
        self.app.renderer.request_absolute_cursor_position()
        self.app.invalidate()

    def refresh(self) -> None:
        if self.app is not None:
            self.app.invalidate()


class DirectScreen:
    """Prints at once."""

    async def show(self, paint: Callable[[], object]) -> None:
        paint()

    def refresh(self) -> None:
        """Do nothing: there is no toolbar."""


async def _converse(session: PromptSession[str], room: Room) -> None:
    while True:
        try:
            await _take(room, (await session.prompt_async()).strip())
        except KeyboardInterrupt:
            continue  # drops the line, as shells do
        except EOFError:
            return
        except WarroomError as error:
            await room.refuse(str(error))


async def _take(room: Room, line: str) -> None:
    match line[:1]:
        case "":
            return
        case "!":
            room.run(line)
        case "/":
            await obey(room, line)
        case _:
            await room.door.call("say", text=line, incident=room.incident["id"])


async def _run_line(room: Room, line: str) -> bool:
    if line.startswith("#"):  # a comment in the input
        return False
    if not line.startswith("!"):
        await _take(room, line)
        await room.settle()
        return False
    result = await room.door.call("run", text=line, incident=room.incident["id"])
    return print_entries(result["entries"]) or result["state"] in {PlanState.FAILED, PlanState.WAITING}


async def _keep_names(offers: Completions, room: Room) -> None:
    while True:
        room.has_news.clear()
        with suppress(WarroomError):  # the room says it
            await offers.read_names(room.door)
        await asyncio.sleep(NAMES_SECONDS)
        await room.has_news.wait()


def _running(plan: JsonObject, standing: str) -> str:
    now = [task["name"] for task in plan["tasks"] if task["state"] in UNDER_WAY and task["name"] != plan["playbook"]]
    named = f"{plan['playbook']} ({', '.join(now)})" if now else str(plan["playbook"])
    return f"{named}: {standing}" if standing else named
