"""The file that stores the indexes of packs between two commands."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import warroom.content
from warroom.model.json import JsonObject


@dataclass(frozen=True, slots=True)
class PackIndexFile:
    """Implements the PackIndexes port with a file: JSON under its own hash.

    JSON and not pickle, though the folder is the owner's alone: what is read here must never run.
    """

    path: Path

    def read(self) -> Mapping[str, JsonObject]:
        with suppress(OSError, ValueError):
            mark, _, body = self.path.read_bytes().partition(b"\n")
            if mark == _mark(body):
                return dict(json.loads(body))
        return {}

    def write(self, indexes: Mapping[str, JsonObject]) -> None:
        """Keep them, whole or not at all."""
        body = json.dumps(indexes, separators=(",", ":")).encode()
        with suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.path.parent, prefix="packs.", delete=False) as draft:
                try:
                    draft.write(_mark(body) + b"\n" + body)
                    draft.flush()
                    Path(draft.name).replace(self.path)
                except OSError:
                    Path(draft.name).unlink()
                    raise


def _mark(body: bytes) -> bytes:
    """A hash of the body and of the readers, as they are on the disk: changed readers may read otherwise."""
    found = sha256(body)
    for line in sorted(_readers()):
        found.update(line.encode())
    return found.hexdigest().encode()


def _readers() -> Iterator[str]:
    for folder in warroom.content.__path__:
        with os.scandir(folder) as files:
            for file in files:
                if file.name.endswith(".py"):
                    stat = file.stat()
                    yield f"{file.name} {stat.st_size} {stat.st_mtime_ns}"
