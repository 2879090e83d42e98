"""One twin for all tests of a file that leave it as they found it: starting one costs more than most of them."""

from collections.abc import Iterator

import httpx
import pytest

from tests.visionone_sim.conftest import NO_CERTIFICATES
from visionone_sim.testing import start_twin


@pytest.fixture(scope="module")
def shared() -> Iterator[httpx.Client]:
    """The control room of a twin with one endpoint that is known: host."""
    with (
        start_twin("empty") as twin,
        httpx.Client(base_url=f"{twin.url}/_twin", timeout=20, verify=NO_CERTIFICATES) as control,
    ):
        assert control.put("/endpoints/host").status_code == 201
        yield control
