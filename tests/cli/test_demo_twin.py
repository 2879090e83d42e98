from pathlib import Path

import httpx
import pytest

from warroom.cli.demo_twin import started_twin
from warroom.model.errors import UnavailableError


def test_a_twin_runs_while_the_context_lasts_and_knows_only_its_own_key(tmp_path: Path) -> None:
    with started_twin("credential-dumping", 20, tmp_path) as twin:
        alerts = f"{twin.url}/v3.0/workbench/alerts"
        assert httpx.get(alerts).status_code == 401
        assert httpx.get(alerts, headers={"Authorization": f"Bearer {twin.api_key}"}).status_code == 200
        assert len(twin.state()["alerts"]) == 12
        assert twin.requests() == 2
    with pytest.raises(httpx.ConnectError):
        httpx.get(alerts)


def test_a_twin_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="no scenario 'peace'"), started_twin("peace", 1, tmp_path):
        pass


def test_its_key_stands_in_no_process_list(tmp_path: Path) -> None:
    with started_twin("empty", 1, tmp_path) as twin:
        lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
        assert any(b"visionone_sim" in line for line in lines)
        assert not any(twin.api_key.encode() in line for line in lines)
