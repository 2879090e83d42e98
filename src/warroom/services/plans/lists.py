"""XSOAR's lists: texts by name that playbooks, scripts and people read and change."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from warroom.context.semantics import STANDARD, Semantics
from warroom.model.border import parsed
from warroom.model.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.approvals.people import NOBODY
from warroom.services.approvals.pieces import items_of
from warroom.services.approvals.rules import PROTECTED_HOSTS, RESPONSE_MODES, is_written, protected_hosts
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.lists import ListStore
from warroom.services.ports.store import Store

FOR_ADMINS = frozenset({PROTECTED_HOSTS, RESPONSE_MODES})  # lists that decide what others may do


@dataclass(frozen=True, slots=True)
class Lists:
    """Use cases of lists; only an admin changes a list that decides what others may do."""

    store: Store
    clock: Clock

    async def get(self, name: str, actor: Actor) -> str:
        """Return a list's text."""
        name = named(name)
        require(actor, Permission.RUN_READS)
        lists = await self._lists()
        if name not in lists:
            known = ", ".join(lists) or "none yet"
            raise NotFoundError(f"There is no list {name!r}. There are: {known}. `!createList` makes one.")
        return lists[name]

    async def create(self, name: str, text: str, actor: Actor) -> None:
        """Create a list; raises when it exists."""
        await self._save(name, text, actor, must_be_new=True)

    async def set(self, name: str, text: str, actor: Actor) -> None:
        """Replace a list's text."""
        await self._save(name, text, actor)

    async def add(self, name: str, items: Sequence[str], actor: Actor) -> list[str]:
        """Add items that the list does not hold; returns its new text."""
        return await self._change(name, lambda held: list(dict.fromkeys([*held, *items])), actor)

    async def remove(self, name: str, items: Iterable[str], actor: Actor) -> list[str]:
        """Remove items; returns the list's new text."""
        gone = set(items)
        return await self._change(name, lambda held: [item for item in held if item not in gone], actor)

    async def _change(self, name: str, edit: Callable[[list[str]], list[str]], actor: Actor) -> list[str]:
        """Change a list's items atomically: concurrent changes both take effect."""
        await self.get(name, actor)  # raises NotFoundError, which lists the existing ones
        name = await self._changeable(name, actor)

        def edited(text: str | None) -> str:
            if text is None:
                raise NotFoundError(f"There is no list {name!r} any more. `!createList` makes one.")
            return joined(edit(items_of(text)))

        return items_of(await self.store.change_list(name, edited, actor.name, self.clock.now()))

    async def _save(self, name: str, text: str, actor: Actor, *, must_be_new: bool = False) -> None:
        name = await self._changeable(name, actor)

        def edited(before: str | None) -> str:
            if must_be_new and before is not None:
                raise ConflictError(f"There is a list {name!r} already. Change it with `!setList`.")
            return text

        await self.store.change_list(name, edited, actor.name, self.clock.now())

    async def _changeable(self, name: str, actor: Actor) -> str:
        """Return the stored name of a list; raises when the actor may not change it."""
        name = named(name)
        if name in FOR_ADMINS:
            require(actor, Permission.PROTECT_HOSTS)
            if actor.name.casefold() in NOBODY:
                raise ForbiddenError(f"A playbook may not change the list {name!r}: an admin does, by name.")
        require(actor, Permission.EDIT_INCIDENTS)
        if not name.strip():
            raise InvalidInputError("A list needs a name. Write listName=NAME.")
        if name == PROTECTED_HOSTS:
            await self._gather(name, actor)
        return name

    async def _gather(self, name: str, actor: Actor) -> None:
        """Merge what earlier versions stored of a list under other spellings into its one name."""
        lists, now = await self.store.lists(), self.clock.now()
        others = [other for other, text in lists.items() if other != name and text and is_written(other, name)]
        if others:
            whole = joined(protected_hosts(lists))
            await self.store.change_list(name, lambda _: whole, actor.name, now)
        for other in others:
            await self.store.change_list(other, lambda _: "", actor.name, now)

    async def _lists(self) -> Mapping[str, str]:
        """Return the lists by name; one that decides what others may do by its own name, however it was stored."""
        lists = dict(await self.store.lists())
        if held := [name for name in lists if is_written(name, PROTECTED_HOSTS)]:
            text = joined(protected_hosts(lists)) if held != [PROTECTED_HOSTS] else lists[PROTECTED_HOSTS]
            lists = {PROTECTED_HOSTS: text} | {name: text for name, text in lists.items() if name not in held}
        return lists


async def lists_named_in(store: ListStore, *written: object, semantics: Semantics = STANDARD) -> Mapping[str, Json]:
    """Return all lists, for the paths in `written`; empty, without a read, when no path names one.

    Text stays text; a list whose text is a JSON object or a JSON list is that value.
    """
    if "lists" not in repr(written):
        return {}
    found = await store.lists()
    return {name: _value_of(text) if semantics.json_lists_are_parsed else text for name, text in found.items()}


def _value_of(text: str) -> Json:
    if text.strip()[:1] not in {"{", "["}:
        return text
    try:
        return parsed(text)
    except ValueError:
        return text


def named(name: str) -> str:
    """Return the name under which a list is kept: one that decides what others may do has just one.

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
