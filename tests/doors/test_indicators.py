"""Indicators, on this machine and over the API."""

import pytest

from tests.web.clients import Clients
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.json import Json
from warroom.services.app import App
from warroom.services.indicators.sighting import Sighting
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform

ANA = an_actor()


async def asked(app: App, operation: str, **request: Json) -> Json:
    return await perform(app, f"indicator.{operation}", request, ANA)


async def test_one_is_created_found_and_shown(app: App) -> None:
    made = await asked(app, "create", value="evil.example.com", verdict="bad", tags=["c2"], comment="in the report")
    assert (made["type"], made["verdict"], made["set_by"], made["tags"]) == ("Domain", "Bad", "ana", ["c2"])
    assert [comment["text"] for comment in made["comments"]] == ["in the report"]
    found = await asked(app, "search", query="verdict:Bad")
    assert [one["id"] for one in found] == [made["id"]]
    assert await asked(app, "show", indicator=made["id"]) == made


async def test_it_is_related_to_an_incident_that_there_is(app: App) -> None:
    incident, *_ = await app.incidents.create("One", ANA)
    made = await asked(app, "create", value="192.0.2.1", incident=incident.id)
    assert made["incidents"] == [incident.id]
    assert len(await asked(app, "search", incident=incident.id)) == 1
    with pytest.raises(NotFoundError):
        await asked(app, "create", value="192.0.2.2", incident="99")


async def test_a_verdict_is_set_and_it_expires_and_counts_again(app: App) -> None:
    made = await asked(app, "create", value="192.0.2.1")
    after = await asked(app, "verdict", indicator=made["id"], verdict=1, comment="ours")
    assert (after["verdict"], after["set_by"], after["comments"][0]["text"]) == ("Good", "ana", "ours")
    assert (await asked(app, "expire", indicator=made["id"]))["expired"] is True
    assert (await asked(app, "expire", indicator=made["id"], expired=False))["expired"] is False
    with pytest.raises(InvalidInputError, match="is no verdict"):
        await asked(app, "verdict", indicator=made["id"], verdict="awful")


async def test_what_is_deleted_can_be_excluded(app: App) -> None:
    made = await asked(app, "create", value="192.0.2.1")
    assert await asked(app, "delete", indicator=made["id"], exclude=True, reason="ours") == {"deleted": made["id"]}
    with pytest.raises(NotFoundError, match="There is no indicator"):
        await asked(app, "show", indicator=made["id"])
    with pytest.raises(InvalidInputError, match="is on the exclusion list"):
        await asked(app, "create", value="192.0.2.1")


async def test_all_are_paged_through_over_the_api(clients: Clients) -> None:
    seen = [Sighting(type="Domain", value=f"h{number}.example.com") for number in range(25)]
    await clients.app.indicators.record(seen, "feed")
    found: list[str] = []
    request: dict[str, str] = {"limit": "10", "query": "type:Domain"}
    while True:
        page = (await clients.reader.get(f"{API}/indicators", params=request)).json()
        found += [one["value"] for one in page["items"]]
        if page["cursor"] is None:
            break
        request["cursor"] = page["cursor"]
    assert sorted(found) == sorted(one.value for one in seen)


async def test_a_cursor_of_another_list_is_refused(app: App) -> None:
    with pytest.raises(InvalidInputError, match="This cursor is of another list"):
        await asked(app, "search", cursor="abc")
