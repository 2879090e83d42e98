from tests.web.clients import Clients
from warroom.web.api import API


async def test_every_region_is_one_that_the_integration_names(clients: Clients) -> None:
    regions = (await clients.reader.get(f"{API}/regions")).json()["items"]
    text = clients.app.library.catalogue.integration("VisionOneResponse")
    default = next(param.default_value for param in text.params if param.name == "url")
    assert regions[0]["url"] == default
    assert len({region["url"] for region in regions}) == len(regions)
