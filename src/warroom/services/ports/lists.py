"""XSOAR's lists: texts of the server by name, not of an incident."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class ListStore(Protocol):
    async def lists(self) -> Mapping[str, str]:
        """Give the texts of all lists, by name."""
        ...

    async def save_list(self, name: str, text: str, actor: str, at: datetime) -> None:
        """Store a list; one of this name is replaced."""
        ...
