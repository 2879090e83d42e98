"""Turns in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class MemoryTurns:
    """Implements the Turns port; another process has the turns that are named in `elsewhere`."""

    def __init__(self) -> None:
        self.elsewhere: set[str] = set()

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[bool]:
        yield name not in self.elsewhere
