import pytest

from tests.web.clients import Clients
from warroom.doors.local import local_actor
from warroom.web.api import API
from warroom.web.perform import perform


async def test_packs_are_listed_without_where_they_lie(clients: Clients) -> None:
    packs = (await clients.reader.get(f"{API}/packs")).json()["items"]
    assert "WarroomBase" in [pack["id"] for pack in packs]
    assert {pack["path"] for pack in packs} == {""}


async def test_a_pack_is_looked_into_the_same_at_the_socket_and_in_the_api(clients: Clients) -> None:
    told = (await clients.reader.get(f"{API}/packs/WarroomBase")).json()
    [kind] = told["kinds"]
    assert (kind["kind"], kind["cannot_run"], told["problems"], told["path"]) == ("scripts", 0, [], "")
    here = await perform(clients.app, "pack.show", {"pack": told["name"]}, local_actor("ana"))
    assert here["path"].endswith("/WarroomBase")
    assert {**here, "path": ""} == told


@pytest.mark.parametrize("name", ["Gone", "WarroomBase/Scripts"])
async def test_a_pack_that_is_not_installed_is_none(clients: Clients, name: str) -> None:
    answer = await clients.reader.get(f"{API}/packs/{name}")
    assert answer.status_code == 404
    assert "`warroom pack list` shows those that are installed" in answer.text
