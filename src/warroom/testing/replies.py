"""Answers of the API in memory."""

from dataclasses import replace
from datetime import datetime

from warroom.services.ports.replies import Reply


class MemoryReplies:
    """Implements the Replies port."""

    def __init__(self) -> None:
        self._kept: dict[str, Reply] = {}

    async def start(self, reply: Reply, expired: datetime) -> Reply | None:
        self._kept = {name: kept for name, kept in self._kept.items() if kept.at > expired}
        if known := self._kept.get(reply.name):
            return known
        self._kept[reply.name] = reply
        return None

    async def end(self, name: str, sealed: str) -> None:
        if known := self._kept.get(name):
            self._kept[name] = replace(known, sealed=sealed)

    async def drop(self, name: str) -> None:
        self._kept.pop(name, None)
