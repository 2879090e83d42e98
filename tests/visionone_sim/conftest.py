"""A twin and a client with its key, for every test of the twin."""

from collections.abc import Iterator

import httpx
import pytest

from visionone_sim.testing import (
    RunningTwin,
    start_twin,
    twins,  # noqa: F401  # pytest finds it here
)

# The twin speaks plain HTTP here; reading this machine's certificates for each client would take longer than a test.
NO_CERTIFICATES = False


@pytest.fixture
def twin() -> Iterator[RunningTwin]:
    with start_twin() as running:
        yield running


@pytest.fixture
def client(twin: RunningTwin) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {twin.api_key}"}
    with httpx.Client(base_url=f"{twin.url}/v3.0", headers=headers, timeout=60, verify=NO_CERTIFICATES) as session:
        yield session


@pytest.fixture
def control(twin: RunningTwin) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{twin.url}/_twin", timeout=60, verify=NO_CERTIFICATES) as session:
        yield session
