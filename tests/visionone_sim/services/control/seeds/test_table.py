"""Every kind: what is put there is there once, is read back, replaced, kept by a snapshot, and gone when deleted."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from visionone_sim.services.control.seeds.table import KINDS
from visionone_sim.testing import RunningTwin

# Of each kind: an id, a field to set, another value of it, and where the answer shows it.
EXAMPLES: dict[str, tuple[str, str, Any, Any]] = {
    "endpoints": ("g1", "name", "HR-1", "HR-2"),
    "processes": ("host/77", "name", "a.exe", "b.exe"),
    "files": (r"host/C:\a.txt", "seed", 1, 2),
    "accounts": (r"LAB\anna", "enabled", False, True),
    "mailboxes": ("anna@lab.example", "account", r"LAB\anna", r"LAB\bert"),
    "messages": ("m1", "subject", "Hello", "Bye"),
    "alerts": ("WB-1", "alert", {"severity": "low"}, {"severity": "odd"}),
    "activities": ("a1", "record", {"dpt": 1}, {"dpt": 2}),
    "scripts": ("s1", "text", "1", "2"),
    "suspiciousObjects": ("domain/bad.example", "description", "one", "two"),
    "exceptions": ("url/https://fine.example/a?b", "description", "one", "two"),
    "blockList": ("ip/192.0.2.7", "taskId", "1", "2"),
}


def place(kind: str) -> str:
    return f"/{kind}/{quote(EXAMPLES[kind][0], safe='')}"


def shows(document: dict[str, Any], name: str, value: Any) -> bool:
    if isinstance(value, dict):
        return all(document[name][key] == each for key, each in value.items())
    return bool(document[name] == value)


def test_there_is_an_example_of_every_kind() -> None:
    assert EXAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_is_made_read_replaced_and_removed(shared: httpx.Client, kind: str) -> None:
    _, name, first, second = EXAMPLES[kind]
    made = shared.put(place(kind), json={name: first})
    again = shared.put(place(kind), json={name: first})
    assert (made.status_code, again.status_code, again.json()) == (201, 200, made.json())
    assert shared.get(place(kind)).json() == made.json()
    assert shows(made.json(), name, first)
    assert shows(shared.put(place(kind), json={name: second}).json(), name, second)
    assert shared.delete(place(kind)).status_code == 204
    for gone in (shared.get(place(kind)), shared.delete(place(kind))):
        assert (gone.status_code, gone.json()["error"]["code"]) == (404, "NotFound")


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_needs_nothing_said_about_it(shared: httpx.Client, kind: str) -> None:
    assert shared.put(place(kind)).status_code == 201
    assert shared.delete(place(kind)).status_code == 204


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_does_not_have_is_refused_and_changes_nothing(shared: httpx.Client, kind: str) -> None:
    refused = shared.put(place(kind), json={"colour": "red"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "BadRequest")
    assert "colour" in refused.json()["error"]["message"]
    assert shared.put(place(kind), json=[]).status_code == 400
    assert shared.get(place(kind)).status_code == 404


def test_a_snapshot_holds_all_that_was_put_there(control: httpx.Client) -> None:
    control.put("/endpoints/host")
    put = {kind: control.put(place(kind), json={EXAMPLES[kind][1]: EXAMPLES[kind][2]}).json() for kind in KINDS}
    assert control.put("/messages/m1", json={"subject": "Hello", "sent": "2031-02-03T04:05:06Z"}).json()
    state = control.get("/dump").content
    for kind in KINDS:
        control.delete(place(kind))
    control.put("/endpoints/host")
    assert control.post("/load", content=state).status_code == 200
    assert {kind: control.get(place(kind)).json() for kind in KINDS} == put


def test_a_thing_is_put_into_the_tenant_that_a_key_names(twin: RunningTwin, control: httpx.Client) -> None:
    assert control.put("/endpoints/g1", params={"key": twin.api_key}).status_code == 201
    refused = control.put("/endpoints/g1", params={"key": "nobody"})
    assert (refused.status_code, refused.json()["error"]["message"]) == (404, "No tenant has this key.")
