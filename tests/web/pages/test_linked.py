from dataclasses import replace

from tests.web.clients import Clients
from warroom.model.ids import IncidentId
from warroom.model.user import SYSTEM
from warroom.services.execution.linking import linked_to
from warroom.testing.samples import an_incident
from warroom.web.api import API
from warroom.web.pages.linked import MOST, linked_view


async def _run(clients: Clients, incident: str, text: str) -> None:
    await clients.done(await clients.analyst.post(f"{API}/incidents/{incident}/commands", json={"text": text}))


async def _beside(clients: Clients, incident: str) -> str:
    page = (await clients.analyst.get(f"/fragments/incidents/{incident}/header")).text
    return page.partition('data-key="linked"')[2].partition("</section>")[0]


async def test_linked_incidents_name_each_other_and_their_state(clients: Clients) -> None:
    first, second = await clients.incident("Dump"), await clients.incident("<b>Same host</b>")
    assert "<li>" not in await _beside(clients, first)
    await _run(clients, first, f"!linkIncidents linkedIncidentIDs={second}")
    shown = await _beside(clients, first)
    assert "&lt;b&gt;Same host" in shown
    assert "Unknown, open" in shown
    assert f'href="/incidents/{first}"' in await _beside(clients, second)
    assert (await clients.reader.get(f"{API}/incidents/{first}")).json()["linked"] == [second]
    await _run(clients, first, f"!linkIncidents linkedIncidentIDs={second} action=unlink")
    assert "<li>" not in await _beside(clients, second)


async def test_a_duplicate_is_told_as_closed(clients: Clients) -> None:
    original, copy = await clients.incident(), await clients.incident()
    text = f"!linkIncidents incidentId={original} linkedIncidentIDs={copy} action=duplicate"
    await _run(clients, copy, text)
    assert "closed: Duplicate" in await _beside(clients, original)


async def test_a_reader_sees_links_and_is_offered_none(clients: Clients) -> None:
    first, second = await clients.incident(), await clients.incident()
    page = (await clients.reader.get(f"/incidents/{first}")).text
    assert 'data-key="linked"' not in page
    assert 'id="dialog-link"' not in page
    await _run(clients, first, f"!linkIncidents linkedIncidentIDs={second}")
    page = (await clients.reader.get(f"/incidents/{first}")).text
    assert 'data-key="linked"' in page
    assert "data-unlink" not in page


async def test_of_many_the_newest_are_shown_and_one_that_is_gone_is_counted(clients: Clients) -> None:
    numbers = [IncidentId(await clients.incident()) for _ in range(MOST + 2)]
    many = linked_to([*numbers, IncidentId("999")], an_incident(1000))
    view = await linked_view(clients.app, replace(many, id=IncidentId("1000")), SYSTEM)
    assert view["linked"][0].incident.id == numbers[-1]  # type: ignore[index]  # it is a list
    assert (len(view["linked"]), view["more_linked"]) == (MOST - 1, 4)  # type: ignore[arg-type]  # it is a list
