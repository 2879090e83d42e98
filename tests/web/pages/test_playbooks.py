from tests.web.clients import Clients

NAME = "Vision One - Contain Endpoint"


async def test_the_catalogue_has_every_playbook(clients: Clients) -> None:
    page = (await clients.reader.get("/playbooks")).text
    names = [item.name for item in clients.app.library.catalogue.playbooks.values()]
    assert all(name in page for name in names)


async def test_a_search_leaves_those_with_its_words(clients: Clients) -> None:
    page = (await clients.reader.get("/playbooks?text=contain endpoint")).text
    assert NAME in page
    assert "Sandbox Triage" not in page


async def test_a_playbook_has_its_picture_inputs_outputs_and_callers(clients: Clients) -> None:
    page = (await clients.responder.get(f"/playbooks/{NAME}")).text
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="work-plan plain"' in page
    assert all(word in page for word in ("RestoreAfterMinutes", "VisionOne.Endpoint_Info", "Alert Router"))
    assert 'id="run"' in page


async def test_who_may_run_none_is_offered_none(clients: Clients) -> None:
    assert 'id="run"' not in (await clients.analyst.get(f"/playbooks/{NAME}")).text


async def test_a_playbook_that_is_not_there_is_said(clients: Clients) -> None:
    assert (await clients.reader.get("/playbooks/Nothing")).status_code == 404
