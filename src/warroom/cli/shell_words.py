"""The prompt's own words, which begin with a slash: one function each, and a table."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from warroom.cli.entries import entries_of
from warroom.cli.incident import print_head, print_incidents, print_plans
from warroom.cli.output import print_said
from warroom.cli.shell_room import Room
from warroom.cli.task import print_waiting
from warroom.model.errors import InvalidInputError

RECENT_ENTRIES = 20
BECAUSE = "--"


Action: TypeAlias = Callable[[Room, list[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashWord:
    """A slash command. `takes` names its arguments; a last `…` means any number of words."""

    action: Action
    does: str
    takes: tuple[str, ...] = ()
    optional: int = 0

    @property
    def usage(self) -> str:
        required = len(self.takes) - self.optional
        shown = [*self.takes[:required], *(f"[{name}]" for name in self.takes[required:])]
        return " ".join(shown)


async def give_help(room: Room, _: list[str]) -> None:
    rows = [("!command argument=value", "run a command; Tab completes"), ("any other text", "becomes a note")]
    rows += [(f"/{name} {word.usage}", word.does) for name, word in SLASH_WORDS.items()]
    widest = max(len(typed) for typed, _ in rows)
    await room.say("\n".join(f"{typed:<{widest}}  {does}" for typed, does in rows))


async def switch(room: Room, args: list[str]) -> None:
    await room.enter(args[0])
    await room.screen.show(lambda: print_head(room.incident))


async def list_incidents(room: Room, _: list[str]) -> None:
    found = await room.door.call("incident.list")
    await room.screen.show(lambda: print_incidents(found))


async def show_entries(room: Room, _: list[str]) -> None:
    found = await entries_of(room.door, room.incident["id"])
    await room.screen.show(lambda: print_said(found[-RECENT_ENTRIES:]))


async def show_plans(room: Room, _: list[str]) -> None:
    found = await room.door.call("incident.show", id=room.incident["id"])
    if not found["plans"]:
        await room.say("No playbook has run on this incident.")
    await room.screen.show(lambda: print_plans(found["plans"]))


async def list_tasks(room: Room, _: list[str]) -> None:
    found = await room.door.call("task.list")
    await room.screen.show(lambda: print_waiting(found))


async def answer(room: Room, args: list[str]) -> None:
    plan, task, *said = args
    choice, _, comment = " ".join(said).partition(BECAUSE)
    room.do("task.answer", plan=plan, task=task, choice=choice.strip(), comment=comment.strip())


async def leave(_: Room, __: list[str]) -> None:
    raise EOFError  # what Ctrl-D raises


SLASH_WORDS: Mapping[str, SlashWord] = {
    "help": SlashWord(action=give_help, does="show this"),
    "incidents": SlashWord(action=list_incidents, does="list the incidents"),
    "incident": SlashWord(action=switch, does="go to another incident", takes=("ID",)),
    "entries": SlashWord(action=show_entries, does=f"show the last {RECENT_ENTRIES} entries again"),
    "plan": SlashWord(action=show_plans, does="show the work plans of this incident"),
    "tasks": SlashWord(action=list_tasks, does="list what waits for a person"),
    "answer": SlashWord(
        action=answer, does="answer one, and why behind --", takes=("PLAN", "TASK", "CHOICE…"), optional=1
    ),
    "quit": SlashWord(action=leave, does="leave, as Ctrl-D does"),
}


async def obey(room: Room, line: str) -> None:
    """Run a line that begins with a slash; raises EOFError to leave, or a WarroomError that says what is wrong."""
    name, *args = line.removeprefix("/").split() or [""]
    word = SLASH_WORDS.get(name)
    if word is None:
        raise InvalidInputError(f"There is no /{name}. Use one of: {', '.join(f'/{known}' for known in SLASH_WORDS)}.")
    required = len(word.takes) - word.optional
    has_rest = bool(word.takes) and word.takes[-1].endswith("…")
    if len(args) < required or (len(args) > len(word.takes) and not has_rest):
        raise InvalidInputError(f"Write /{name} {word.usage}".rstrip() + ".")
    await word.action(room, args)
