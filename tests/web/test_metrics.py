from tests.web.asides import put_aside
from tests.web.desk import Desk


async def test_the_server_says_that_it_lives_without_a_session(desk: Desk) -> None:
    assert (await desk.nobody.get("/healthz")).json() == {"status": "ok"}


async def test_an_instance_that_fails_to_fetch_degrades_the_health(desk: Desk) -> None:
    await put_aside(desk.app, failures=3)
    answer = await desk.nobody.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "fetching": {"failing": 1}})
