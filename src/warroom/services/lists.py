"""XSOAR's lists: texts by name that playbooks, scripts and people read and change."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warroom.model.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.approvals.people import NOBODY
from warroom.services.approvals.pieces import items_of
from warroom.services.approvals.rules import PROTECTED_HOSTS, is_written, protected_hosts
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Store

FOR_ADMINS = frozenset({PROTECTED_HOSTS})  # lists that decide what others may do


@dataclass(frozen=True, slots=True)
class Lists:
    """What can be done with lists; a list that protects hosts is an admin's to change."""

    store: Store
    clock: Clock

    async def get(self, name: str, actor: Actor) -> str:
        """Give a list's text."""
        name = named(name)
        require(actor, Permission.RUN_READS)
        lists = await self._lists()
        if name not in lists:
            known = ", ".join(lists) or "none yet"
            raise NotFoundError(f"There is no list {name!r}. There are: {known}. `!createList` makes one.")
        return lists[name]

    async def create(self, name: str, text: str, actor: Actor) -> None:
        """Make a list that is not there yet."""
        await self._save(name, text, actor, must_be_new=True)

    async def set(self, name: str, text: str, actor: Actor) -> None:
        """Give a list another text."""
        await self._save(name, text, actor)

    async def add(self, name: str, items: Iterable[str], actor: Actor) -> list[str]:
        """Add items that the list does not hold; gives it as it is then."""
        held = items_of(await self.get(name, actor))
        after = list(dict.fromkeys([*held, *items]))
        await self._save(name, joined(after), actor)
        return after

    async def remove(self, name: str, items: Iterable[str], actor: Actor) -> list[str]:
        """Take items out; gives it as it is then."""
        gone = set(items)
        after = [item for item in items_of(await self.get(name, actor)) if item not in gone]
        await self._save(name, joined(after), actor)
        return after

    async def _save(self, name: str, text: str, actor: Actor, *, must_be_new: bool = False) -> None:
        name = named(name)
        if name in FOR_ADMINS:
            require(actor, Permission.PROTECT_HOSTS)
            if actor.name.casefold() in NOBODY:
                raise ForbiddenError(f"A playbook may not change the list {name!r}: an admin does, by name.")
        require(actor, Permission.EDIT_INCIDENTS)
        if not name.strip():
            raise InvalidInputError("A list needs a name. Write listName=NAME.")
        if must_be_new and name in await self._lists():
            raise ConflictError(f"There is a list {name!r} already. Change it with `!setList`.")
        for other in await self.store.lists() if name in FOR_ADMINS else ():
            if other != name and is_written(other, name):  # from before it had one name: what it held is in the text
                await self.store.save_list(other, "", actor.name, self.clock.now())
        await self.store.save_list(name, text, actor.name, self.clock.now())

    async def _lists(self) -> Mapping[str, str]:
        """Give the lists by name; one that decides what others may do by its own name, however it was stored."""
        lists = dict(await self.store.lists())
        if held := [name for name in lists if is_written(name, PROTECTED_HOSTS)]:
            text = joined(protected_hosts(lists)) if held != [PROTECTED_HOSTS] else lists[PROTECTED_HOSTS]
            lists = {PROTECTED_HOSTS: text} | {name: text for name, text in lists.items() if name not in held}
        return lists


def named(name: str) -> str:
    """Give the name under which a list is kept: one that decides what others may do has just one.

    >>> named(" Protected Hosts"), named("Allowed Hosts")
    ('protected_hosts', 'Allowed Hosts')
    """
    return next((one for one in FOR_ADMINS if is_written(name, one)), name)


def joined(items: Iterable[str]) -> str:
    """Write items so that they are read as the same: with commas, or as JSON where one holds a separator.

    >>> joined(["a", "b"]), joined(["a,b", "c"])
    ('a,b', '["a,b", "c"]')
    """
    kept = list(items)
    text = ",".join(kept)
    return text if items_of(text) == kept else json.dumps(kept, ensure_ascii=False)
