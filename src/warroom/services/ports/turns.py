"""Whose turn it is: for work that only one process may do at a time."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Turns(Protocol):
    def turn(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Take the turn of this name while the context lasts; False when another process has it.

        A process that dies lets go of it. Inside of one process, callers take care of themselves.
        """
        ...
