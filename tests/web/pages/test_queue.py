import re

from tests.web.clients import Clients
from warroom.model.ids import IncidentId
from warroom.model.incident import Severity
from warroom.model.user import SYSTEM

ROW = re.compile(r'<tr data-id="(\d+)"')
CURSOR = re.compile(r'data-cursor="(\d+)"')


async def test_the_queue_shows_what_is_open_newest_first(clients: Clients) -> None:
    ids = [await clients.incident(f"Case {number}") for number in range(3)]
    await clients.app.incidents.close(IncidentId(ids[1]), "Other", "", SYSTEM)
    page = (await clients.reader.get("/")).text
    assert ROW.findall(page) == [ids[2], ids[0]]
    assert "2 incidents" in page


async def test_an_incident_can_be_made_of_an_instance_which_its_row_and_its_header_show(clients: Clients) -> None:
    before = await clients.incident("Before")
    name = "<b>oslo & lyon</b>"
    add = {"name": name, "integration": "VisionOneResponse", "secrets": {"apikey": "k"}}
    assert (await clients.admin.post("/api/v1/instances", json=add)).status_code == 201
    escaped = "&lt;b&gt;oslo &amp; lyon&lt;/b&gt;"
    page = (await clients.analyst.get("/")).text
    assert f'<option value="{escaped}">{escaped}</option>' in page
    assert page.count(escaped) == 2
    made = await clients.analyst.post("/api/v1/incidents", json={"name": "Call", "instance": name})
    row = (await clients.reader.get(f"/fragments/queue/rows?id={made.json()['id']}")).text
    assert f'<span class="muted">{escaped}</span>' in row
    assert f"{escaped} ·" in (await clients.reader.get(f"/fragments/incidents/{made.json()['id']}/header")).text
    assert "oslo" not in (await clients.reader.get(f"/fragments/incidents/{before}/header")).text
    assert made.json()["source"] == name


async def test_the_pages_of_the_queue_hold_every_incident_once(clients: Clients) -> None:
    ids = [await clients.incident(f"Case {number}") for number in range(7)]
    found: list[str] = []
    cursor = ""
    while True:
        text = (await clients.reader.get(f"/fragments/queue?limit=3{cursor}")).text
        found += ROW.findall(text)
        if not (more := CURSOR.search(text)):
            break
        cursor = f"&cursor={more[1]}"
    assert found == ids[::-1]


async def test_rows_far_down_are_given_at_once_also_when_others_have_come_since(clients: Clients) -> None:
    ids = [await clients.incident(f"Case {number}") for number in range(7)][::-1]
    await clients.incident("Later")
    text = (await clients.reader.get(f"/fragments/queue?limit=2&cursor={ids[0]}&offset=3")).text
    assert ROW.findall(text) == ids[4:6]
    assert ROW.findall((await clients.reader.get("/fragments/queue?cursor=&offset=7")).text) == ids[6:]


async def test_a_search_and_a_filter_are_joined(clients: Clients) -> None:
    await clients.incident("Dump in Oslo", severity=Severity.LOW)
    wanted = await clients.incident("Dump in Lyon", severity=Severity.HIGH)
    await clients.incident("Mail in Lyon", severity=Severity.LOW)
    assert ROW.findall((await clients.reader.get("/?text=lyon&severity=high")).text) == [wanted]


async def test_rows_are_given_by_their_ids(clients: Clients) -> None:
    one, two = [await clients.incident(f"Case {number}") for number in range(2)]
    assert ROW.findall((await clients.reader.get(f"/fragments/queue/rows?id={two}&id={one}")).text) == [two, one]


async def test_the_filters_say_how_many_incidents_there_are_now(clients: Clients) -> None:
    await clients.incident("Case", severity=Severity.CRITICAL)
    text = (await clients.reader.get("/fragments/queue/filters?severity=low")).text
    assert 'data-total="0"' in text
    assert re.search(r'value="critical"><span[^>]*>Critical</span><span class="count number">1<', text)


async def test_markup_in_a_name_is_text(clients: Clients) -> None:
    await clients.incident("<img src=x onerror=alert(1)>")
    page = (await clients.reader.get("/")).text
    assert "<img" not in page
    assert "&lt;img src=x" in page


async def test_only_what_a_role_may_do_is_offered(clients: Clients) -> None:
    assert "Assign to me" not in (await clients.reader.get("/")).text
    assert "Assign to me" in (await clients.analyst.get("/")).text


async def test_without_a_session_the_queue_leads_to_the_sign_in(clients: Clients) -> None:
    answer = await clients.nobody.get("/?severity=high")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2F%3Fseverity%3Dhigh")
    assert (await clients.nobody.get("/fragments/queue")).status_code == 401
