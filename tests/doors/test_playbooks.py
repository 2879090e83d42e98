from tests.web.clients import Clients
from warroom.web.api import API


async def test_a_playbook_is_found_by_its_name_with_its_tasks(clients: Clients) -> None:
    names = [item["name"] for item in (await clients.reader.get(f"{API}/playbooks")).json()["items"]]
    assert names == sorted(names)
    shown = (await clients.reader.get(f"{API}/playbooks/Ask")).json()
    assert [task["name"] for task in shown["tasks"] if task["kind"] == "condition"] == ["Isolate it?"]


async def test_an_input_is_shown_with_what_is_taken_where_none_is_given(clients: Clients) -> None:
    shown = (await clients.reader.get(f"{API}/playbooks/Vision One - Contain Endpoint")).json()["inputs"]
    defaults = {item["key"]: item["default"] for item in shown}
    assert defaults["Respond"] == "ask"
    assert defaults["Endpoint"].startswith("${incident.")


async def test_an_input_that_the_playbook_does_not_take_is_refused(clients: Clients) -> None:
    incident = await clients.incident()
    body = {"name": "Ask", "inputs": {"colour": "red"}}
    answer = await clients.responder.post(f"{API}/incidents/{incident}/playbooks", json=body)
    assert answer.status_code == 422
    assert "colour" in answer.json()["detail"]


async def test_commands_and_names_are_there_to_complete(clients: Clients) -> None:
    commands = (await clients.reader.get(f"{API}/commands")).json()
    assert [argument["name"] for argument in commands["SaveText"]["arguments"]][:2] == ["text", "file_name"]
    assert (await clients.reader.get(f"{API}/names")).json() == {"hosts": [], "instances": []}
