"""The indexes of packs, as they are kept between two commands."""

from collections.abc import Mapping
from typing import Protocol

from warroom.model.json import JsonObject


class PackIndexes(Protocol):
    """Indexes by the folders of their packs. They save time only: without one, its pack is read."""

    def read(self) -> Mapping[str, JsonObject]:
        """Give what is kept; nothing when it is damaged, or was written by other readers than ours."""
        ...

    def write(self, indexes: Mapping[str, JsonObject]) -> None:
        """Keep these in place of what is kept; where nothing can be kept, nothing is said."""
        ...
