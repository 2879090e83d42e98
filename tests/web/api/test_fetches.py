"""Records that are set aside, over the API."""

from tests.web.asides import ASIDE, RECORD, put_aside
from tests.web.desk import Desk
from warroom.web.api import API

PATH = f"{API}/set-aside"


async def test_whoever_may_read_sees_them_and_an_admin_takes_or_drops_them(desk: Desk) -> None:
    await put_aside(desk.app)
    (item,) = (await desk.reader.get(PATH)).json()["items"]
    assert item == {
        "id": ASIDE.id,
        "what": ASIDE.what,
        "why": ASIDE.why,
        "at": item["at"],
        "size": ASIDE.size,
        "instance": "lab",
    }
    assert (await desk.reader.get(f"{PATH}/{ASIDE.id}")).json() == {**item, "record": RECORD}
    taken = await desk.admin.post(f"{PATH}/{ASIDE.id}/replay")
    assert len(taken.json()["incidents"]) == 1
    assert (await desk.admin.post(f"{PATH}/{ASIDE.id}/replay")).status_code == 404
    await put_aside(desk.app)
    assert (await desk.admin.delete(f"{PATH}/{ASIDE.id}")).status_code == 204
    assert (await desk.reader.get(PATH)).json() == {"items": []}
