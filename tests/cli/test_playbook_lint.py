from pathlib import Path
from shutil import copytree

import pytest

from tests.cli.conftest import CommandLine

SAMPLE = Path(__file__).parents[1] / "content" / "packs" / "Sample"


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return copytree(SAMPLE, tmp_path / "Sample")


def test_our_own_playbooks_pass(command_line: CommandLine) -> None:
    answer = command_line("playbook", "lint")
    assert answer.code == 0
    assert answer.out.startswith("0 errors, 0 warnings in ")


def test_a_playbook_is_found_by_its_name(command_line: CommandLine) -> None:
    answer = command_line("playbook", "lint", "Vision One - Credential Dumping - Collect Evidence")
    assert (answer.code, answer.out) == (0, "0 errors, 0 warnings in 1 playbook.\n")


def test_mistakes_have_file_and_line_and_end_in_one(command_line: CommandLine, sample: Path) -> None:
    answer = command_line("playbook", "lint", str(sample))
    file = sample / "Playbooks" / "playbook-Greet.yml"
    assert answer.code == 1
    assert f"{file}:81: error: Task 3 (Greet again): There is no playbook `Greet All`" in answer.out
    assert "[unknown-playbook]\n" in answer.out


def test_a_program_gets_one_document(command_line: CommandLine, sample: Path) -> None:
    answer = command_line("playbook", "lint", str(sample), "--json")
    [finding] = [each for each in answer.document if each["rule"] == "unknown-playbook"]
    assert finding == {
        "rule": "unknown-playbook",
        "severity": "error",
        "message": "Task 3 (Greet again): There is no playbook `Greet All`; did you mean `Greet`?",
        "file": str(sample / "Playbooks" / "playbook-Greet.yml"),
        "line": 81,
        "playbook": "Greet",
        "task": "3",
    }


def test_a_file_is_looked_at_with_its_pack_around_it(command_line: CommandLine, sample: Path) -> None:
    answer = command_line("playbook", "lint", str(sample / "Playbooks" / "playbook-Greet.yml"), "--json")
    assert {each["playbook"] for each in answer.document} == {"Greet"}
    assert "unknown-command" not in {each["rule"] for each in answer.document}


def test_a_file_without_a_pack_is_looked_at_as_well(command_line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("id: m\nname: m\nstarttaskid: '0'\ntasks:\n  '0':\n    type: start\n    task: {name: ''}\n")
    answer = command_line("playbook", "lint", str(file))
    assert (answer.code, answer.out) == (0, "0 errors, 0 warnings in 1 playbook.\n")


def test_warnings_alone_do_not_fail(command_line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(
        "id: m\nname: m\nstarttaskid: '0'\ninputs:\n- key: Text\n  value: {}\ntasks:\n"
        "  '0':\n    type: start\n    task: {name: ''}\n"
    )
    answer = command_line("playbook", "lint", str(file))
    assert answer.code == 0
    assert answer.out.endswith("0 errors, 1 warning in 1 playbook.\n")


def test_a_playbook_that_cannot_be_read_is_a_finding(command_line: CommandLine, sample: Path) -> None:
    file = sample / "Playbooks" / "playbook-Greet.yml"
    file.write_text(file.read_text().replace("starttaskid: '0'", "starttaskid: '77'"))
    answer = command_line("playbook", "lint", str(sample), "--json")
    assert answer.code == 1
    [finding] = answer.document
    assert (finding["rule"], finding["file"], finding["line"]) == ("unreadable", str(file), 5)


def test_two_files_that_cannot_be_read_are_two_findings(command_line: CommandLine, sample: Path) -> None:
    for name in ("playbook-Greet.yml", "playbook-Other.yml"):
        (sample / "Playbooks" / name).write_text("[")
    assert [one["rule"] for one in command_line("playbook", "lint", str(sample), "--json").document] == [
        "unreadable",
        "unreadable",
    ]
    assert command_line("pack", "validate", str(sample)).out.endswith("2 errors, 0 warnings in 0 items of 0 packs.\n")


@pytest.mark.parametrize(
    ("target", "sentence"),
    [("Nope", "There is no playbook `Nope`"), ("nope/mine.yml", "There is no file or folder `nope/mine.yml`")],
)
def test_what_is_not_there_is_refused(command_line: CommandLine, target: str, sentence: str) -> None:
    assert sentence in command_line.refused("playbook", "lint", target)
