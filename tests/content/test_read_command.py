from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from warroom.content.integration import Argument, Command, CommandOutput
from warroom.content.read_command import read_code, read_command, read_timeout
from warroom.content.source import Node
from warroom.model.errors import ContentError, Location

Read = Callable[[str], Node]


ECHO_SAY = """
name: echo-say
description: Says it.
execution: true
polling: true
deprecated: true
timeout: 60
arguments:
- name: text
  required: true
  default: true
  isArray: true
  secret: true
  description: What.
- name: loud
  defaultValue: no
  predefined: [yes, 1.50, true]
outputs:
- contextPath: Echo.Text
  type: String
  description: Said.
- description: has no path
"""


def test_a_command_is_read_whole(node: Read) -> None:
    command = read_command(node(ECHO_SAY))
    assert command == Command(
        name="echo-say",
        description="Says it.",
        execution=True,
        polling=True,
        deprecated=True,
        timeout=60,
        arguments=(
            Argument(name="text", required=True, default=True, is_array=True, secret=True, description="What."),
            Argument(name="loud", default_value="no", predefined=("yes", "1.50", "true")),
        ),
        outputs=(CommandOutput(context_path="Echo.Text", type="String", description="Said."),),
    )


def test_a_command_needs_a_name(node: Read) -> None:
    with pytest.raises(ContentError, match="A command needs a value for `name`"):
        read_command(node("description: x"))


def test_code_of_the_unified_form_knows_its_line(node: Read) -> None:
    code = read_code(node("type: python\nscript: |-\n  first\n  second\nsubtype: python2\ndockerimage: a/b:1"), None)
    assert (code.text, code.language, code.subtype, code.docker_image) == (
        "first\nsecond",
        "python",
        "python2",
        "a/b:1",
    )
    assert code.sha256 == sha256(b"first\nsecond").hexdigest()
    assert code.at is not None
    assert code.at.line + 1 == 3  # line 1 of the code is line 3 of the file


@pytest.mark.parametrize("written", ["''", "'-'", "null"])
def test_code_of_the_package_form_lies_beside(node: Read, written: str) -> None:
    beside = ("print()", Location(Path("item.py")))
    assert read_code(node(f"script: {written}"), beside).at == Location(Path("item.py"))


@pytest.mark.parametrize(
    "written", ['"pass"', "'pass'", "pass", ">-\n  pass", "|\n  pass", "|2- # code\n  pass", "&a |\n  pass"]
)
def test_only_the_lines_of_a_block_are_lines_of_the_file(node: Read, written: str) -> None:
    code = read_code(node(f"script: {written}\n"), None)
    assert code.at == Location(Path("item.yml"), 1 if "|" in written else 0)


def test_no_code_at_all_is_an_error(node: Read) -> None:
    with pytest.raises(ContentError, match="There is no code"):
        read_code(node("script: '-'"), None)


@pytest.mark.parametrize("written", ["''", "'-'", "null"])
def test_code_may_be_empty_where_it_is_a_customers_own(node: Read, written: str) -> None:
    assert read_code(node(f"script: {written}"), None, may_be_empty=True).text == ""


@pytest.mark.parametrize(("written", "seconds"), [("0", None), ("'300'", 300), ("900ns", 900), ("null", None)])
def test_time_limits_are_seconds(node: Read, written: str, seconds: int | None) -> None:
    assert read_timeout(node(f"timeout: {written}").get("timeout")) == seconds
