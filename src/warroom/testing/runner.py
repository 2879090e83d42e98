import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from warroom.model.errors import HostError, NotFoundError
from warroom.model.json import Json, JsonObject
from warroom.services.ports.outage import OutageError
from warroom.services.ports.runner import Ran, Run, ServerCalls


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeCode:
    """The argument of a function in the table: the run, a folder for files, and the server."""

    run: Run
    scratch: Path
    server: ServerCalls

    async def call(self, method: str, args: JsonObject) -> Json:
        return await self.server.call(method, args, self.scratch)

    def ran(self, *results: Json) -> Ran:
        """The end of a run, to add to with `dataclasses.replace`."""
        return Ran(results=list(results), scratch=self.scratch)


Returned: TypeAlias = Sequence[Json] | Ran
FakeFunction: TypeAlias = Callable[[FakeCode], Returned | Awaitable[Returned]]


class FakeRunner:
    """Runs functions of a table in the place of pack code.

    The key is the command's name, or the script's where there is no command. A function returns the results, or a
    whole `Ran`; it may be async. What it raises becomes the run's `error`, as with real code, but a HostError
    (a timeout, a dead worker) comes out of `run`. `runs` holds what was run, in order.
    """

    def __init__(self, table: Mapping[str, FakeFunction]) -> None:
        self.table = dict(table)
        self.runs: list[Run] = []
        self.is_closed = False

    @asynccontextmanager
    async def run(self, run: Run, calls: ServerCalls) -> AsyncIterator[Ran]:
        self.runs.append(run)
        name = run.command or run.name
        if name not in self.table:
            raise NotFoundError(f"The fake runner has no function for {name}. Add it to its table.")
        with TemporaryDirectory(prefix="warroom-fake-run-") as scratch:
            started = time.perf_counter()
            ran = await _end(self.table[name], FakeCode(run=run, scratch=Path(scratch), server=calls))
            yield replace(ran, seconds=time.perf_counter() - started)

    async def close(self) -> None:
        self.is_closed = True


async def _end(function: FakeFunction, code: FakeCode) -> Ran:
    try:
        returned = function(code)
        if inspect.isawaitable(returned):
            returned = await returned
    except (HostError, OutageError):
        raise
    except Exception as error:  # noqa: BLE001  # it stands for pack code, which may raise anything
        return replace(code.ran(), error=f"{type(error).__name__}: {error}")
    return returned if isinstance(returned, Ran) else code.ran(*returned)
