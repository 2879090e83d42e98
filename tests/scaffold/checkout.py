"""A copy of the checkout, in which a generator may write."""

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.repository import Repository

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A copy of what is committed or would be; programs that run in it find its own code first."""

    root: Path

    @classmethod
    def copied(cls, to: Path) -> "Checkout":
        repository = Repository.read(ROOT)
        for path in repository.files:
            if path.suffix != ".png":  # no generator needs a picture
                (to / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / path, to / path)
        return cls(root=to)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        asked = {"PYTEST_ADDOPTS": "", "PYTHONDONTWRITEBYTECODE": ""}  # what ours was asked is not for it
        environment = {**os.environ, "PYTHONPATH": f"{self.root / 'src'}:{self.root}", **asked}
        return subprocess.run(
            [sys.executable, *map(str, command)],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def make(self, kind: str, words: str) -> subprocess.CompletedProcess[str]:
        """Do what `make new-KIND ARGS=…` does."""
        return self.run("-m", "scaffold", kind, *shlex.split(words))

    def tree(self) -> dict[str, str]:
        """Return the text of every file that a generator may change."""
        folders = ("src", "Packs", "tests", "docs")
        files = (file for folder in folders for file in (self.root / folder).rglob("*"))
        texts = {".py", ".md", ".yml", ".html", ".svg", ""}
        return {str(file.relative_to(self.root)): file.read_text() for file in files if _is_text(file, texts)}


def _is_text(file: Path, suffixes: set[str]) -> bool:
    return file.is_file() and file.suffix in suffixes and "__pycache__" not in file.parts
