"""What help and documentation show as an example works as it stands there: typed, read, and held to the arguments."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.our_packs import our_packs
from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument
from warroom.services.commands.arguments import prepare
from warroom.services.commands.command_line import parse, place_bare
from warroom.services.commands.targets import ScriptTarget
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.look_up import look_up

ROOT = Path(__file__).parents[3]
PACK = ROOT / "Packs" / "VisionOneResponse" / "Integrations" / "VisionOneResponse"
EXAMPLES = (PACK / "command_examples").read_text(encoding="utf-8").splitlines()
TYPED = re.compile(r"(?:run|warroom>) '(![^'\n]+)'|`(![A-Za-z-]+ [^`\n]*)`")
SHOWN_JSON = re.compile(r"such as ([\[{].*?[\]}])(?=[.;,]? |[.;,]?$)")
CATALOGUE = Catalogue(our_packs())
READERS_OWN = {"…", "HOST", "MyScript"}  # where a reader is to put something of their own
ASKED_BY_THE_SERVER = {"get-mapping-fields", "get-modified-remote-data", "get-remote-data", "update-remote-system"}


def _documented() -> Iterator[str]:
    for file in (ROOT / "README.md", *(ROOT / "docs").glob("howto/*.md"), *(ROOT / "docs").glob("quickstart/*.md")):
        for one, other in TYPED.findall(file.read_text(encoding="utf-8")):
            yield one or other


def _arguments(name: str) -> tuple[Argument, ...]:
    resolved = look_up(CATALOGUE, name)
    assert not resolved.missing, resolved.missing
    if isinstance(resolved.here, ScriptTarget):
        return tuple(resolved.here.script.arguments)
    return tuple(resolved.offers[0][1].arguments)


def _said_in_descriptions() -> Iterator[tuple[str, str, str]]:
    for integration in CATALOGUE.integrations.values():
        for command in integration.commands.values():
            for argument in command.arguments:
                for text in SHOWN_JSON.findall(argument.description):
                    yield command.name, argument.name, text


@pytest.mark.parametrize("example", [*EXAMPLES, *_documented()])
def test_an_example_is_read_as_it_is_meant(example: str) -> None:
    line = parse(example)
    if line.name in BUILTINS or READERS_OWN & {line.name, *line.bare, *line.args.values()}:
        return
    declared = _arguments(line.name)
    args = place_bare(line, declared)
    [call] = prepare(line.name, declared, args)
    options = {argument.name: argument.predefined for argument in declared}
    for name, value in args.items():
        assert value in example, "a value is what stands there, to the letter"
        assert not re.search(r"[A-Za-z]:\\\\", value), "a path has one backslash between its parts"
        assert not options[name] or set(value.split(",")) <= set(options[name]), call


def test_there_is_an_example_for_each_command() -> None:
    names = {parse(example).name for example in EXAMPLES}
    typed = {name for integration in CATALOGUE.integrations.values() for name in integration.commands}
    assert names == typed - ASKED_BY_THE_SERVER


@pytest.mark.parametrize(("command", "argument", "shown"), sorted(set(_said_in_descriptions())))
def test_json_that_a_description_shows_can_be_typed_as_it_stands(command: str, argument: str, shown: str) -> None:
    line = parse(f"!{command} {argument}={shown} using=one")
    assert line.args == {argument: shown, "using": "one"}
    assert json.loads(line.args[argument])


def test_descriptions_show_json() -> None:
    assert len(list(_said_in_descriptions())) > 8
