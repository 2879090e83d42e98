from tests.web.asides import put_aside
from tests.web.clients import Clients


async def test_the_server_says_that_it_lives_without_a_session(clients: Clients) -> None:
    assert (await clients.nobody.get("/healthz")).json() == {"status": "ok"}


async def test_an_instance_that_fails_to_fetch_degrades_the_health(clients: Clients) -> None:
    await put_aside(clients.app, failures=3)
    answer = await clients.nobody.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "fetching": {"failing": 1}})
