"""Mutual exclusion between processes: for work that only one may do at a time."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Locks(Protocol):
    def hold(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Hold the lock of this name during the context; yields False when another process has it.

        A process that dies releases it. Inside of one process, callers have to exclude each other.
        """
        ...
