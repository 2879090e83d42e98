"""Locks between processes, in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class MemoryLocks:
    """Implements the Locks port; another process holds the locks that are named in `elsewhere`."""

    def __init__(self) -> None:
        self.elsewhere: set[str] = set()

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[bool]:
        yield name not in self.elsewhere
