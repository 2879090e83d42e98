import asyncio
from itertools import islice

import pytest
import structlog

from tests.services.world import until
from warroom.services.ports.outage import OutageError
from warroom.services.writing.commit_retry import COMMIT_RETRIES, written
from warroom.testing.clock import ManualClock


class Commit:
    """Fails as often as it is told."""

    def __init__(self, failures: int, *, unwritten: bool = True) -> None:
        self.calls = 0
        self._failures = failures
        self._unwritten = unwritten

    async def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self._failures:
            raise OutageError("The database is locked.", unwritten=self._unwritten)
        return "written"


def test_the_pauses_grow_and_never_end() -> None:
    assert [pause.total_seconds() for pause in islice(COMMIT_RETRIES, 8)] == [0.5, 1, 2, 5, 10, 30, 30, 30]


async def test_what_was_not_written_is_committed_again_and_each_wait_is_told() -> None:
    clock, commit = ManualClock(), Commit(2)
    with structlog.testing.capture_logs() as logs:
        writing = asyncio.create_task(written(commit, clock))
        for _ in range(2):
            await until(lambda: clock.sleeping)
            clock.advance(1)
        async with asyncio.timeout(60):
            assert await writing == "written"
    assert commit.calls == 3
    assert [(line["log_level"], line["seconds"]) for line in logs] == [("warning", 0.5), ("warning", 1.0)]


async def test_what_may_be_written_is_not_committed_again() -> None:
    commit = Commit(1, unwritten=False)
    with pytest.raises(OutageError, match="locked"):
        await written(commit, ManualClock())
    assert commit.calls == 1
