import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from warroom.durable.job_rows import BATCH, TAKER, JobRows
from warroom.model.plan import QueueJob

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def plans(count: int, at: datetime | None = None) -> list[QueueJob]:
    return [QueueJob(kind="plan", target=f"p{number}", at=at) for number in range(count)]


def rows(engine: Engine) -> list[tuple[str, str]]:
    """Queue and status of what is there."""
    schema = "" if engine.dialect.name == "sqlite" else "dbos."
    with engine.connect() as connection:
        found = connection.execute(
            text(f"SELECT queue_name, status FROM {schema}workflow_status ORDER BY queue_name, status")
        )
        return [(row.queue_name, row.status) for row in found]


def test_jobs_that_are_alike_share_rows(sqlite: Engine) -> None:
    JobRows(sqlite).put_now(plans(BATCH + 1), NOW)
    assert rows(sqlite) == [("plan", "ENQUEUED")] * 2


def test_the_same_job_twice_in_a_commit_is_one(sqlite: Engine) -> None:
    JobRows(sqlite).put_now(plans(BATCH) + plans(BATCH), NOW)
    assert rows(sqlite) == [("plan", "ENQUEUED")]


def test_jobs_of_other_kinds_and_times_have_rows_of_their_own(sqlite: Engine) -> None:
    later = NOW + timedelta(seconds=5)
    JobRows(sqlite).put_now([*plans(2), *plans(2, later), QueueJob(kind="fetch", target="i1")], NOW)
    assert rows(sqlite) == [("fetch", "ENQUEUED"), ("plan", "DELAYED"), ("plan", "ENQUEUED")]


def test_a_time_that_has_passed_is_now(sqlite: Engine) -> None:
    JobRows(sqlite).put_now(plans(1, NOW - timedelta(seconds=5)) + plans(1), NOW)
    assert rows(sqlite) == [("plan", "ENQUEUED")]


def test_what_is_due_at_a_time_is_taken_before_what_was_queued_for_now(sqlite: Engine) -> None:
    JobRows(sqlite).put_now([*plans(1), *plans(1, NOW + timedelta(seconds=5))], NOW)
    with sqlite.connect() as connection:
        in_order = connection.execute(text("SELECT status FROM workflow_status ORDER BY priority")).scalars().all()
    assert in_order == ["DELAYED", "ENQUEUED"]


def test_opening_the_tables_again_changes_nothing(engine: Engine) -> None:
    JobRows(engine).put_now(plans(1), NOW)
    JobRows(engine)
    assert rows(engine) == [("plan", "ENQUEUED")]


def test_no_value_is_pickled(sqlite: Engine) -> None:
    JobRows(sqlite).put_now(plans(1), NOW)
    with sqlite.connect() as connection:
        stored = connection.execute(text("SELECT inputs FROM workflow_input")).scalar_one()
    assert stored == '{"namedArgs":{},"positionalArgs":["plan",["p0"],0]}'


def test_dbos_prints_nothing_by_itself(sqlite: Engine) -> None:
    JobRows(sqlite)
    handlers = logging.getLogger("dbos").handlers
    assert [type(handler) for handler in handlers] == [logging.NullHandler]


def put_until(stop: threading.Event, queue: JobRows, jobs: Iterator[QueueJob]) -> None:
    while not stop.is_set():
        queue.put_now([next(jobs)], NOW)


def test_a_row_that_comes_while_it_closes_waits_for_the_next_one(
    sqlite: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    queue, taken = JobRows(sqlite), list[str]()

    async def take(_kind: str, targets: list[str], _failures: int) -> None:
        taken.extend(targets)

    jobs = iter(plans(100_000))
    for life in range(4):
        queue.open(f"life-{life}", take, {"plan": 1000, "people": 1000}, 0.001)
        closing = threading.Event()
        with ThreadPoolExecutor() as threads:
            busy = threads.submit(put_until, closing, queue, jobs)
            try:
                queue.close()
            finally:
                closing.set()
            busy.result()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert {status for _, status in rows(sqlite)} <= {"SUCCESS", "ENQUEUED"}
    assert len(taken) == len(set(taken))


class SlowToStart(threading.Thread):
    """A thread that the machine has time for only when somebody has seen that it does not run yet."""

    def __init__(self) -> None:
        super().__init__(name=f"{TAKER}plan")
        self.gate = threading.Event()

    @property
    def ident(self) -> int | None:
        seen = super().ident
        self.gate.set()
        return seen

    def _bootstrap(self) -> None:  # what a new thread does first
        self.gate.wait()
        super()._bootstrap()  # type: ignore[misc]  # it is not public


def test_it_closes_while_a_thread_that_takes_rows_is_being_started(sqlite: Engine) -> None:
    async def take(_kind: str, _targets: list[str], _failures: int) -> None: ...

    queue, slow = JobRows(sqlite), SlowToStart()
    queue.open("slow", take, {"plan": 1}, 0.001)
    with ThreadPoolExecutor() as threads:
        starting = threads.submit(slow.start)
        while slow not in threading.enumerate():
            pass
        try:
            queue.close()
        finally:
            slow.gate.set()
        starting.result()
    slow.join()
