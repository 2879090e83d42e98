import pytest

from tests.web.clients import Clients
from warroom.doors.local import local_actor
from warroom.model.user import Role
from warroom.web.api import API
from warroom.web.perform import perform


def test_the_owner_of_the_folder_is_its_admin() -> None:
    actor = local_actor("ana")
    assert (actor.name, actor.role, actor.door) == ("ana", Role.ADMIN, "command line")


@pytest.mark.parametrize(("operation", "path"), [("pack.list", "packs")])
async def test_where_files_lie_is_told_on_the_machine_alone(clients: Clients, operation: str, path: str) -> None:
    here = await perform(clients.app, operation, {}, local_actor("ana"))
    elsewhere = (await clients.admin.get(f"{API}/{path}")).json()["items"]
    assert all(item["path"].startswith("/") for item in here)
    assert [{**item, "path": ""} for item in here] == elsewhere != []
