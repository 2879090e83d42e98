"""Records that are set aside, on the command line."""

import asyncio
import json

import pytest

from tests.cli.conftest import CommandLine
from tests.web.asides import ASIDE, DROPPED, RECORD, put_aside
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
    assert with_aside("fetch", "replay", ASIDE.id).out == f"Record {ASIDE.id} is now incident 1.\n"
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


def test_an_instance_fetches_anew(with_aside: CommandLine) -> None:
    said = " ".join(with_aside("fetch", "reset", "lab", "--reason", "Another tenant.").out.split())
    assert said.startswith("Instance lab fetches from 20")
    assert with_aside("fetch", "reset", "lab", "--reason", "again", "--json").document["instance"] == "lab"
    assert "no instance 'labor'" in with_aside.refused("fetch", "reset", "labor", "--reason", "why")


def test_what_rules_dropped_is_listed_and_becomes_an_incident(command_line: CommandLine) -> None:
    assert command_line("fetch", "dropped").out == "No rule has dropped anything.\n"

    async def put() -> None:
        async with open_app(Settings(home=command_line.home)) as app:
            await put_aside(app, aside=DROPPED)

    asyncio.run(put())
    assert DROPPED.id in command_line("fetch", "dropped").out
    (listed,) = command_line("fetch", "dropped", "--json").document
    assert (listed["rule"], listed["why"]) == ("Quiet", DROPPED.why)
    assert "There may be more" not in command_line("fetch", "dropped").out
    assert "There may be more than these 1: --limit shows them." in command_line("fetch", "dropped", "--limit", "1").out
    assert command_line("fetch", "dropped", "--instance", "none", "--json").document == []
    assert command_line("fetch", "dropped", "--limit", "0").code == 2
    assert command_line("fetch", "list").out == "No record is set aside.\n"
    assert command_line("fetch", "replay", DROPPED.id).out == f"Record {DROPPED.id} is now incident 1.\n"


def test_the_rules_are_listed_in_their_order_with_our_grouping_last(command_line: CommandLine) -> None:
    folder = command_line.home / "packs" / "Mine" / "PreProcessRules"
    folder.mkdir(parents=True)
    for name, action, index in (("Later", "explode", 2), ("First", "drop", 1)):
        rule = {"id": name, "name": name, "action": action, "enabled": True, "index": index}
        (folder / f"preprocessrule-{name}.json").write_text(json.dumps(rule), encoding="utf-8")
    listed = command_line("fetch", "rules", "--json").document
    assert [(one["name"], one["does"], one["enabled"], one["pack"]) for one in listed[:2]] == [
        ("First", "drop", True, "Mine"),
        ("Later", "explode", True, "Mine"),
    ]
    assert (listed[2]["name"], listed[2]["enabled"], listed[2]["pack"]) == ("Grouping of storms", False, "settings")
    assert listed[2]["does"].startswith("one incident for the same type and visiononemodel, and a value in common of ")
    assert "is not known" in listed[1]["flaws"][0]
    assert "First" in command_line("fetch", "rules").out
