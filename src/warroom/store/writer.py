"""The writer thread: writes all queued commits in one transaction (group commit)."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import Connection, Engine

from warroom.model.errors import UnavailableError, WarroomError
from warroom.model.retry_policy import RetryPolicy
from warroom.services.ports.outage import OutageError
from warroom.services.ports.store import Committed
from warroom.store.engine import flush_to_disk
from warroom.store.group_commit import Enqueue, Prepared, write_group
from warroom.store.numbers import queue_up
from warroom.store.outage import DATABASE_RETRIES, Outages, cause_of

GROUP_LIMIT = 256

_T = TypeVar("_T")
Step: TypeAlias = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A commit or another small step, with the future of its caller. A step checks first and then writes."""

    work: Prepared | Step
    durable: bool
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"


class Writer:
    """Group commit: the more callers wait, the fewer transactions there are."""

    def __init__(self, engine: Engine, enqueue: Enqueue | None, retries: RetryPolicy = DATABASE_RETRIES) -> None:
        self.enqueue = enqueue
        self._engine = engine
        self._outages = Outages(engine, retries)
        self._may_be_written = False  # the open transaction is to be committed, by another thread
        self._connection: Connection | None = None
        self._closing = Event()
        self._jobs: deque[Job] = deque()
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._ringing: asyncio.AbstractEventLoop | None = None  # its turn ends with the bell
        self._closed = False
        self._thread = Thread(target=self._serve, name="store-write", daemon=True)
        self._thread.start()

    async def commit(self, prepared: Prepared) -> Committed:
        return cast("Committed", await self._submit(prepared, durable=prepared.changes.durable))

    async def step(self, work: Callable[[Connection], _T], *, durable: bool = False) -> _T:
        return cast("_T", await self._submit(work, durable=durable))

    async def _submit(self, work: Prepared | Step, *, durable: bool) -> object:
        if self._closed:
            raise UnavailableError("The store is closed; nothing more is written.")
        loop = asyncio.get_running_loop()
        job = Job(work=work, durable=durable, loop=loop, future=loop.create_future())
        self._jobs.append(job)
        if self._ringing is not loop:
            self._ringing = loop
            loop.call_soon(self._ring)  # once for all commits of this turn: waking a thread costs as much as a row
        return await job.future

    def _ring(self) -> None:
        self._ringing = None
        self._bell.put(None)

    def close(self) -> None:
        """Write what is queued, then stop."""
        if not self._closed:
            self._closed = True
            self._closing.set()
            self._bell.put(None)
            self._thread.join()

    def _serve(self) -> None:
        is_last = False
        while not is_last:
            self._bell.get()
            is_last = self._closing.is_set()  # asked first: what is queued before the end is written
            while group := self._next_group():
                _resolve(list(zip(group, self._outcomes(group), strict=True)))
        self._let_go()

    def _next_group(self) -> list[Job]:
        """Return the queued jobs that fit into one transaction."""
        group: list[Job] = []
        while self._jobs and len(group) < GROUP_LIMIT:
            group.append(self._jobs.popleft())
        return group

    def _outcomes(self, group: Sequence[Job]) -> list[object]:
        for pause in (*self._outages.retries, None):
            try:
                return self._transaction(group)
            except Exception as error:  # noqa: BLE001  # is raised where the commit is awaited; the thread must live on
                outage = self._outages.of(error, unwritten=not self._may_be_written)
                failure = error
            if outage is None:
                break
            if pause is None or self._may_be_written or self._closing.wait(pause.total_seconds()):
                return [OutageError(str(outage), unwritten=outage.unwritten) for _ in group]
        if len(group) > 1:
            return [outcome for job in group for outcome in self._outcomes([job])]
        return [self._worded(failure)]

    def _transaction(self, group: Sequence[Job]) -> list[object]:
        self._may_be_written = is_kept = False
        try:
            connection = self._connection = self._connection or self._engine.connect()
            flush_to_disk(connection, durable=any(job.durable for job in group))
            with connection.begin():
                queue_up(connection)
                outcomes = [outcome for part in _parts(group) for outcome in self._write(connection, part)]
                self._may_be_written = connection.dialect.name != "sqlite"
            is_kept = connection.dialect.name == "sqlite"
            return outcomes
        finally:
            if not is_kept:
                self._let_go()

    def _let_go(self) -> None:
        """Return the connection to the pool; one to SQLite is kept unless it failed: there is no server to lose."""
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def _write(self, connection: Connection, part: "Sequence[Prepared] | Step") -> Sequence[object]:
        if not callable(part):
            return write_group(connection, part, self.enqueue)
        try:
            return [part(connection)]
        except WarroomError as error:
            return [error]

    def _worded(self, error: Exception) -> Exception:
        if isinstance(error, self._outages.errors):
            if (worded := self._outages.worded(error)) is not error:
                return worded
            return UnavailableError(
                f"The database did not take a commit ({cause_of(error)}). Check its disk and its connection."
            )
        return error


def _parts(group: Sequence[Job]) -> "Iterator[Sequence[Prepared] | Step]":
    """Neighbouring commits together, each step by itself, in the order of the queue."""
    commits: list[Prepared] = []
    for job in group:
        if isinstance(job.work, Prepared):
            commits.append(job.work)
            continue
        if commits:
            yield commits
            commits = []
        yield job.work
    if commits:
        yield commits


def _resolve(done: Sequence[tuple[Job, object]]) -> None:
    """Resolve the callers' futures, with one call for each event loop."""
    for loop in {job.loop for job, _ in done}:
        with suppress(RuntimeError):  # nothing waits on a closed loop
            loop.call_soon_threadsafe(_tell, [(job.future, outcome) for job, outcome in done if job.loop is loop])


def _tell(done: "Sequence[tuple[asyncio.Future[Any], object]]") -> None:
    for future, outcome in done:
        if future.done():
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
