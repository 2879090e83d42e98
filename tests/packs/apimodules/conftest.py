"""The module alone: it needs nothing of XSOAR."""

from types import ModuleType

import pytest

from tests.packs.visionone.live_pack import OBSERVABLES, load


@pytest.fixture(scope="session")
def observables() -> ModuleType:
    return load(OBSERVABLES)
