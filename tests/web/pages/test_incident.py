import pytest

from tests.web.desk import Desk
from warroom.model.incident import Severity

TABS = ("summary", "warroom", "plan", "context", "evidence")


@pytest.mark.parametrize("tab", TABS)
async def test_each_tab_can_be_linked_to(desk: Desk, tab: str) -> None:
    incident = await desk.incident()
    page = (await desk.reader.get(f"/incidents/{incident}?tab={tab}")).text
    assert f'data-tab="{tab}"' in page
    hidden = [each for each in TABS if f'aria-labelledby="tab-{each}" tabindex="0" hidden' in page]
    assert tab not in hidden


async def test_an_unknown_tab_is_the_war_room(desk: Desk) -> None:
    incident = await desk.incident()
    assert (
        'id="incident" data-incident="1" data-tab="warroom"'
        in (await desk.reader.get(f"/incidents/{incident}?tab=nonsense")).text
    )


async def test_the_header_shows_severity_status_and_owner(desk: Desk) -> None:
    incident = await desk.incident(severity=Severity.INFORMATIONAL)
    await desk.analyst.patch(f"/api/v1/incidents/{incident}", json={"owner": "analyst"})
    header = (await desk.analyst.get(f"/fragments/incidents/{incident}/header")).text
    assert "Informational" in header
    assert "<strong>analyst</strong>" in header
    assert 'data-act="mine"' not in header


async def test_a_closed_incident_can_only_be_reopened(desk: Desk) -> None:
    incident = await desk.incident()
    await desk.analyst.post(f"/api/v1/incidents/{incident}/close", json={"reason": "Duplicate"})
    header = (await desk.analyst.get(f"/fragments/incidents/{incident}/header")).text
    assert "Closed: Duplicate" in header
    assert 'data-act="reopen"' in header
    assert 'data-act="close"' not in header


async def test_what_waits_stands_beside_every_tab(desk: Desk) -> None:
    incident = await desk.incident()
    await desk.done(await desk.responder.post(f"/api/v1/incidents/{incident}/playbooks", json={"name": "Ask"}))
    header = (await desk.responder.get(f"/fragments/incidents/{incident}/header")).text
    assert "Waiting for a person" in header
    assert "waiting · 0 of 2 tasks" in header


async def test_hostile_text_is_escaped_everywhere(desk: Desk) -> None:
    hostile = "<script>alert(1)</script>\u202e"
    incident = await desk.incident(hostile, details=hostile)
    await desk.entry(hostile, incident)
    for address in (f"/incidents/{incident}", f"/fragments/incidents/{incident}/summary"):
        page = (await desk.reader.get(address)).text
        assert "<script>alert" not in page
        assert "\u202e" not in page


async def test_a_section_that_a_script_fills_shows_its_last_answer(desk: Desk) -> None:
    incident = await desk.incident(type_name="Vision One Workbench Alert")
    address = f"/fragments/incidents/{incident}/summary"
    assert "Nobody has asked for this yet." in (await desk.analyst.get(address)).text
    typed = {"text": "!VisionOneEvidence"}
    await desk.done(await desk.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    page = (await desk.analyst.get(address)).text
    assert "No evidence has been collected yet." in page
    assert "Nobody has asked" not in page


async def test_files_are_listed_with_every_hash(desk: Desk) -> None:
    incident = await desk.incident()
    typed = {"text": "!SaveText text=hello file_name=a.txt"}
    await desk.done(await desk.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    page = (await desk.responder.get(f"/fragments/incidents/{incident}/evidence")).text
    for digest in (
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
        "5d41402abc4b2a76b9719d911017c592",
    ):
        assert digest in page
    assert 'data-files="1"' in (await desk.reader.get(f"/fragments/incidents/{incident}/header")).text


async def test_whoever_may_download_is_offered_the_export_of_the_case_once_there_is_evidence(desk: Desk) -> None:
    incident = await desk.incident()
    address, link = f"/fragments/incidents/{incident}/evidence", f'href="/api/v1/incidents/{incident}/export" download'
    assert link not in (await desk.responder.get(address)).text
    typed = {"text": "!SaveText text=hello file_name=a.txt"}
    await desk.done(await desk.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    assert link in (await desk.responder.get(address)).text
    assert link not in (await desk.analyst.get(address)).text
    page = (await desk.responder.get(f"/incidents/{incident}?tab=evidence")).text
    assert link in page


async def test_a_reader_is_offered_nothing_that_changes(desk: Desk) -> None:
    incident = await desk.incident()
    page = (await desk.reader.get(f"/incidents/{incident}")).text
    assert "data-act=" not in page
    assert 'id="line" type="text"' in page
    assert "disabled" in page


async def test_an_incident_that_is_not_there_is_not_found(desk: Desk) -> None:
    assert (await desk.reader.get("/incidents/404")).status_code == 404


async def test_restricted_evidence_is_offered_to_who_is_named_and_to_an_admin_with_a_reason(desk: Desk) -> None:
    incident = await desk.incident()
    typed = {"text": "!SaveText text=hello file_name=a.txt"}
    await desk.done(await desk.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    rule = {"people": ["analyst"], "reason": "Credentials of the board"}
    await desk.admin.put(f"/api/v1/incidents/{incident}/restriction", json=rule)
    address, export = f"/fragments/incidents/{incident}/evidence", f"/api/v1/incidents/{incident}/export"
    asked = (await desk.admin.get(address)).text
    assert f'action="{export}"' in asked
    assert 'action="/api/v1/entries/' in (await desk.admin.get(f"/fragments/incidents/{incident}/entries")).text
    assert "You may open it with a reason" in asked
    refused = (await desk.responder.get(address)).text
    assert export not in refused
    assert "Ask one of them." in refused
    assert "Download" not in (await desk.responder.get(f"/fragments/incidents/{incident}/entries")).text
    await desk.admin.put(f"/api/v1/incidents/{incident}/restriction", json={**rule, "people": ["responder"]})
    assert f'href="{export}" download' in (await desk.responder.get(address)).text
