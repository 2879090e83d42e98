"""Every door that answers, against everything that somebody may have stored: each answers, with what can be read.

The doors are read from the route tables and the table of operations, so that a new one is asked from its first day on.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.doors.asking import INSTANCE, PLAN, TASK, least, one_by_one, whole
from tests.hostile import HALVES, MARKUP, TEXTS, odd_tree, tree
from tests.web.clients import Clients, NoSimulator
from tests.web.routes import filled, routes
from tests.web.test_permissions import ROUTES
from warroom.doors.table import OPERATIONS
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.entry import EntryFormat, EntryType
from warroom.model.event import Event
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Label, Mirror
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.plan import Frame, Intent, TaskRecord, TaskState, Wait, WaitKind
from warroom.services.app import App
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_actor, an_entry, an_incident, an_indicator, some_changes
from warroom.web.api import API
from warroom.web.app import make_app
from warroom.web.hub import message_of
from warroom.web.local import RunningOperations, local_app


@pytest.fixture
async def hostile(clients: Clients) -> Clients:
    """A data folder in which every text that comes from outside is one of the corpus, as old rows may hold them."""
    await _fill(clients.app)
    return clients


async def _fill(app: App) -> None:
    values = json.loads(json.dumps(tree()))
    fields = {"details": "\n".join(TEXTS.values()), "custom_fields": values, "owner": HALVES, "type": "a\0b"}
    incident = an_incident(
        int(await app.store.reserve_incidents(1)),
        **fields,
        name=HALVES,
        labels=tuple(Label(type=name, value=text) for name, text in TEXTS.items()),
        raw_json=json.dumps(values),
        mirror=Mirror(instance=INSTANCE, id=HALVES),
        source_instance=INSTANCE,
    )
    frame = Frame(playbook="Ask", name=MARKUP, content="c0ffee", inputs=values)
    plan = a_plan(PLAN, frame=frame, error=HALVES, started_by=HALVES)
    tasks = _tasks(values)
    intent = Intent(
        plan=plan.id, key=tasks[0].key, attempt=1, command=HALVES, started=START, actor=HALVES, target={"a": values}
    )
    await app.store.reserve_entries(incident.id, 40)
    await app.journal.commit(
        some_changes(
            actor=HALVES,
            incidents=[incident],
            entries=_entries(values),
            plans=[plan],
            tasks=tasks,
            intents=[intent],
            patches=[ContextPatch(incident=incident.id, kind=PatchKind.MERGE, value={"Hostile": values})],
        )
    )
    await _fill_beside_incidents(app, values)


async def _fill_beside_incidents(app: App, values: Json) -> None:
    await app.store.save_instance(_instance(), HALVES, START)
    known = an_indicator(HALVES, custom_fields=values, source=HALVES, set_by=HALVES)
    await app.store.indicators.change([], lambda _: [known], HALVES, START)


def _tasks(values: Json) -> list[TaskRecord]:
    form = {"title": HALVES, "questions": [{"id": "q", "label": MARKUP, "type": "shortText"}]}
    wait = Wait(
        kind=WaitKind.PERSON, since=START, data={"question": HALVES, "options": [*TEXTS.values()], "form": form}
    )
    return [
        a_task(TASK, name=HALVES, state=TaskState.WAITING, started=START, inputs=values, error=HALVES, wait=wait),
        a_task("2", name=MARKUP, state=TaskState.ERROR, started=START, ended=START, inputs=values, error=MARKUP),
    ]


def _instance() -> IntegrationInstance:
    return IntegrationInstance(
        id=InstanceId("i1"), name=INSTANCE, integration="Small", enabled=True, fetch=True, params={"url": HALVES}
    )


def _entries(values: Json) -> list[Any]:
    made = [
        an_entry(number, contents=contents, format=kind, human_readable=readable, command=HALVES, actor=HALVES)
        for number, (kind, contents, readable) in enumerate(
            [
                *((kind, contents, None) for kind in EntryFormat for contents in (values, HALVES, [values])),
                (EntryFormat.MARKDOWN, values, "\n".join(TEXTS.values())),
            ],
            start=1,
        )
    ]
    last = made[-1]
    failed = replace(last, type=EntryType.ERROR, context=values, trace=HALVES, log="a\0b", tags=(HALVES,), note=True)
    return [*made[:-1], failed]


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON.")


def _read(answer: httpx.Response) -> None:
    """Read an answer as strictly as any program or browser."""
    assert answer.status_code < 500, answer.text[:300]
    if answer.content and answer.headers.get("content-type", "").endswith("json"):
        json.loads(answer.content.decode("ascii"), parse_constant=_refuse)
    elif answer.headers.get("content-type", "").startswith("text/"):
        assert "\0" not in answer.content.decode("utf-8")


def _with_hostile_texts(body: Mapping[str, Any]) -> dict[str, Any]:
    """Put hostile texts into what a route is usually sent."""
    return {name: "a\0b\u202e" if isinstance(value, str) else value for name, value in body.items()} | {
        "fields": tree(),
        "inputs": tree(),
        "form": tree(),
        "params": {"a": "b\0"},
    }


async def test_every_route_that_is_read_answers(hostile: Clients) -> None:
    app = make_app(hostile.app, NoSimulator())
    paths = [path for method, path in routes(app.routes) if method == "GET" and not path.endswith("/file")]
    assert len(paths) > 30
    for path in paths:
        for query in ("", "?text=%00%ff&owner=%00&type=%ff&by=%00&command=%ff&incident=1"):
            _read(await hostile.admin.get(f"{filled(path)}{query}"))
            _read(await hostile.reader.get(f"{filled(path)}{query}"))


@pytest.mark.parametrize("client", ["nobody", "reader", "admin"])
async def test_no_answer_of_any_route_is_kept_by_a_browser_or_a_proxy(hostile: Clients, client: str) -> None:
    app = make_app(hostile.app, NoSimulator())
    doors = [*routes(app.routes), ("GET", f"{API}/openapi.json"), ("GET", "/nowhere"), ("GET", "/static/nowhere")]
    assert len(doors) > 80
    asking: httpx.AsyncClient = getattr(hostile, client)
    for method, path in doors:
        if path == f"{API}/session" and method == "DELETE":
            continue  # it would be the end of those who ask next
        answer = await asking.request(method, filled(path), json={})
        assert answer.headers["cache-control"] == "no-store", (method, path)


async def test_a_file_is_sent_whatever_its_name_is(hostile: Clients) -> None:
    for number, name in enumerate(TEXTS.values(), start=30):
        stored = await hostile.app.evidence.blobs.put(b"MDMP", name[:1000])
        await hostile.app.journal.commit(some_changes(entries=[an_entry(number, file=stored)]))
        answer = await hostile.responder.get(f"{API}/entries/{number}@1/file")
        assert (answer.status_code, answer.content) == (200, b"MDMP")
        assert all(value.isascii() and value.isprintable() for value in answer.headers.values())
    _read(await hostile.reader.get(f"{API}/evidence"))


async def test_every_route_that_writes_takes_it_or_says_why_not(hostile: Clients) -> None:
    app = make_app(hostile.app, NoSimulator())
    doors = [(method, path) for method, path in routes(app.routes) if method not in {"GET", "HEAD"}]
    left_out = {"DELETE /session", "PUT /session/password", "POST /simulator"}
    for method, path in doors:
        name = f"{method} {path.removeprefix(API)}"
        if name in left_out:
            continue
        sent = json.dumps(_with_hostile_texts(ROUTES[name].body or {} if name in ROUTES else {}))
        headers = {"content-type": "application/json"}
        for body in (sent, sent.replace("\\u202e", "\\ud800"), "\ufeff{}", "[" * 5000 + "]" * 5000, "{"):
            _read(await hostile.admin.request(method, filled(path), content=body, headers=headers))
    for path in (f"{API}/incidents/1", f"{API}/incidents/2", "/", f"{API}/incidents", f"{API}/incidents/1/entries"):
        _read(await hostile.admin.get(path))


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
async def test_every_operation_of_the_local_door_answers(hostile: Clients, operation: str) -> None:
    transport = httpx.ASGITransport(local_app(hostile.app, RunningOperations()))
    wanted = OPERATIONS[operation]
    async with httpx.AsyncClient(transport=transport, base_url="http://warroom") as client:
        for asked in (whole(wanted), *one_by_one(wanted), least(wanted)):
            _read(await client.post(f"/operations/{operation}", content=json.dumps(asked)))
        _read(await client.post(f"/operations/{operation}", content="\ufeff{}"))
        for body in ("[" * 5000 + "]" * 5000, "[]", "null", "{"):
            assert (await client.post(f"/operations/{operation}", content=body)).status_code == 422
        for after in ("incident.list", "entries"):
            _read(await client.post(f"/operations/{after}", content=json.dumps(least(OPERATIONS[after]))))


def test_every_event_can_be_read_by_a_browser() -> None:
    payload = odd_tree()
    event = Event(sequence=1, kind="entry", incident=IncidentId("1"), actor=HALVES, at=START, payload=payload)
    message = message_of(event)
    for text in (message.full, message.discreet):
        assert json.loads(text, parse_constant=_refuse)["sequence"] == 1


async def test_what_was_typed_is_stored_shown_and_found_as_the_same_text(clients: Clients) -> None:
    body = {"name": "a\0b needle", "details": "Stra\u00dfe e\u0301"}
    made = (await clients.analyst.post(f"{API}/incidents", json=body)).json()
    assert made["name"] == "a\ufffdb needle"
    assert made["details"] == body["details"]
    found = await clients.reader.get(f"{API}/incidents", params={"text": "needle"})
    assert [item["name"] for item in found.json()["items"]] == [made["name"]]
    actor = an_actor()
    assert (await clients.app.incidents.get(IncidentId(made["id"]), actor)).name == made["name"]
