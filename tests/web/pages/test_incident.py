import pytest

from tests.web.clients import Clients
from warroom.model.incident import Severity
from warroom.model.user import SYSTEM, Role

TABS = ("summary", "warroom", "plan", "context", "evidence")


@pytest.mark.parametrize("tab", TABS)
async def test_each_tab_can_be_linked_to(clients: Clients, tab: str) -> None:
    incident = await clients.incident()
    page = (await clients.reader.get(f"/incidents/{incident}?tab={tab}")).text
    assert f'data-tab="{tab}"' in page
    hidden = [each for each in TABS if f'aria-labelledby="tab-{each}" tabindex="0" hidden' in page]
    assert tab not in hidden


async def test_an_unknown_tab_is_the_war_room(clients: Clients) -> None:
    incident = await clients.incident()
    assert (
        'id="incident" data-incident="1" data-tab="warroom"'
        in (await clients.reader.get(f"/incidents/{incident}?tab=nonsense")).text
    )


async def test_the_header_shows_severity_status_and_owner(clients: Clients) -> None:
    incident = await clients.incident(severity=Severity.INFORMATIONAL)
    await clients.analyst.patch(f"/api/v1/incidents/{incident}", json={"owner": "analyst"})
    header = (await clients.analyst.get(f"/fragments/incidents/{incident}/header")).text
    assert "Informational" in header
    assert "<strong>analyst</strong>" in header
    assert 'data-act="mine"' not in header


async def test_a_closed_incident_can_only_be_reopened(clients: Clients) -> None:
    incident = await clients.incident()
    await clients.analyst.post(f"/api/v1/incidents/{incident}/close", json={"reason": "Duplicate"})
    header = (await clients.analyst.get(f"/fragments/incidents/{incident}/header")).text
    assert "Closed: Duplicate" in header
    assert 'data-act="reopen"' in header
    assert 'data-act="close"' not in header


async def test_what_waits_stands_beside_every_tab(clients: Clients) -> None:
    incident = await clients.incident()
    await clients.done(await clients.responder.post(f"/api/v1/incidents/{incident}/playbooks", json={"name": "Ask"}))
    header = (await clients.responder.get(f"/fragments/incidents/{incident}/header")).text
    assert "Waiting for a person" in header
    assert "waiting · 0 of 2 tasks done" in header


async def test_hostile_text_is_escaped_everywhere(clients: Clients) -> None:
    hostile = "<script>alert(1)</script>\u202e"
    incident = await clients.incident(hostile, details=hostile)
    await clients.entry(hostile, incident)
    for address in (f"/incidents/{incident}", f"/fragments/incidents/{incident}/summary"):
        page = (await clients.reader.get(address)).text
        assert "<script>alert" not in page
        assert "\u202e" not in page


async def test_a_section_that_a_script_fills_shows_its_last_answer(clients: Clients) -> None:
    incident = await clients.incident(type_name="Vision One Workbench Alert")
    address = f"/fragments/incidents/{incident}/summary"
    asked_for = "and shows its answer here and in the War Room."
    assert asked_for in (await clients.analyst.get(address)).text
    typed = {"text": "!VisionOneEvidence"}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    page = (await clients.analyst.get(address)).text
    assert "No evidence has been collected yet." in page
    assert asked_for not in page


async def test_files_are_listed_with_every_hash(clients: Clients) -> None:
    incident = await clients.incident()
    typed = {"text": "!SaveText text=hello file_name=a.txt"}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    page = (await clients.responder.get(f"/fragments/incidents/{incident}/evidence")).text
    for digest in (
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
        "5d41402abc4b2a76b9719d911017c592",
    ):
        assert digest in page
    assert 'data-files="1"' in (await clients.reader.get(f"/fragments/incidents/{incident}/header")).text


async def test_whoever_may_download_is_offered_the_export_of_the_case_once_there_is_evidence(clients: Clients) -> None:
    incident = await clients.incident()
    address, link = f"/fragments/incidents/{incident}/evidence", f'href="/api/v1/incidents/{incident}/export" download'
    assert link not in (await clients.responder.get(address)).text
    typed = {"text": "!SaveText text=hello file_name=a.txt"}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    assert link in (await clients.responder.get(address)).text
    assert link not in (await clients.analyst.get(address)).text
    page = (await clients.responder.get(f"/incidents/{incident}?tab=evidence")).text
    assert link in page


async def test_a_reader_is_offered_nothing_that_changes(clients: Clients) -> None:
    incident = await clients.incident()
    page = (await clients.reader.get(f"/incidents/{incident}")).text
    assert "data-act=" not in page
    assert 'id="line" type="text"' in page
    assert "disabled" in page


async def test_an_incident_that_is_not_there_is_not_found(clients: Clients) -> None:
    assert (await clients.reader.get("/incidents/404")).status_code == 404


async def test_restricted_evidence_is_offered_to_who_is_named_and_to_an_admin_with_a_reason(clients: Clients) -> None:
    incident = await clients.incident()
    typed = {"text": "!SaveText text=hello file_name=a.txt"}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    rule = {"people": ["analyst"], "reason": "Credentials of the board"}
    await clients.admin.put(f"/api/v1/incidents/{incident}/restriction", json=rule)
    address, export = f"/fragments/incidents/{incident}/evidence", f"/api/v1/incidents/{incident}/export"
    asked = (await clients.admin.get(address)).text
    assert f'action="{export}"' in asked
    assert 'action="/api/v1/entries/' in (await clients.admin.get(f"/fragments/incidents/{incident}/entries")).text
    assert "You may open it with a reason" in asked
    refused = (await clients.responder.get(address)).text
    assert export not in refused
    assert "Ask one of them." in refused
    assert "Download" not in (await clients.responder.get(f"/fragments/incidents/{incident}/entries")).text
    await clients.admin.put(f"/api/v1/incidents/{incident}/restriction", json={**rule, "people": ["responder"]})
    assert f'href="{export}" download' in (await clients.responder.get(address)).text


async def test_who_may_restrict_and_delete_evidence_is_offered_it_and_others_read_whose_it_is(clients: Clients) -> None:
    incident = await clients.incident()
    typed = {"text": "!SaveText text=hello file_name=a.txt"}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    await clients.app.users.create_key("case-tool", Role.RESPONDER, SYSTEM)
    page = (await clients.admin.get(f"/incidents/{incident}?tab=evidence")).text
    for offered in ("data-restrict", "data-delete=", "dialog-restrict", 'value="responder"', 'value="key:case-tool"'):
        assert offered in page
    for client, said in (
        (
            clients.responder,
            "Restricting evidence to named people, opening it to all and deleting it require the role admin.",
        ),
        (clients.reader, "Downloading and exporting require the role responder."),
    ):
        page = (await client.get(f"/incidents/{incident}?tab=evidence")).text
        assert said in page
        assert "data-custody=" in page
        for hidden in ("data-restrict", "data-delete=", "dialog-restrict", "dialog-delete-file", "key:case-tool"):
            assert hidden not in page


async def test_an_admin_who_is_not_named_is_told_what_opening_will_say(clients: Clients) -> None:
    incident = await clients.incident()
    typed = {"text": '!SaveText text=hello file_name="a <b>.txt"'}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    rule = {"people": ["analyst"], "reason": "Credentials of the board"}
    await clients.admin.put(f"/api/v1/incidents/{incident}/restriction", json=rule)
    page = (await clients.admin.get(f"/fragments/incidents/{incident}/evidence")).text
    assert 'data-open data-what="a &lt;b&gt;.txt (entry' in page
    assert 'data-people="analyst"' in page
    assert 'data-people="[&#34;analyst&#34;]"' in page
