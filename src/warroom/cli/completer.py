"""Completes what is typed in the War Room: commands, their arguments, values, and the words that begin with a slash."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from warroom.cli.door import Door
from warroom.cli.printable import printable
from warroom.cli.shell_line import Word, quoted, words_of
from warroom.model.json import JsonObject
from warroom.services.secrecy.masking import SECRET_KEYS

META_LENGTH = 70


@dataclass(slots=True)
class Completions:
    """The completions that a door offers; refreshed now and then."""

    commands: JsonObject = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    async def read_commands(self, door: Door) -> None:
        self.commands = await door.call("commands")

    async def read_names(self, door: Door) -> None:
        self.names = await door.call("names")

    def arguments(self, command: str) -> list[JsonObject]:
        """List a command's arguments, required ones first."""
        arguments: list[JsonObject] = self.commands.get(command, {}).get("arguments", [])
        return sorted(arguments, key=lambda argument: not argument["required"])

    def is_secret(self, name: str) -> bool:
        """Whether an argument of this name holds a secret: its name says so, or some command declares it."""
        return bool(SECRET_KEYS.search(name)) or any(
            argument["secret"] and argument["name"] == name
            for command in self.commands.values()
            for argument in command["arguments"]
        )


class WarRoomCompleter(Completer):
    """Offers what fits at the cursor; `slash` are the words of the prompt itself with their descriptions."""

    def __init__(self, offers: Completions, slash: Mapping[str, str]) -> None:
        self._offers = offers
        self._slash = slash

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        del complete_event
        before = document.text_before_cursor.lstrip()
        if before.startswith("/") and " " not in before:
            yield from _matching(before[1:], self._slash)
        elif before.startswith("!"):
            yield from self._in_command(before[1:])

    def _in_command(self, typed: str) -> Iterator[Completion]:
        words = words_of(typed)
        current = words.pop() if words and words[-1].end == len(typed) else None
        if not words:
            described = {name: command["description"] for name, command in self._offers.commands.items()}
            yield from _matching(current.text if current else "", described)
            return
        arguments = self._offers.arguments(words[0].text)
        if current and "=" in typed[current.start :]:
            yield from self._values(typed, current, arguments)
        else:
            given = {word.text.partition("=")[0] for word in words}
            left = [argument for argument in arguments if argument["name"] not in given]
            yield from _names(current.text if current else "", left)

    def _values(self, typed: str, current: Word, arguments: Sequence[JsonObject]) -> Iterator[Completion]:
        name, _, value = current.text.partition("=")
        argument = next((each for each in arguments if each["name"] == name), None)
        if argument is None:
            return
        before, comma, last = value.rpartition(",") if argument["list"] else ("", "", value)
        begins = typed.index("=", current.start) + 1
        candidates = [*argument["values"], *(self._offers.names if argument["host"] else ())]
        for candidate in _ranked(last.strip(), candidates):
            yield Completion(
                quoted(f"{before}{comma}{candidate}"), start_position=begins - len(typed), display=printable(candidate)
            )


def _matching(typed: str, described: Mapping[str, str]) -> Iterator[Completion]:
    for name in _ranked(typed, described):
        yield Completion(
            name, start_position=-len(typed), display=printable(name), display_meta=_one_line(described[name])
        )


def _names(typed: str, arguments: Sequence[JsonObject]) -> Iterator[Completion]:
    for argument in arguments:
        if argument["name"].casefold().startswith(typed.casefold()):
            due = "required: " if argument["required"] else ""
            yield Completion(
                f"{argument['name']}=",
                start_position=-len(typed),
                display=printable(argument["name"]),
                display_meta=_one_line(f"{due}{argument['description']}"),
            )


def _ranked(typed: str, candidates: Iterable[str]) -> list[str]:
    """Sort names that begin with the typed text before names that only contain it."""
    wanted = typed.casefold()
    holding = [candidate for candidate in dict.fromkeys(candidates) if wanted in candidate.casefold()]
    return sorted(holding, key=lambda candidate: not candidate.casefold().startswith(wanted))


def _one_line(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= META_LENGTH else f"{line[: META_LENGTH - 1]}…"
