import asyncio
import itertools
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

KEPT = 64  # empty folders to use again
COARSE_NS = 100_000_000  # the resolution of a kernel's time stamps is some milliseconds
PRIVATE = stat.S_IFDIR | 0o700


class ScratchFolders:
    """Empty folders for runs, under one that is made on first use and belongs to this process alone.

    A folder in which a run left nothing is used again: on a journaling file system, making one costs as much as all
    the rest of a command.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: str | None = None
        self._numbers = itertools.count(1)
        self._empty: list[Path] = []
        self._made: dict[Path, int] = {}

    def make(self) -> Path:
        """Create an empty folder for one run."""
        if self._empty:
            return self._empty.pop()
        if self._own is None:
            self._root.mkdir(parents=True, exist_ok=True)
            self._own = tempfile.mkdtemp(prefix="runs-", dir=self._root.resolve())
        folder = Path(self._own, str(next(self._numbers)))
        folder.mkdir(0o700)
        self._made[folder] = os.lstat(folder).st_ctime_ns
        return folder

    async def remove(self, folder: Path) -> None:
        """Delete a run's folder; what cannot be deleted now is deleted with the parent folder."""
        if len(self._empty) < KEPT and self._is_as_new(folder):
            self._empty.append(folder)
        else:
            self._made.pop(folder, None)
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def close(self) -> None:
        self._empty.clear()
        if self._own is not None:
            await asyncio.to_thread(shutil.rmtree, self._own, ignore_errors=True)
            self._own = None

    def _is_as_new(self, folder: Path) -> bool:
        """Whether it is still the private folder that it was made as (code may do anything to it), and empty.

        A new file changes the folder's change time, which code cannot set back; only right after the folder was made
        can the time stay the same. Listing the folder would take half as long as a command.
        """
        made = self._made.get(folder, 0)
        try:
            now = os.lstat(folder)
            if now.st_mode != PRIVATE:
                return False
            if now.st_ctime_ns == made and time.time_ns() - made > COARSE_NS:
                return True
            return not os.listdir(folder)  # noqa: PTH208  # half the time of iterdir
        except OSError:
            return False
