"""What a killed export leaves is removed by the next one, and nothing else is."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from warroom.services.proof.drafts import draft_file, draft_folder, remove_leftovers
from warroom.services.proof.sink import folder_at, zip_at

LEFT = ".export-0123456789ab.part"
KILLED = """
import os, sys
from pathlib import Path
from warroom.services.proof.sink import folder_at, zip_at
target = Path(sys.argv[1])
with zip_at(target, overwrite=False) if target.suffix else folder_at(target) as sink:
    sink.write("data/a", [b"a piece of it"], 13)
    print("under way", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("name", ["case", "case.zip"])
def test_what_an_export_left_that_was_killed_goes_with_the_next_one_and_not_before(tmp_path: Path, name: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, tmp_path / name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"under way\n"
        assert remove_leftovers(tmp_path) == []  # it is at it
        process.send_signal(signal.SIGKILL)
    [left] = tmp_path.iterdir()
    with zip_at(tmp_path / "next.zip", overwrite=False):
        assert not left.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["next.zip"]


def test_only_what_is_named_like_a_draft_and_is_a_plain_file_or_folder_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".export-mine.part").write_bytes(b"")
    (tmp_path / ".export-0123456789ab.part.txt").write_bytes(b"")
    (tmp_path / "outside").mkdir()
    (tmp_path / LEFT).symlink_to(tmp_path / "outside")
    os.mkfifo(tmp_path / LEFT.replace("0", "f"))
    kept = sorted(tmp_path.iterdir())
    assert remove_leftovers(tmp_path) == []
    assert sorted(tmp_path.iterdir()) == kept
    (tmp_path / LEFT).unlink()
    (tmp_path / LEFT).mkdir()
    (tmp_path / LEFT / "data").mkdir()
    assert remove_leftovers(tmp_path) == [tmp_path / LEFT]


def test_exports_that_are_under_way_leave_one_another_alone(tmp_path: Path) -> None:
    with (
        zip_at(tmp_path / "a.zip", overwrite=False) as one,
        folder_at(tmp_path / "b") as two,
        zip_at(tmp_path / "c.zip", overwrite=False) as three,
    ):
        for sink in (one, two, three):
            sink.write("data/a", [b"bytes"], 5)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b", "c.zip"]


def test_a_draft_goes_when_nobody_gives_it_a_name(tmp_path: Path) -> None:
    with draft_file(tmp_path / "a") as (path, _), draft_folder(tmp_path / "b") as folder:
        assert (path.is_file(), folder.is_dir()) == (True, True)
    assert list(tmp_path.iterdir()) == []
