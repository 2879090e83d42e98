import asyncio
import itertools
import os
import shutil
import tempfile
from pathlib import Path


class ScratchFolders:
    """Fresh folders for runs, under one that is made on first use and belongs to this process alone."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: str | None = None
        self._numbers = itertools.count(1)

    def make(self) -> Path:
        if self._own is None:
            self._root.mkdir(parents=True, exist_ok=True)
            self._own = tempfile.mkdtemp(prefix="runs-", dir=self._root.resolve())
        folder = f"{self._own}/{next(self._numbers)}"
        os.mkdir(folder, 0o700)  # noqa: PTH102  # this is on the way of every command, and a Path costs more
        return Path(folder)

    async def remove(self, folder: Path) -> None:
        """Delete it; what cannot be deleted now goes with the folder of all runs."""
        if not _remove_if_empty(folder):  # most runs write no files
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def close(self) -> None:
        if self._own is not None:
            await asyncio.to_thread(shutil.rmtree, self._own, ignore_errors=True)
            self._own = None


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True
