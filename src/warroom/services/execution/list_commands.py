"""The built-in commands on XSOAR's lists: one function each, and a table."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from warroom.context.semantics import STANDARD, Semantics
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.approvals.pieces import items_of
from warroom.services.plans.lists import FOR_ADMINS, Lists, joined, named

Args: TypeAlias = Mapping[str, Json]
Said: TypeAlias = tuple[str, Json]  # a sentence, and the contents of the entry (None: the sentence)
ListCommand: TypeAlias = Callable[[Lists, Args, Actor], Awaitable[Said]]

NAME, DATA = "listName", "listData"


async def create_list(lists: Lists, args: Args, actor: Actor, semantics: Semantics = STANDARD) -> Said:
    """Make a list; one that is there gets this text, but one that decides what others may do is left as it is."""
    name = _name("createList", args)
    try:
        await lists.create(name, _text(args), actor)
    except ConflictError:
        if name in FOR_ADMINS or not semantics.create_list_replaces:
            raise
        await lists.set(name, _text(args), actor)
        return f"The list {name!r} existed already; its text was replaced.", None
    return f"The list {name!r} was made.", None


async def get_list(lists: Lists, args: Args, actor: Actor) -> Said:
    """Return a list's text, as XSOAR's scripts read it: as the entry's contents."""
    text = await lists.get(_name("getList", args), actor)
    return text, text


async def set_list(lists: Lists, args: Args, actor: Actor) -> Said:
    name = _name("setList", args)
    await lists.set(name, _text(args), actor)
    return f"The list {name!r} was changed.", None


async def add_to_list(lists: Lists, args: Args, actor: Actor) -> Said:
    name = _name("addToList", args)
    held = await lists.add(name, items_of(args.get(DATA)), actor)
    return f"The list {name!r} holds {len(held)} now.", None


async def remove_from_list(lists: Lists, args: Args, actor: Actor) -> Said:
    name = _name("removeFromList", args)
    held = await lists.remove(name, items_of(args.get(DATA)), actor)
    return f"The list {name!r} holds {len(held)} now.", None


LIST_COMMANDS: Mapping[str, ListCommand] = {
    "addToList": add_to_list,
    "createList": create_list,
    "getList": get_list,
    "removeFromList": remove_from_list,
    "setList": set_list,
}


def _name(command: str, args: Args) -> str:
    name = str(args.get(NAME) or "").strip()
    if not name:
        raise InvalidInputError(f"{command} needs the argument {NAME!r}. Write {NAME}=NAME.")
    return named(name)


def _text(args: Args) -> str:
    """Return the text of a list: items with commas between them; what has objects in it is JSON, as it is read back."""
    data = args.get(DATA)
    if isinstance(data, dict) or (isinstance(data, list) and any(isinstance(item, dict | list) for item in data)):
        return json.dumps(data, ensure_ascii=False)
    return data if isinstance(data, str) else joined(items_of(data))
