from tests.web.clients import Clients
from warroom.web.api import API


async def test_the_simulator_becomes_an_instance_that_fetches_once(clients: Clients) -> None:
    made = await clients.admin.post(f"{API}/simulator")
    assert (made.status_code, made.json()["fetch"], made.json()["secrets"]) == (201, True, ["apikey"])
    again = await clients.admin.post(f"{API}/simulator")
    assert again.status_code == 409
