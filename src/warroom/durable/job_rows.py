"""The queue's rows in DBOS: each waits until a process takes it, at least once."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import groupby, islice
from typing import TypeAlias

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowStatus
from sqlalchemy import Connection, Engine, func, select

from warroom.model.errors import ConflictError
from warroom.model.plan import QueueJob

APPLICATION = "warroom"
# Databases hold the three texts with "leg": rows that are queued under another name or version are never taken.
# Raise the version when the meaning of a row's arguments changes: only processes of the same one take a row.
VERSION = "legs-1"
WORKFLOW = "legs"
SCHEMA = "dbos"
BATCH = 20  # jobs in one row: a fetch brings many incidents, and each row costs milliseconds
# Jobs that are due now are mostly started by the process that queues them; delayed ones only by the queue.
LATER = 1
PAGE = 500
THREADS = 8
NOTIFICATION_SECONDS = 0.2  # nothing is polled there, but `stop` waits for one interval
SETTLE_TURNS = 50
SETTLE_SECONDS = 0.02
TAKER = "queue-worker-"  # how DBOS names the threads that take rows
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

# What takes a row: the jobs' kind, their targets, and how often they have failed before.
OnRow: TypeAlias = Callable[[str, list[str], int], Awaitable[None]]


class Interrupted(Exception):  # noqa: N818  # nothing failed
    """Raised by a handler that cannot finish a row now; the row stays taken until it is given back."""


_GIVING_BACK = func.hashtext("warroom leg executors")
_in_use = threading.Lock()  # DBOS is a singleton
_log = logging.getLogger("dbos")
_log.addHandler(logging.NullHandler())  # else DBOS adds one that prints


class JobRows:
    """The queue. Jobs can be enqueued before `open`, which starts to take them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._executor = ""  # while open
        self._taking: DBOS | None = None
        self._interrupted = 0
        # DBOS opens its own connection here: it begins transactions itself, and so does `engine`.
        _quietly()
        DBOS.migrate(engine.url.render_as_string(hide_password=False), schema=SCHEMA)
        self._client = DBOSClient(
            system_database_engine=engine,
            dbos_system_schema=SCHEMA,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
        )

    def put(self, connection: Connection, jobs: Sequence[QueueJob], now: datetime, failures: int = 0) -> None:
        """Queue jobs inside the caller's transaction."""
        for kind, targets, delay in _rows(jobs, now):
            self._client.enqueue_in_transaction(connection, _options(kind, delay), kind, targets, failures)

    def put_now(self, jobs: Sequence[QueueJob], now: datetime, failures: int = 0) -> None:
        """Queue jobs in a transaction of their own."""
        with self._engine.begin() as connection:
            self.put(connection, jobs, now, failures)

    def open(self, executor: str, on_row: OnRow, concurrency: Mapping[str, int], poll_seconds: float) -> None:
        """Start to take rows; `on_row` runs on DBOS's event loop. Must not be called on an event loop."""
        if not _in_use.acquire(blocking=False):
            raise ConflictError("This process takes jobs already; stop that first, there can be only one.")
        with ExitStack() as undo:
            undo.callback(self._discard)
            self._executor, self._interrupted = executor, 0
            _quietly()
            for kind, rows in concurrency.items():
                self._client.register_queue(
                    kind, worker_concurrency=rows, polling_interval_sec=poll_seconds, on_conflict="always_update"
                )
            self._taking = DBOS(config=_config(self._engine, executor))
            self._register(on_row)
            DBOS.launch()
            undo.pop_all()

    def close(self) -> None:
        """Stop taking rows; an interrupted one stays taken until `give_back`."""
        if self._executor:
            _log.setLevel(logging.ERROR)  # it warns of every interrupted row
            self._take_no_more()
            self._settle()
            self._discard()

    def _take_no_more(self) -> None:
        """End the threads that take rows, because DBOS ends its event loop first: a row taken after that would fail."""
        if self._taking:
            for stop in self._taking.background_thread_stop_events:
                stop.set()
        pause = threading.Event()
        for _ in range(SETTLE_TURNS):
            takers = [thread for thread in threading.enumerate() if thread.name.startswith(TAKER)]
            if not takers:
                return
            for thread in takers:
                if thread.ident is None:  # DBOS is just starting it; it cannot be joined before it runs
                    pause.wait(SETTLE_SECONDS)
                else:
                    thread.join(SETTLE_SECONDS)

    def _discard(self) -> None:
        DBOS.destroy(destroy_registry=True)
        self._taking = None
        self._executor = ""
        _in_use.release()

    def _register(self, on_row: OnRow) -> None:
        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
        async def take(kind: str, targets: list[str], failures: int) -> None:
            try:
                await on_row(kind, targets, failures)
            except Interrupted:
                self._interrupted += 1
                # DBOS records no result for this one, so the row stays taken.
                raise asyncio.CancelledError from None

    def _settle(self) -> None:
        """Wait until DBOS has recorded the rows that are done; otherwise they would run again."""
        pause = threading.Event()
        for _ in range(SETTLE_TURNS):
            if sum(row.executor_id == self._executor for row in self._taken()) <= self._interrupted:
                return
            pause.wait(SETTLE_SECONDS)

    def give_back(self, executors: Callable[[str], bool]) -> int:
        """Queue the rows again that these executors have taken; those must have ended. Returns their number.

        One process at a time does this: a row that another one has queued again may already be taken.
        """
        with self._engine.begin() as connection:
            if not _is_alone(connection):
                return 0
            rows = [row for row in self._taken() if executors(row.executor_id or "")]
            by_queue = sorted((row.queue_name or "", row.workflow_id) for row in rows)
            for queue, pairs in groupby(by_queue, key=lambda pair: pair[0]):
                for page in _pages(row for _, row in pairs):
                    self._client.resume_workflows(page, queue_name=queue)
        return len(rows)

    def _taken(self) -> list[WorkflowStatus]:
        """Return the rows that a process has taken and not ended."""
        return self._client.list_workflows(status="PENDING", name=WORKFLOW, load_input=False, load_output=False)

    def forget(self, before: datetime) -> int:
        """Delete rows that ended before a time; returns how many."""
        forgotten = 0
        while True:
            rows = self._client.list_workflows(
                status=ENDED,
                completed_before=before.isoformat(),
                name=WORKFLOW,
                limit=PAGE,
                load_input=False,
                load_output=False,
            )
            if not rows:
                return forgotten
            self._client.delete_workflows([row.workflow_id for row in rows])
            forgotten += len(rows)


def _is_alone(connection: Connection) -> bool:
    """Take the lock for giving rows back until the transaction ends; False when another process has it."""
    return connection.dialect.name == "sqlite" or bool(
        connection.scalar(select(func.pg_try_advisory_xact_lock(_GIVING_BACK)))
    )


def _rows(jobs: Sequence[QueueJob], now: datetime) -> Iterator[tuple[str, list[str], float]]:
    """Kind, targets and delay of each row; jobs that are alike share one."""
    alike: dict[tuple[str, datetime | None], dict[str, None]] = {}
    for job in jobs:
        at = job.at if job.at and job.at > now else None
        alike.setdefault((job.kind, at), {})[job.target] = None
    for (kind, at), targets in alike.items():
        # DBOS rounds down to milliseconds, and a job must not run early.
        delay = (at - now).total_seconds() + 0.001 if at else 0.0
        for page in _pages(targets, BATCH):
            yield kind, page, delay


def _pages(items: Iterable[str], size: int = PAGE) -> Iterator[list[str]]:
    remaining = iter(items)
    while page := list(islice(remaining, size)):
        yield page


def _options(kind: str, delay: float) -> EnqueueOptions:
    options = EnqueueOptions(workflow_name=WORKFLOW, queue_name=kind, app_version=VERSION)
    if delay:
        options["delay_seconds"] = delay
    else:
        options["priority"] = LATER
    return options


def _config(engine: Engine, executor: str) -> DBOSConfig:
    return DBOSConfig(
        name=APPLICATION,
        system_database_engine=engine,
        dbos_system_schema=SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        application_version=VERSION,
        executor_id=executor,
        run_migrations=False,
        use_listen_notify=False,
        notification_listener_polling_interval_sec=NOTIFICATION_SECONDS,
        max_executor_threads=THREADS,
        enable_otlp=False,
        log_level="WARNING",
    )


def _quietly() -> None:
    _log.setLevel(logging.WARNING)
