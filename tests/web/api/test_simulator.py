from tests.web.desk import Desk
from warroom.web.api import API


async def test_the_simulator_becomes_an_instance_that_fetches_once(desk: Desk) -> None:
    made = await desk.admin.post(f"{API}/simulator")
    assert (made.status_code, made.json()["fetch"], made.json()["secrets"]) == (201, True, ["apikey"])
    again = await desk.admin.post(f"{API}/simulator")
    assert again.status_code == 409


async def test_every_region_is_one_that_the_integration_names(desk: Desk) -> None:
    regions = (await desk.reader.get(f"{API}/regions")).json()["items"]
    text = desk.app.library.catalogue.integration("VisionOneResponse")
    default = next(param.default_value for param in text.params if param.name == "url")
    assert regions[0]["url"] == default
    assert len({region["url"] for region in regions}) == len(regions)
