from pathlib import Path

import pytest

from tests.architecture.repository import Repository


@pytest.fixture(scope="session")
def repository() -> Repository:
    return Repository.read(Path(__file__).parents[2])
