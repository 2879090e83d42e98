"""Opens what is installed in a data folder, without its database and its settings: for what only reads content."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warroom.bootstrap.collector import no_collector
from warroom.content.pack import Pack
from warroom.host.image_environments import ImageEnvironments
from warroom.model.json import JsonObject
from warroom.services.packs.installed import indexed_packs
from warroom.store.folder import lock_folder
from warroom.store.pack_indexes import PackIndexFile

ENVIRONMENTS = "environments"


def environments_of(home: Path) -> ImageEnvironments:
    """Return the environments of docker images in a folder, which another process may hold."""
    return ImageEnvironments(home / ENVIRONMENTS)


@contextmanager
def open_content(home: Path) -> Iterator[Sequence[Pack]]:
    """Hold the folder and yield its packs, by their indexes.

    Raises FolderInUseError when another process holds the folder, ContentError when our own packs cannot be read.
    """
    with lock_folder(home):
        with no_collector():
            packs = packs_of(home)
        yield packs


def look_at_packs(home: Path) -> list[Pack]:
    """Open the packs of a folder that another process may hold: by the indexes that there are, writing none."""
    return indexed_packs(home, _Unwritten(_file(home)), time.time_ns())


def packs_of(home: Path) -> list[Pack]:
    """Open the packs of a folder that this process holds, by their indexes."""
    return indexed_packs(home, _file(home), time.time_ns())


def _file(home: Path) -> PackIndexFile:
    return PackIndexFile(home / "cache" / "packs.json")


@dataclass(frozen=True, slots=True)
class _Unwritten:
    """Indexes that are read and left as they are."""

    indexes: PackIndexFile

    def read(self) -> Mapping[str, JsonObject]:
        return self.indexes.read()

    def write(self, indexes: Mapping[str, JsonObject]) -> None:
        """Leave what is stored as it is."""
