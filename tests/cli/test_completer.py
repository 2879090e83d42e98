from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from tests.cli.content import install_pack
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli.completer import Completions, WarRoomCompleter
from warroom.cli.own_door import OwnDoor


def argument(name: str, **more: Any) -> dict[str, Any]:
    known = {"required": False, "description": "", "values": [], "list": False, "secret": False, "host": False}
    return {"name": name, **known, **more}


ISOLATE = [
    argument("description", description="Why,\n\tin a few words."),
    argument("endpoint", required=True, description="Which ones.", list=True, host=True),
    argument("mode", values=["soft", "hard stop"]),
    argument("pin", secret=True),
]
OFFERS = Completions(
    commands={
        "vision-isolate-endpoint": {"description": "Cuts it off. " * 10, "arguments": ISOLATE},
        "isolated": {"description": "", "arguments": []},
        "Print": {"description": "Writes.", "arguments": [argument("value")]},
    },
    names=["FIN-042", "HR LT 7"],
)
COMPLETER = WarRoomCompleter(OFFERS, {"incident": "go elsewhere", "incidents": "list them", "quit": "leave"})


def offered(line: str) -> list[str]:
    """What the line becomes with each of the offers."""
    completions = COMPLETER.get_completions(Document(line), CompleteEvent())
    return [line[: len(line) + each.start_position] + each.text for each in completions]


def metas(line: str) -> list[str]:
    return [each.display_meta_text for each in COMPLETER.get_completions(Document(line), CompleteEvent())]


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("!iso", ["!isolated", "!vision-isolate-endpoint"]),  # what begins so comes before what only holds it
        ("!PRI", ["!Print"]),
        ("!", ["!vision-isolate-endpoint", "!isolated", "!Print"]),
        ("!nothing", []),
        ("Print", []),  # a note
        ("", []),
        ("/inc", ["/incident", "/incidents"]),
        ("/incident 1", []),
        ("!Print ", ["!Print value="]),
        ("!unknown ", []),
    ],
)
def test_commands_and_the_prompts_own_words_are_completed(line: str, becomes: list[str]) -> None:
    assert offered(line) == becomes


def test_required_arguments_come_first_and_given_ones_not_again() -> None:
    head = "!vision-isolate-endpoint "
    assert [line.removeprefix(head) for line in offered(head)] == ["endpoint=", "description=", "mode=", "pin="]
    given = f"{head}description='it is' endpoint=A "
    assert [line.removeprefix(given) for line in offered(given)] == ["mode=", "pin="]
    assert offered(f"{head}MO") == [f"{head}mode="]


def test_what_an_argument_is_for_stands_on_one_short_line() -> None:
    assert metas("!vision-isolate-endpoint ")[:2] == ["required: Which ones.", "Why, in a few words."]
    [meta] = metas("!vision")
    assert meta.endswith("…")
    assert len(meta) <= 70


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("mode=", ["mode=soft", 'mode="hard stop"']),
        ("mode=h", ['mode="hard stop"']),
        ('mode="hard s', ['mode="hard stop"']),
        ("endpoint=", ["endpoint=FIN-042", 'endpoint="HR LT 7"']),
        ("endpoint=042", ["endpoint=FIN-042"]),
        ("endpoint=FIN-042,h", ['endpoint="FIN-042,HR LT 7"']),
        ("description=", []),
        ("nope=", []),
    ],
)
def test_values_are_completed_and_quoted(typed: str, becomes: list[str]) -> None:
    head = "!vision-isolate-endpoint "
    assert [line.removeprefix(head) for line in offered(head + typed)] == becomes


def test_completion_looks_only_at_what_stands_before_the_cursor() -> None:
    document = Document("!Pri value=x", cursor_position=4)
    [completion] = COMPLETER.get_completions(document, CompleteEvent())
    assert (completion.text, completion.start_position) == ("Print", -3)


@pytest.mark.parametrize(
    ("name", "secret"), [("pin", True), ("password", True), ("api_key", True), ("endpoint", False), ("value", False)]
)
def test_a_secret_is_known_by_its_name_or_its_declaration(name: str, *, secret: bool) -> None:
    assert OFFERS.is_secret(name) is secret


async def test_offers_are_read_from_a_door(tmp_path: Path) -> None:
    install_pack(tmp_path)
    offers = Completions()
    async with open_app(Settings(home=tmp_path)) as app:
        door = OwnDoor(app, "ana")
        await offers.read_commands(door)
        await offers.read_names(door)
    assert next(each["name"] for each in offers.arguments("SaveText")) == "text"
    assert offers.is_secret("passphrase")
    assert offers.names == []
