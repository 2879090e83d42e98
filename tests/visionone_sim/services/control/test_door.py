from collections.abc import Iterable, Iterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from visionone_sim.app import make_app
from visionone_sim.control_room import ControlRoom
from visionone_sim.edge import Edge
from visionone_sim.services.control.door import PREFIX
from visionone_sim.testing import RunningTwin

CLOCK = {"advance": 3600}
STRANGERS = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


def test_who_comes_by_another_name_finds_no_control_room(control: httpx.Client) -> None:
    for host in ("evil.example", "192.0.2.1:80"):
        assert control.get("/state", headers={"Host": host}).status_code == 404
    assert control.get("/state", headers={"Host": "localhost:1"}).status_code == 200


@pytest.mark.parametrize("stranger", STRANGERS, ids=str)
def test_a_page_of_another_site_neither_changes_the_twin_nor_reads_it(
    twin: RunningTwin, control: httpx.Client, stranger: dict[str, str]
) -> None:
    before = ControlRoom(url=twin.url).state("endpoints")
    orders = [
        ("PUT", "/endpoints/g1", {"name": "HR-1"}),
        ("POST", "/clock", CLOCK),
        ("GET", "/state", None),
        ("DELETE", "/requests", None),
    ]
    for method, path, body in orders:
        answer = control.request(method, path, json=body, headers=stranger)
        assert answer.status_code == 403, (method, path, answer.text)
        assert "another site" in answer.json()["error"]["message"]
    assert ControlRoom(url=twin.url).state("endpoints") == before


def test_a_page_cannot_hide_behind_a_body_that_needs_no_question_first(control: httpx.Client) -> None:
    headers = {"Origin": "https://evil.example", "Content-Type": "text/plain"}
    assert control.put("/endpoints/g1", content=b'{"name": "HR-1"}', headers=headers).status_code == 403


def test_its_own_pages_and_programs_without_an_origin_get_in(twin: RunningTwin, control: httpx.Client) -> None:
    for headers in ({"Origin": twin.url}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}):
        assert control.put("/endpoints/g1", json={"name": "HR-1"}, headers=headers).is_success


def test_no_door_of_the_control_room_is_left_open(twin: RunningTwin, control: httpx.Client) -> None:
    edge = make_app(twin.twin)
    assert isinstance(edge, Edge)
    assert isinstance(edge._app, FastAPI)
    doors = list(_doors(edge._app.routes))
    assert len(doors) > 15
    for method, path in doors:
        for headers, status in (({"Host": "evil.example"}, 404), ({"Origin": "https://evil.example"}, 403)):
            answer = control.request(method, path.removeprefix(PREFIX), headers=headers)
            assert answer.status_code == status, (method, path)


def _doors(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(inner := getattr(route, "original_router", None), APIRouter):
            yield from _doors(inner.routes, prefix + vars(route)["include_context"].prefix)
        elif isinstance(route, APIRoute) and (prefix + route.path).startswith(PREFIX):
            yield from ((method, prefix + route.path) for method in route.methods or ())
