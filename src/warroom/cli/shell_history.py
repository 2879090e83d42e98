"""What was typed, kept in a file of the data folder that only its owner can read, and without secrets."""

import os
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit.history import FileHistory

from warroom.cli.shell_line import without_secrets

OWNER_ONLY = 0o600


class PrivateHistory(FileHistory):
    """Remembers lines without the values of secret arguments, in memory too."""

    def __init__(self, path: Path, is_secret: Callable[[str], bool]) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, OWNER_ONLY))
        path.chmod(OWNER_ONLY)
        self._is_secret = is_secret
        super().__init__(path)

    def append_string(self, string: str) -> None:
        super().append_string(without_secrets(string, self._is_secret))
