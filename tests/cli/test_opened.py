import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.cli.conftest import CommandLine
from warroom.cli.opened import Opened, pairs
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json


def test_a_value_may_hold_an_equals_sign() -> None:
    assert pairs(["query=a=b"], "--input") == {"query": "a=b"}


@pytest.mark.parametrize("item", ["key", "=value", ""])
def test_what_is_no_pair_is_refused_with_the_option(item: str) -> None:
    with pytest.raises(InvalidInputError, match="--input takes key=value"):
        pairs([item], "--input")


def test_a_wrong_setting_is_named(command_line: CommandLine) -> None:
    command_line.monkeypatch.setenv("WARROOM_SPEED", "fast")
    assert "The setting speed is wrong" in command_line.refused("incident", "list")


def test_a_variable_that_should_hold_json_and_does_not_is_named(command_line: CommandLine) -> None:
    command_line.monkeypatch.setenv("WARROOM_SLA_HOURS", "four")
    assert "sla_hours" in command_line.refused("incident", "list")


def test_a_settings_file_that_is_no_toml_is_refused(command_line: CommandLine) -> None:
    (command_line.home.parent / "elsewhere" / "warroom.toml").write_text("fetch_seconds = \n", encoding="utf-8")
    assert "warroom.toml" in command_line.refused("incident", "list")


def test_an_unknown_setting_in_the_file_is_named(command_line: CommandLine) -> None:
    (command_line.home.parent / "elsewhere" / "warroom.toml").write_text("fetch_minutes = 3\n", encoding="utf-8")
    assert "fetch_minutes" in command_line.refused("incident", "list")


def test_a_data_folder_that_is_a_file_is_refused(command_line: CommandLine) -> None:
    command_line.home.write_text("", encoding="utf-8")
    assert str(command_line.home) in command_line.refused("pack", "list")


class Place:
    """A door that notes what happens at it, and that may fail to open."""

    def __init__(self, *, opens: bool = True) -> None:
        self.notes: list[str] = []
        self._opens = opens

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Place"]:
        if not self._opens:
            raise InvalidInputError("It does not open.")
        self.notes.append("opened")
        try:
            yield self
        finally:
            self.notes.append("closed")

    async def call(self, operation: str, **_asked: Json) -> Json:
        await asyncio.sleep(0)
        self.notes.append(operation)
        if operation == "refused":
            raise InvalidInputError("It is refused.")
        return operation


def test_a_door_stays_open_until_it_is_told_to_close() -> None:
    place = Place()
    opened = Opened(place.open)
    assert opened.ask(lambda door: door.call("asked")) == "asked"
    assert place.notes == ["opened", "asked"]
    opened.close()
    assert place.notes == ["opened", "asked", "closed"]


def test_a_door_closes_at_once_where_the_work_fails() -> None:
    place = Place()
    with pytest.raises(InvalidInputError, match="It is refused"):
        Opened(place.open).ask(lambda door: door.call("refused"))
    assert place.notes == ["opened", "refused", "closed"]
    with pytest.raises(InvalidInputError, match="It does not open"):
        Opened(Place(opens=False).open).ask(lambda door: door.call("asked"))
