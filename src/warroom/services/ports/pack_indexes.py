"""The indexes of packs, as they are stored between two commands."""

from collections.abc import Mapping
from typing import Protocol

from warroom.model.json import JsonObject


class PackIndexes(Protocol):
    """Indexes by the folders of their packs, a cache: a pack without one is read."""

    def read(self) -> Mapping[str, JsonObject]:
        """Return the stored indexes; none when they are damaged, or were written by readers other than ours."""
        ...

    def write(self, indexes: Mapping[str, JsonObject]) -> None:
        """Store these in place of the old ones; where nothing can be stored, that is ignored."""
        ...
