"""The pack's own code against the twin over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.packs.visionone.live_pack import (
    DUMP,
    LAPTOP,
    Demisto,
    Xsoar,
    declared_commands,
    live_demisto,
    load_integration,
)
from visionone_sim.tenant.contents import dump_content
from visionone_sim.tenant.endpoints import EndpointFile
from visionone_sim.testing import RunningTwin, start_twin


@pytest.fixture(scope="module")
def demisto() -> Iterator[Demisto]:
    with live_demisto() as live:
        yield live


@pytest.fixture(scope="module")
def integration(demisto: Demisto) -> ModuleType:
    return load_integration()


@pytest.fixture(scope="session")
def declared() -> dict[str, Any]:
    return declared_commands()


@pytest.fixture
def twin() -> Iterator[RunningTwin]:
    """A twin with one more dump, at a path that the tests know."""
    with start_twin() as twin:
        content = dump_content(size=60_000, seed=1, taken_at=0, account="dnovak")
        laptop = twin.tenant.inventory.target(agent_guid=None, name=LAPTOP)
        twin.tenant.place_file(laptop.agent_guid, EndpointFile(path=DUMP, content=content))
        yield twin


@pytest.fixture
def xsoar(
    twin: RunningTwin,
    demisto: Demisto,
    integration: ModuleType,
    declared: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Xsoar:
    """An instance of the integration on the twin, at the twin's time, in a working folder of its own."""
    monkeypatch.chdir(tmp_path)
    demisto.__init__()  # type: ignore[misc]
    integration.Client.__init__.__kwdefaults__["clock"] = twin.clock.now
    params = {"url": twin.url, "apikey": {"password": twin.api_key}, "isFetch": True}
    return Xsoar(demisto=demisto, integration=integration, params=params, declared=declared)
