"""Records that are set aside, at the local door."""

import pytest

from tests.web.asides import ASIDE, RECORD, put_aside
from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.fetches import FETCH_OPERATIONS


async def test_a_record_is_listed_shown_and_becomes_an_incident(app: App) -> None:
    await put_aside(app)
    (listed,) = await FETCH_OPERATIONS["fetch.list"](app, {}, an_actor())
    assert (listed["id"], listed["instance"], listed["why"]) == (ASIDE.id, "lab", ASIDE.why)
    shown = await FETCH_OPERATIONS["fetch.show"](app, {"id": ASIDE.id}, an_actor())
    assert shown == {**listed, "record": RECORD}
    done = await FETCH_OPERATIONS["fetch.replay"](app, {"id": ASIDE.id}, an_actor())
    incident = await app.incidents.get(IncidentId(done["incidents"][0]), an_actor())
    assert (incident.name, incident.source_instance) == ("Dump", "lab")
    assert await FETCH_OPERATIONS["fetch.list"](app, {}, an_actor()) == []


async def test_a_record_is_dropped(app: App) -> None:
    await put_aside(app)
    assert await FETCH_OPERATIONS["fetch.drop"](app, {"id": ASIDE.id}, an_actor()) == {"dropped": ASIDE.id}
    with pytest.raises(NotFoundError):
        await FETCH_OPERATIONS["fetch.show"](app, {"id": ASIDE.id}, an_actor())
