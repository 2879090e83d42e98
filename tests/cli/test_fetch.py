"""Records that are set aside, on the command line."""

import asyncio

import pytest

from tests.cli.conftest import CommandLine
from tests.web.asides import ASIDE, RECORD, put_aside
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings


@pytest.fixture
def with_aside(command_line: CommandLine) -> CommandLine:
    async def put() -> None:
        async with open_app(Settings(home=command_line.home)) as app:
            await put_aside(app)

    asyncio.run(put())
    return command_line


def test_they_are_listed_shown_and_become_incidents(with_aside: CommandLine) -> None:
    listed = with_aside("fetch", "list")
    assert all(word in " ".join(listed.out.split()) for word in (ASIDE.id, "lab", "41,943,040"))
    assert with_aside("fetch", "list", "--json").document[0]["why"] == ASIDE.why
    assert with_aside("fetch", "show", ASIDE.id).out == f"{RECORD}\n"
    assert with_aside("fetch", "show", ASIDE.id, "--json").document["record"] == RECORD
    assert with_aside("fetch", "replay", ASIDE.id).out == f"Record {ASIDE.id} is incident 1 now.\n"
    assert with_aside("fetch", "list").out == "No record is set aside.\n"
    assert "No record 0123456789ab is set aside" in with_aside.refused("fetch", "show", ASIDE.id)


def test_one_that_is_an_incident_already_is_only_settled(with_aside: CommandLine) -> None:
    with_aside("fetch", "replay", ASIDE.id)

    async def put() -> None:
        async with open_app(Settings(home=with_aside.home)) as app:
            await put_aside(app)

    asyncio.run(put())
    assert "is an incident already" in with_aside("fetch", "replay", ASIDE.id).out
    assert with_aside("fetch", "list", "--json").document == []


def test_one_is_dropped(with_aside: CommandLine) -> None:
    assert with_aside("fetch", "drop", ASIDE.id).out == f"Record {ASIDE.id} was dropped.\n"
    assert "No record 0123456789ab is set aside" in with_aside.refused("fetch", "drop", ASIDE.id, "--json")
