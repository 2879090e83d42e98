"""XSOAR's lists: texts of the server by name, not of an incident."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

ListEdit: TypeAlias = Callable[[str | None], str]


class ListStore(Protocol):
    async def lists(self) -> Mapping[str, str]:
        """Return the texts of all lists, by name."""
        ...

    async def change_list(self, name: str, edit: ListEdit, actor: str, at: datetime) -> str:
        """Apply an edit to a list's text atomically, and return the new text.

        The edit is given None for a list that is not there; what it raises is raised here, and nothing has changed.
        """
        ...

    async def save_list(self, name: str, text: str, actor: str, at: datetime) -> None:
        """Store a list; one of this name is replaced."""
        ...
