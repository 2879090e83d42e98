import asyncio
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.model.user import Role
from warroom.testing.samples import an_actor


def test_without_users_the_list_says_how_the_first_is_made(command_line: CommandLine) -> None:
    assert "`warroom serve` prints the link" in command_line("user", "list").out
    assert "There is no user ann" in command_line.refused("user", "mail", "ann", "ann@example.com")


def test_a_user_gets_a_mail_address_and_loses_it(command_line: CommandLine) -> None:
    async def make() -> None:
        async with open_app(Settings(home=command_line.home)) as app:
            await app.users.create("ann", "correct horse battery", Role.RESPONDER, an_actor())

    asyncio.run(make())
    assert command_line("user", "mail", "ann", "ann@example.com").out == "Messages to ann go to ann@example.com.\n"
    (ann,) = command_line("user", "list", "--json").document
    assert (ann["name"], ann["role"], ann["mail"]) == ("ann", "responder", "ann@example.com")
    assert "ann@example.com" in command_line("user", "list").out
    assert "is no mail address" in command_line.refused("user", "mail", "ann", "ann at example")
    assert "ann has no mail address" in command_line("user", "mail", "ann").out
    assert command_line("user", "list", "--json").document[0]["mail"] == ""


def test_a_user_is_added_changed_disabled_and_enabled(command_line: CommandLine, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("correct horse battery\n")
    command_line("user", "add", "eve", "--role", "admin", "--password", f"@{secret}")  # one has to stay
    added = command_line(
        "user", "add", "ann", "--role", "responder", "--password", f"@{secret}", "--mail", "a@b.example"
    )
    assert added.out == "ann may sign in as responder.\n"
    assert command_line("user", "role", "ann", "analyst").out == "ann is now analyst.\n"
    assert command_line("user", "disable", "ann").out == "ann can no longer sign in.\n"
    ann, _ = command_line("user", "list", "--json").document
    assert (ann["role"], ann["disabled"], ann["mail"]) == ("analyst", True, "a@b.example")
    assert command_line("user", "enable", "ann").out == "ann can sign in again.\n"

    async def sign_in() -> str:
        async with open_app(Settings(home=command_line.home)) as app:
            return (await app.users.sign_in("ann", "correct horse battery"))[1].user

    assert asyncio.run(sign_in()) == "ann"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--role", "responder", "--password", "correct horse battery"], "Give the password as --password @FILE"),
        (["--role", "responder"], "Give the password as --password @FILE"),
        (["--role", "responder", "--password", "@/no/such/file"], "The password cannot be read from /no/such/file"),
        (["--role", "boss", "--password", "@GOOD"], "'boss' is no role. Use reader"),
        (["--role", "reader", "--password", "@WEAK"], "password"),
    ],
)
def test_what_makes_no_user_is_said(command_line: CommandLine, tmp_path: Path, given: list[str], said: str) -> None:
    for name, text in (("GOOD", "correct horse battery"), ("WEAK", "ann2026")):
        (tmp_path / name).write_text(text)
    put = [f"@{tmp_path / word[1:]}" if word in {"@GOOD", "@WEAK"} else word for word in given]
    assert said in command_line.refused("user", "add", "ann", *put)
    assert command_line("user", "list", "--json").document == []
