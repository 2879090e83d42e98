import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from visionone_sim.testing import RunningTwin


def test_a_folder_without_an_instance_is_not_well(command_line: CommandLine) -> None:
    answer = command_line("doctor")
    assert answer.code == 1
    assert "add one with `warroom instance add`" in answer.out


def test_all_is_well_with_an_instance_that_answers(
    command_line: CommandLine, twin: RunningTwin, key_file: Path
) -> None:
    command_line("instance", "add", "v1", "--integration", "VisionOneResponse", "--param", f"url={twin.url}",
                 "--secret", f"apikey=@{key_file}", "--allow-origin")  # fmt: skip
    answer = command_line("doctor", "--json")
    assert answer.code == 0
    found = {item["what"]: item for item in answer.document}
    assert found["instance v1"] == {"what": "instance v1", "found": "ok", "ok": True}
    assert all(item["ok"] for item in found.values())


def test_a_key_file_that_others_can_read_is_found(command_line: CommandLine) -> None:
    command_line("incident", "list")
    (command_line.home / "secret.key").chmod(0o644)
    answer = command_line("doctor", "--json")
    [key] = [item for item in answer.document if item["what"] == "secret key"]
    assert not key["ok"]
    assert "chmod 600" in key["found"]


def spoil(path: Path, *, at: int, count: int) -> None:
    """Write over pages of a database, as a bad disk does."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * count)


def truncated(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def junk(path: Path) -> None:
    path.write_text("junk" * 500, encoding="utf-8")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "no database": junk,
    "first page": lambda path: spoil(path, at=100, count=3000),
    "most pages": lambda path: spoil(path, at=4096, count=path.stat().st_size - 8192),
    "half of it": truncated,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_one_sentence_in_doctor_and_everywhere(command_line: CommandLine, damage: str) -> None:
    command_line("incident", "create", "One")
    path = command_line.home / "warroom.db"
    for side in ("-wal", "-shm"):
        Path(f"{path}{side}").unlink(missing_ok=True)
    DAMAGES[damage](path)
    answer = command_line("doctor", "--json")
    assert answer.code == 1
    said = [item["found"] for item in answer.document if not item["ok"]]
    assert any("bring a copy back" in each for each in said), said
    assert "Traceback" not in answer.err
    assert "bring a copy back" in command_line.refused("incident", "show", "1")
