import socket
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.content import install_pack
from visionone_sim.testing import RunningTwin

ADD = ("instance", "add", "v1", "--integration", "VisionOneResponse")


def test_an_instance_is_added_tested_listed_and_removed(
    command_line: CommandLine, twin: RunningTwin, key_file: Path
) -> None:
    added = command_line(*ADD, "--param", f"url={twin.url}", "--secret", f"apikey=@{key_file}", "--json").document
    assert (added["name"], added["integration"], added["secrets"]) == ("v1", "VisionOneResponse", ["apikey"])
    assert command_line("instance", "test", "v1").out == "ok\n"
    assert command_line("instance", "test", "v1", "--json").document == {
        "name": "v1", "answer": "ok", "ok": True, "trace": "", "log": ""
    }  # fmt: skip
    assert twin.url in command_line("instance", "list").out
    assert command_line("instance", "remove", "v1", "--json").document == {"removed": "v1"}
    assert command_line("instance", "list").out == "There are no instances.\n"


def test_the_key_comes_from_standard_input_and_is_shown_nowhere(command_line: CommandLine, twin: RunningTwin) -> None:
    added = command_line(*ADD, "--param", f"url={twin.url}", "--secret", "apikey=@-", typed=f"{twin.api_key}\n")
    assert added.code == 0
    assert command_line("instance", "test", "v1").code == 0
    listed = command_line("instance", "list", "--json")
    assert twin.api_key not in added.out + listed.out
    for path in command_line.home.rglob("*"):
        assert path.is_dir() or twin.api_key.encode() not in path.read_bytes()


def test_a_wrong_key_is_one_sentence(command_line: CommandLine, twin: RunningTwin, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("not-the-key", encoding="utf-8")
    command_line(*ADD, "--param", f"url={twin.url}", "--secret", f"apikey=@{tmp_path / 'wrong'}")
    sentence = command_line.refused("instance", "test", "v1")
    assert "key" in sentence.lower()
    assert "not-the-key" not in sentence


def test_a_test_that_fails_shows_where_and_what_was_printed_when_asked(command_line: CommandLine) -> None:
    install_pack(command_line.home)
    command_line("instance", "add", "s1", "--integration", "Stumbler")
    assert "lay there" not in command_line("instance", "test", "s1").err
    told = command_line("instance", "test", "s1", "--verbose")
    assert told.code == 1
    assert 'Desk/Integrations/Stumbler/Stumbler.py", line 5, in test' in told.err
    assert "  | debug: a stone lay there" in told.err
    document = command_line("instance", "test", "s1", "--json").document
    assert (document["ok"], document["answer"]) == (False, "ValueError: no ground")
    assert document["log"] == "debug: a stone lay there"


def test_an_address_where_nobody_listens_is_one_sentence(command_line: CommandLine, key_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command_line(*ADD, "--param", f"url=http://127.0.0.1:{port}", "--secret", f"apikey=@{key_file}")
    assert str(port) in command_line.refused("instance", "test", "v1")
    failed = command_line("run", "!trendmicro-visionone-get-endpoint-info endpoint=A", "--json")
    assert failed.code == 1
    [entry] = failed.document
    assert entry["type"] == 4
    assert "Traceback" not in entry["contents"]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["test", "v9"], "There is no instance 'v9'"),
        (["remove", "v9"], "There is no instance 'v9'"),
        (["add", "v1", "--integration", "Nope"], "There is no integration `Nope`"),
        ([*ADD[1:], "--param", "isFetch=true"], "needs the setting"),
        ([*ADD[1:], "--param", "nope=1"], "has no setting 'nope'"),
        ([*ADD[1:], "--param", "isFetch=maybe"], "is true or false"),
        ([*ADD[1:], "--param", "url"], "--param takes key=value, not 'url'."),
        ([*ADD[1:], "--secret", "apikey=in-the-open"], "never the secret itself"),
        ([*ADD[1:], "--secret", "apikey=@/no/such/file"], "cannot be read from /no/such/file: No such file"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(command_line: CommandLine, argv: list[str], words: str) -> None:
    sentence = command_line.refused("instance", *argv)
    assert words in sentence
    assert "in-the-open" not in sentence


def test_a_name_can_be_used_once(command_line: CommandLine, twin: RunningTwin, key_file: Path) -> None:
    add = (*ADD, "--param", f"url={twin.url}", "--secret", f"apikey=@{key_file}")
    assert command_line(*add).code == 0
    assert "an instance 'v1' already" in command_line.refused(*add)
