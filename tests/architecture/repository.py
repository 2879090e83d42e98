"""The repository as the tests of its shape read it."""

import ast
import gc
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    root: Path
    files: tuple[Path, ...]

    @classmethod
    def read(cls, root: Path) -> Self:
        """What is committed or would be: ignored files are not ours to judge."""
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout
        paths = (Path(name) for name in sorted(set(listed.split("\0"))) if name)
        return cls(root=root, files=tuple(path for path in paths if (root / path).is_file()))

    def under(self, *folders: str, suffix: str = ".py") -> list[Path]:
        """The files below any of the folders, as paths from the root."""
        return [path for path in self.files if path.parts[0] in folders and path.suffix == suffix]

    def text(self, path: Path) -> str:
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def tree(self, path: Path) -> ast.Module:
        return _parsed(self.root / path)


@cache  # several tests look through all of them
def _parsed(file: Path) -> ast.Module:
    """Look for no garbage meanwhile: in a tree is none, and looking through all of them takes longer than parsing."""
    gc.disable()
    try:
        return ast.parse(file.read_text(encoding="utf-8", errors="replace"), filename=str(file))
    finally:
        gc.enable()
