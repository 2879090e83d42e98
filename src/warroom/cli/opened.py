"""What commands share: access to the data folder, and options that are pairs."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import typer

from warroom.cli.door import Door, open_door
from warroom.cli.ending import COMMAND_SECONDS, bounded_end
from warroom.cli.lazy_import import LazyImport
from warroom.model.errors import InvalidInputError

T = TypeVar("T")
OPENED = "warroom.opened"  # where a command keeps its open door

OpensDoor: TypeAlias = LazyImport[Callable[[Path], AbstractAsyncContextManager[Door]]]

OWN_DOOR: OpensDoor = LazyImport("warroom.cli.own_door:open_own_door")
CONTENT_DOOR: OpensDoor = LazyImport("warroom.cli.content_door:open_content_door")  # for what only reads content


class Opened:
    """A door that stays open, on a loop of its own, until it is told to close."""

    def __init__(self, opens: Callable[[], AbstractAsyncContextManager[Door]]) -> None:
        self._opens = opens
        self._runner = asyncio.Runner()
        self._may_close = asyncio.Event()
        self._held: asyncio.Task[None] | None = None

    def ask(self, work: Callable[[Door], Awaitable[T]]) -> T:
        """Run work at the door; when it fails, the door is closed."""
        with bounded_end(COMMAND_SECONDS) as end:
            try:
                return self._runner.run(self._answer(work, end))
            except BaseException:
                self._runner.close()
                raise

    def close(self) -> None:
        """Close the door; what does not end in time is cut off, and the process with it."""
        with suppress(OSError, ValueError):  # nobody reads it any more
            sys.stdout.flush()  # the answer comes before what is said of an end that takes too long
        with bounded_end(COMMAND_SECONDS) as end:
            end()
            try:
                self._runner.run(self._closed())
            finally:
                self._runner.close()

    async def _answer(self, work: Callable[[Door], Awaitable[T]], end: Callable[[], None]) -> T:
        answered: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._held = asyncio.create_task(self._hold(work, answered, end))
        either: set[asyncio.Future[Any]] = {self._held, answered}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not answered.done():
            await self._held
        return answered.result()

    async def _hold(
        self, work: Callable[[Door], Awaitable[T]], answered: "asyncio.Future[T]", end: Callable[[], None]
    ) -> None:
        async with self._opens() as door:
            try:
                answered.set_result(await work(door))
            except BaseException:
                end()
                raise
            await self._may_close.wait()

    async def _closed(self) -> None:
        self._may_close.set()
        if self._held:
            await self._held


def through_door(context: typer.Context, work: Callable[[Door], Awaitable[T]], own_door: OpensDoor = OWN_DOOR) -> T:
    """Run work on the data folder, through its server when there is one, else through a door of this process.

    The door is closed when the command has printed its answer: what does not end then keeps nobody from the answer.
    """
    close_door(context)
    home: Path = context.obj.folder
    opened = Opened(lambda: open_door(home, lambda: own_door.get()(home)))
    answer = opened.ask(work)
    context.meta[OPENED] = opened
    context.call_on_close(lambda: close_door(context))
    return answer


def close_door(context: typer.Context) -> None:
    """Close the door that is open, if one is, before something that may take long, such as a question to a person."""
    opened: Opened | None = context.meta.pop(OPENED, None)
    if opened:
        opened.close()


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
