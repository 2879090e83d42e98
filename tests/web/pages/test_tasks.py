from tests.web.clients import Clients


async def test_the_inbox_shows_what_waits_with_its_answers(clients: Clients) -> None:
    incident = await clients.incident("Dump on FIN-LT-543")
    empty = await clients.responder.get("/tasks")
    assert "Nothing waits for a person." in empty.text
    await clients.done(await clients.responder.post(f"/api/v1/incidents/{incident}/playbooks", json={"name": "Ask"}))
    page = (await clients.responder.get("/tasks")).text
    assert "Isolate it?" in page
    assert 'value="yes"' in page
    assert "data-refusal" in page
    assert f'href="/incidents/{incident}"' in page


async def test_a_reader_sees_the_question_and_no_buttons(clients: Clients) -> None:
    incident = await clients.incident()
    await clients.done(await clients.responder.post(f"/api/v1/incidents/{incident}/playbooks", json={"name": "Ask"}))
    cards = (await clients.reader.get("/fragments/tasks")).text
    assert "Isolate it?" in cards
    assert 'type="submit"' not in cards


async def test_nobody_is_led_to_the_sign_in(clients: Clients) -> None:
    answer = await clients.nobody.get("/tasks")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")
