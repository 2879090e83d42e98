"""A stage for each test; the worker processes are shared by the tests of a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.packs.visionone.playbooks.stage import Stage, set_stage
from visionone_sim.testing import RunningTwin
from warroom.host.runner import WarmRunner


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WarmRunner]:
    runner = WarmRunner(tmp_path_factory.mktemp("scratch"))
    yield runner
    await runner.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stage(twin: RunningTwin, runner: WarmRunner, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = await set_stage(tmp_path, twin, runner)
    yield stage
    await stage.app.conductor.close()
