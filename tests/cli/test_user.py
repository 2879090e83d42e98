import asyncio

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
