import json

import pytest

from tests.cli.conftest import CommandLine
from tests.outbound.hook import hook
from tests.outbound.mailbox import mailbox


def test_an_address_is_tried(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox() as box, hook() as there:
        monkeypatch.setenv("WARROOM_NOTIFY_SMTP", f"smtp://127.0.0.1:{box.port}")
        said = command_line("notify", "test", "mailto:soc@example.com").out
        assert said == "mailto:soc@example.com received the message.\n"
        assert command_line("notify", "test", there.url, "--shape", "teams", "--json").document == {"to": "127.0.0.1"}
    assert box.mails[0]["Subject"] == "[warroom] A test of warroom"
    assert there.asked[0]["type"] == "message"


def test_without_an_address_everybody_whom_the_rules_reach_is_tried(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "There is no rule for recipients" in command_line("notify", "test").out
    with hook() as there:
        rules = [{"to": there.url}, {"roles": ["admin"]}]
        monkeypatch.setenv("WARROOM_NOTIFY", json.dumps(rules[:1]))
        assert command_line("notify", "test").out == "Rule 1: 127.0.0.1 received the message.\n"
        monkeypatch.setenv("WARROOM_NOTIFY", json.dumps(rules))
        there.answers = [500]
        answer = command_line("notify", "test")
        assert answer.code == 1
        assert "Rule 1: 127.0.0.1 did not receive it: 127.0.0.1 answers with HTTP 500." in answer.out
        assert "Rule 2: Nobody of the role admin is told" in answer.out
        tried = command_line("notify", "test", "--json").document["rules"]
    assert [(rule["told"], len(rule["gaps"])) for rule in tried] == [(["127.0.0.1"], 0), ([], 1)]


def test_the_doctor_names_a_rule_that_reaches_nobody(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_NOTIFY", json.dumps([{"users": ["zoe"]}]))
    found = [item for item in command_line("doctor", "--json").document if item["what"] == "notify"]
    assert [(item["found"], item["ok"]) for item in found] == [
        ("Rule 1: User zoe is not told: there is no such user.", False)
    ]


def test_what_does_not_get_through_is_a_sentence(command_line: CommandLine) -> None:
    assert "without the setting notify_smtp" in command_line.refused("notify", "test", "mailto:soc@example.com")
    assert "is no address" in command_line.refused("notify", "test", "soc@example.com")


def test_a_rule_that_is_none_is_told_at_the_start(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_NOTIFY", json.dumps([{"to": "soc@example.com"}]))
    assert "is no address" in command_line.refused("task", "list")
    for rule in ({}, {"roles": ["king"]}, {"roles": ["admin"], "on": ["gossip"]}):
        monkeypatch.setenv("WARROOM_NOTIFY", json.dumps([rule]))
        assert "notify" in command_line.refused("task", "list")
