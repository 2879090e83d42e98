"""Indexes of packs in memory."""

import json
from collections.abc import Mapping

from warroom.model.json import JsonObject


class MemoryPackIndexes:
    """Implements the PackIndexes port; what is read has gone through JSON, as on a disk."""

    def __init__(self) -> None:
        self._text = "{}"

    def read(self) -> Mapping[str, JsonObject]:
        return dict(json.loads(self._text))

    def write(self, indexes: Mapping[str, JsonObject]) -> None:
        self._text = json.dumps(indexes)
