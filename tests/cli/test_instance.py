import os
import socket
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, CommandLine
from tests.cli.content import install_pack
from tests.cli.terminal import in_terminal
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


def fetch_from(twin: RunningTwin) -> tuple[str, ...]:
    return ("run", f"!http method=GET url={twin.url}/v3.0/healthcheck/connectivity unsecure=true", "--json")


def contents(answer: Answer) -> str:
    return str(answer.document[-1]["contents"])


def test_content_reads_from_an_address_of_this_machine_once_that_is_allowed(
    command_line: CommandLine, twin: RunningTwin, key_file: Path
) -> None:
    added = command_line(*ADD, "--param", f"url={twin.url}", "--secret", f"apikey=@{key_file}")
    assert f"no files from {twin.url}, an address of this machine" in added.out.replace("\n", " ")
    assert "`warroom instance allow-origin v1` allows it" in added.out.replace("\n", " ")
    refused = contents(command_line(*fetch_from(twin)))
    assert f"`warroom serve --allow-origin {twin.url}` allows it" in refused
    assert "`warroom instance allow-origin NAME`" in refused
    assert command_line("instance", "list", "--json").document[0]["local_origins"] == {twin.url: False}

    assert command_line("instance", "allow-origin", "v1").code == 0
    assert "is refused" not in contents(command_line(*fetch_from(twin)))
    again = command_line("instance", "allow-origin", "v1", "--refuse", "--json").document
    assert again["local_origins"] == {twin.url: False}
    assert "is refused" in contents(command_line(*fetch_from(twin)))


def test_an_option_says_it_where_nobody_can_be_asked(
    command_line: CommandLine, twin: RunningTwin, key_file: Path
) -> None:
    add = (*ADD, "--param", f"url={twin.url}", "--secret", f"apikey=@{key_file}", "--json")
    assert command_line(*add, "--allow-origin").document["local_origins"] == {twin.url: True}
    assert "is refused" not in contents(command_line(*fetch_from(twin)))


def test_on_a_terminal_it_is_asked_once(command_line: CommandLine, twin: RunningTwin, key_file: Path) -> None:
    program = "from warroom.cli.main import main; main()"
    add = (
        sys.executable,
        "-c",
        program,
        "--home",
        str(command_line.home),
        *ADD,
        "--param",
        f"url={twin.url}",
        "--secret",
        f"apikey=@{key_file}",
    )
    with in_terminal(add, os.environ, columns=300) as terminal:
        terminal.wait_for(f"{twin.url} is an address of this machine. May playbooks fetch files from there?")
        terminal.type("y\n")
        terminal.wait_for("Instance v1 was added")
        assert terminal.wait_for_the_end() == 0
    assert command_line("instance", "list", "--json").document[0]["local_origins"] == {twin.url: True}


def test_an_instance_elsewhere_has_nothing_to_allow(command_line: CommandLine, key_file: Path) -> None:
    added = command_line(*ADD, "--param", "url=https://192.0.2.1", "--secret", f"apikey=@{key_file}")
    assert "address of this machine" not in added.out
    assert "nothing changed" in command_line("instance", "allow-origin", "v1").out.replace("\n", " ")
    assert "There is no instance 'v9'" in command_line.refused("instance", "allow-origin", "v9")
