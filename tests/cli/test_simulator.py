import stat
from pathlib import Path

import httpx

from warroom.cli.simulator import NOTES, STATE, HeldSimulator


async def test_it_comes_again_under_its_address_and_key(tmp_path: Path) -> None:
    with HeldSimulator(tmp_path) as simulator:
        await simulator.resume()  # there is none yet
        assert not (tmp_path / NOTES).exists()
        origin = simulator.origin
        first = await simulator.start()
        assert first.url == origin
        assert await simulator.start() == first
    with HeldSimulator(tmp_path) as simulator:
        await simulator.resume()
        again = await simulator.start()
        async with httpx.AsyncClient(base_url=again.url) as client:
            headers = {"Authorization": f"Bearer {again.api_key}"}
            assert (tmp_path / STATE).exists()
            assert (await client.get("/v3.0/healthcheck/connectivity", headers=headers)).status_code == 200
    assert again == first
    assert stat.S_IMODE((tmp_path / NOTES).stat().st_mode) == 0o600


async def test_it_ends_with_its_server(tmp_path: Path) -> None:
    with HeldSimulator(tmp_path) as simulator:
        url = (await simulator.start()).url
    async with httpx.AsyncClient() as client:
        try:
            await client.get(url)
        except httpx.ConnectError:
            return
    raise AssertionError(url)
