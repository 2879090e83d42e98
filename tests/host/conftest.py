from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.host.lab import Lab
from warroom.host.runner import WarmRunner
from warroom.host.settings import HostSettings


@pytest.fixture
async def make_lab(tmp_path: Path) -> AsyncIterator[Callable[..., Lab]]:
    """Make a lab with some settings of its own; all of them are closed after the test."""
    runners: list[WarmRunner] = []

    def make(**settings: Any) -> Lab:
        runners.append(WarmRunner(tmp_path / "work", HostSettings(**{"grace_seconds": 0.3, **settings})))
        return Lab(runners[-1])

    yield make
    for runner in runners:
        await runner.close()


@pytest.fixture
def lab(make_lab: Callable[..., Lab]) -> Lab:
    return make_lab()
