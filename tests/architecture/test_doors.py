"""Every operation at every door, every route of an operation; or a line here, for one of a few reasons."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from tests.architecture.repository import Repository
from tests.web.routes import filled, routes
from warroom.doors.table import OPERATIONS
from warroom.web.api import API, api_routers
from warroom.web.api.rows import ROWS

COMPOSED = "others that are offered there give the same"
PROMPT = "for a person at a prompt, who waits; a program starts it and reads what comes"
MACHINE = "about files, addresses or processes of the machine that it runs on"
REASONS = {COMPOSED, PROMPT, MACHINE}
# The socket has the whole table. The list may only become shorter.
NOT_IN_THE_API: Mapping[str, str] = {
    "doctor": MACHINE,
    "evidence.add": MACHINE,
    "evidence.export": MACHINE,
    "evidence.export_case": MACHINE,
    "incident.playground": PROMPT,
    "instance.allow": COMPOSED,
    "notify.test": PROMPT,
    "run": PROMPT,
    "user.mail": COMPOSED,
}
LONGEST = 9

STREAM = "bytes that come or go piece by piece, which no answer of an operation is"
COOKIE = "begins or ends the session of a browser, by a cookie of the answer"
PROCESS = "starts a program beside this server"
REASONS_BY_HAND = {STREAM, COOKIE, PROCESS}
# Routes of the API that are no row of the table. The list may only become shorter, too.
BY_HAND: Mapping[str, str] = {
    "POST /session": COOKIE,
    "DELETE /session": COOKIE,
    "PUT /session/password": COOKIE,
    "POST /setup/{token}": COOKIE,
    "POST /incidents/{incident_id}/files": STREAM,
    "GET /entries/{entry_id}/file": STREAM,
    "GET /incidents/{incident_id}/export": STREAM,
    "POST /simulator": PROCESS,
}
LONGEST_BY_HAND = 8
# A change that every reader may ask for, and why.
FOR_READERS: Mapping[str, str] = {
    "evidence.verify": "it hashes what is stored, and custody keeps that somebody did",
    "session.end": "one's own; services ask for an admin where it is another's",
    "user.change": "one's own shown name; services ask for an admin for all else",
}


def _served() -> FastAPI:
    server = FastAPI(openapi_url=None)
    for router in api_routers(described=True):
        server.include_router(router, prefix=API)
    return server


def _described() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every route of the API with its description."""
    for path, methods in _served().openapi()["paths"].items():
        yield from ((f"{method.upper()} {path.removeprefix(API)}", told) for method, told in methods.items())


def test_every_operation_is_in_the_api_or_not_for_a_reason() -> None:
    offered = {row.operation for row in ROWS}
    assert set(OPERATIONS) - offered == set(NOT_IN_THE_API), "Give it its row in web/api/rows.py."
    assert offered <= set(OPERATIONS)


def test_the_list_only_becomes_shorter_and_has_few_reasons() -> None:
    assert len(NOT_IN_THE_API) == LONGEST, "Lower LONGEST with the list; nothing raises it."
    assert set(NOT_IN_THE_API.values()) <= REASONS


def test_every_read_is_at_every_door() -> None:
    assert [name for name in NOT_IN_THE_API if OPERATIONS[name].is_read] == []


def test_every_route_of_the_api_is_of_the_table_or_by_hand_for_a_reason() -> None:
    offered = {f"{method} {path.removeprefix(API)}" for method, path in routes(_served().routes) if API in path}
    assert offered - {f"{row.method} {row.path}" for row in ROWS} == set(BY_HAND), "Make it an operation."
    assert len(BY_HAND) == LONGEST_BY_HAND, "Lower LONGEST_BY_HAND with the list; nothing raises it."
    assert set(BY_HAND.values()) <= REASONS_BY_HAND


def test_every_answer_is_described_with_its_shape_and_its_errors() -> None:
    told = dict(_described())
    assert len(told) >= 70
    assert [name for name, one in told.items() if not _has_shape(one)] == []
    assert [name for name, one in told.items() if not {"401", "422", "503"} <= set(one["responses"])] == []
    problems = [
        (status, answer) for one in told.values() for status, answer in one["responses"].items() if status >= "4"
    ]
    assert {tuple(answer["content"]) for _, answer in problems} == {("application/problem+json",)}


def _has_shape(told: Mapping[str, Any]) -> bool:
    """Whether a good answer has a type that says more than that it is JSON."""
    (answer,) = [one for status, one in told["responses"].items() if status.startswith("2")]
    schemas = [content.get("schema") or {} for content in answer.get("content", {}).values()]
    return all({"$ref", "type", "anyOf"} & set(schema) for schema in schemas)


def test_an_operation_says_what_it_does_in_a_sentence() -> None:
    wrong = [name for name, one in OPERATIONS.items() if not one.help.endswith(".") or not one.help[:1].isupper()]
    assert wrong == []


def test_a_change_is_not_for_everybody_unless_it_is_said_why() -> None:
    changes = {name for name, one in OPERATIONS.items() if not one.is_read and one.permission.name == "SEE"}
    assert changes == set(FOR_READERS), "Ask for a permission that readers lack, or say in FOR_READERS why not."


def test_no_door_has_to_remember_to_wake_what_it_starts(repository: Repository) -> None:
    doors = [path for path in repository.under("src") if path.parts[2] in {"web", "doors", "cli"}]
    nodes = [node for path in doors for node in ast.walk(repository.tree(path))]
    assert [node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr == "start_soon"] == []


def test_a_new_door_has_to_be_listed() -> None:
    server = FastAPI(openapi_url=None)

    @server.websocket("/more")
    async def more() -> None:
        """Stand for a door that somebody adds."""

    with pytest.raises(AssertionError, match="/more"):
        list(routes(server.routes))
    other = FastAPI()
    other.add_api_route("/{colour}", more)
    with pytest.raises(KeyError, match="colour"):
        [filled(path) for _, path in routes(route for route in other.routes if isinstance(route, APIRoute))]
