import re

from tests.web.clients import Clients


def numbers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'data-number="(\d+)"', html)]


async def test_the_newest_entries_come_in_order_and_say_that_there_are_more(clients: Clients) -> None:
    incident = await clients.incident()
    for at in range(5):
        await clients.entry(f"note {at}", incident)
    page = (await clients.reader.get(f"/fragments/incidents/{incident}/entries?limit=3")).text
    assert numbers(page) == [3, 4, 5]
    assert 'data-more="yes"' in page


async def test_pages_lead_back_and_forth(clients: Clients) -> None:
    incident = await clients.incident()
    for at in range(5):
        await clients.entry(f"note {at}", incident)
    address = f"/fragments/incidents/{incident}/entries"
    assert numbers((await clients.reader.get(f"{address}?before=3")).text) == [1, 2]
    assert numbers((await clients.reader.get(f"{address}?after=3")).text) == [4, 5]


async def test_entries_are_narrowed_down_to_a_kind_and_to_people(clients: Clients) -> None:
    incident = await clients.incident()
    await clients.analyst.post(f"/api/v1/incidents/{incident}/notes", json={"text": "by a person"})
    await clients.entry("by a playbook", incident)
    address = f"/fragments/incidents/{incident}/entries"
    people = (await clients.reader.get(f"{address}?author=people")).text
    assert "by a person" in people
    assert "by a playbook" not in people
    assert numbers((await clients.reader.get(f"{address}?author=playbooks")).text) == [2]
    assert numbers((await clients.reader.get(f"{address}?kind=error")).text) == []


async def test_pages_of_one_author_are_as_long_as_asked(clients: Clients) -> None:
    incident = await clients.incident()
    for at in range(4):
        await clients.entry(f"playbook {at}", incident)
        await clients.analyst.post(f"/api/v1/incidents/{incident}/notes", json={"text": f"person {at}"})
    address = f"/fragments/incidents/{incident}/entries?author=people&limit=2"
    last = (await clients.reader.get(address)).text
    assert numbers(last) == [6, 8]
    assert 'data-more="yes"' in last
    assert numbers((await clients.reader.get(f"{address}&before=6")).text) == [2, 4]
    assert numbers((await clients.reader.get(f"{address}&after=2")).text) == [4, 6]


async def test_a_typed_command_is_shown_with_its_arguments(clients: Clients) -> None:
    incident = await clients.incident()
    typed = {"text": '!Print value="two words"'}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    page = (await clients.reader.get(f"/fragments/incidents/{incident}/entries")).text
    assert "!Print value=&#34;two words&#34;" in page


async def test_a_reader_gets_no_link_to_download(clients: Clients) -> None:
    incident = await clients.incident()
    typed = {"text": "!SaveText text=secret file_name=../<b>.txt"}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    address = f"/fragments/incidents/{incident}/entries"
    assert "/file" in (await clients.responder.get(address)).text
    seen = (await clients.reader.get(address)).text
    assert "/file" not in seen
    assert "<b>" not in seen


async def test_where_code_failed_is_folded_away_for_those_who_may_run_it_and_not_there_for_readers(
    clients: Clients,
) -> None:
    incident = await clients.incident()
    typed = {"text": "!Stumble stone=flint"}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    address = f"/fragments/incidents/{incident}/entries"
    seen = (await clients.analyst.get(address)).text
    assert seen.count('<details class="code-output">') == 2  # neither is open
    assert "File &#34;Desk/Scripts/Stumble/Stumble.py&#34;, line 5, in main" in seen
    assert "debug: there lies flint" in seen
    assert "hunter2" not in seen
    assert "<b>stumbled" not in seen
    for_readers = (await clients.reader.get(address)).text
    assert "ValueError: &lt;b&gt;stumbled" in for_readers
    assert "Stumble.py" not in for_readers
    assert "there lies" not in for_readers


async def test_the_api_gives_a_reader_no_traceback(clients: Clients) -> None:
    incident = await clients.incident()
    typed = {"text": "!Stumble"}
    await clients.done(await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json=typed))
    listed = f"/api/v1/incidents/{incident}/entries"
    [entry] = (await clients.analyst.get(listed)).json()["items"]
    assert "Stumble.py" in entry["trace"]
    assert entry["log"].startswith("looking")
    for address in (listed, f"/api/v1/entries/{entry['id']}"):
        answer = (await clients.reader.get(address)).text
        assert "stumbled" in answer
        assert "Stumble.py" not in answer
        assert "looking" not in answer
