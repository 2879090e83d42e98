import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from warroom.model.errors import FolderInUseError, InvalidInputError
from warroom.store.folder import LOCK_FILE, holder, lock_folder

HOLD = """
import sys
from pathlib import Path
from warroom.store.folder import lock_folder
with lock_folder(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert holder(tmp_path) == other.pid
        with (
            pytest.raises(FolderInUseError, match=f"in use by process {other.pid}; stop it, or .*just starting"),
            lock_folder(tmp_path),
        ):
            pytest.fail("two hold the folder")
        other.kill()
        other.wait(60)
        with lock_folder(tmp_path):
            assert (tmp_path / LOCK_FILE).read_text() == str(os.getpid())


def test_the_lock_goes_when_the_work_is_done(tmp_path: Path) -> None:
    home = tmp_path / "new"

    def fail() -> None:
        with lock_folder(home):
            assert holder(home) == os.getpid()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert holder(home) is None
    with lock_folder(home):
        pass
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_folder_that_was_never_used_is_held_by_nobody(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.touch()
    for home in (taken, taken / "below"):
        with pytest.raises(InvalidInputError, match=f"The data folder {home} cannot be used"), lock_folder(home):
            pytest.fail("a file was taken for a folder")
