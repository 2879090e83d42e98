import json

import pytest

from tests.cli.conftest import CommandLine
from tests.outbound.hook import hook
from tests.outbound.mailbox import mailbox


def test_an_address_is_tried(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox() as box, hook() as there:
        monkeypatch.setenv("WARROOM_NOTIFY_SMTP", f"smtp://127.0.0.1:{box.port}")
        said = command_line("notify", "test", "mailto:soc@example.com").out
        assert said == "mailto:soc@example.com took the message.\n"
        assert command_line("notify", "test", there.url, "--shape", "teams", "--json").document == {"to": "127.0.0.1"}
    assert box.mails[0]["Subject"] == "[warroom] A test of warroom"
    assert there.asked[0]["type"] == "message"


def test_what_does_not_get_through_is_a_sentence(command_line: CommandLine) -> None:
    assert "without the setting notify_smtp" in command_line.refused("notify", "test", "mailto:soc@example.com")
    assert "is no address" in command_line.refused("notify", "test", "soc@example.com")


def test_a_rule_that_is_none_is_told_at_the_start(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_NOTIFY", json.dumps([{"to": "soc@example.com"}]))
    assert "is no address" in command_line.refused("task", "list")
