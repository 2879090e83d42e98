"""What commands begin with: the way to the data folder, and options that are pairs."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeVar

import typer

from warroom.cli.door import Door, open_door
from warroom.cli.late import Late
from warroom.model.errors import InvalidInputError

T = TypeVar("T")

OWN_DOOR: Late[Callable[[Path], AbstractAsyncContextManager[Door]]] = Late("warroom.cli.own_door:open_own_door")


def through_door(context: typer.Context, work: Callable[[Door], Awaitable[T]]) -> T:
    """Do something with the data folder, through its server when there is one."""
    home: Path = context.obj.folder

    async def opened() -> T:
        async with open_door(home, lambda: OWN_DOOR.get()(home)) as door:
            return await work(door)

    return asyncio.run(opened())


def pairs(items: list[str], option: str) -> dict[str, str]:
    """Read `key=value` options.

    >>> pairs(["url=http://127.0.0.1:8080"], "--param")
    {'url': 'http://127.0.0.1:8080'}
    """
    read: dict[str, str] = {}
    for item in items:
        key, mark, value = item.partition("=")
        if not mark or not key:
            raise InvalidInputError(f"{option} takes key=value, not {item!r}.")
        read[key] = value
    return read
