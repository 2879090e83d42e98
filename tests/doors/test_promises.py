"""Promises that hold for every operation of the table, so for one that is added tomorrow, too."""

import json
from contextlib import suppress

import httpx
import pytest
from pydantic import TypeAdapter

from tests.doors.asking import ONES_OWN, least, names, whole
from tests.web.clients import Clients
from tests.web.routes import filled
from tests.web.test_doors import hostile  # noqa: F401  # the folder that the requests are about
from warroom.doors import perform as doors
from warroom.doors.answer import json_of
from warroom.doors.local import local_actor
from warroom.doors.table import OPERATIONS
from warroom.model.border import clean
from warroom.model.errors import ForbiddenError, InvalidInputError, WarroomError
from warroom.model.json import Json
from warroom.model.user import Role
from warroom.services.people.access import MINIMUM
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.api.rows import ROWS
from warroom.web.perform import perform
from warroom.web.rest import WORD, field_of

CHANGES = [row for row in ROWS if not OPERATIONS[row.operation].is_read]


async def _last(clients: Clients) -> int:
    return await clients.app.store.last_event()


async def test_a_read_changes_nothing(hostile: Clients) -> None:  # noqa: F811
    for name in names(reads=True):
        before = await _last(hostile)
        for asked in (least(OPERATIONS[name]), whole(OPERATIONS[name])):
            with suppress(WarroomError):
                await perform(hostile.app, name, asked, an_actor())
        assert await _last(hostile) == before, name


async def test_who_may_ask_is_what_the_operation_says(hostile: Clients) -> None:  # noqa: F811
    for name in sorted(set(OPERATIONS) - ONES_OWN):
        role = MINIMUM[OPERATIONS[name].permission]
        for asked in (least(OPERATIONS[name]), whole(OPERATIONS[name])):
            try:
                await perform(hostile.app, name, asked, an_actor(role=role))
            except ForbiddenError as error:
                pytest.fail(f"{name} says that it is for {role.label}, and services say: {error}")
            except WarroomError:
                continue  # for another reason


async def test_what_a_role_is_not_enough_for_changes_nothing(hostile: Clients) -> None:  # noqa: F811
    before = await _last(hostile)
    for name in names(reads=False):
        for role in (role for role in Role if role < MINIMUM[OPERATIONS[name].permission]):
            with pytest.raises(ForbiddenError):
                await perform(hostile.app, name, whole(OPERATIONS[name]), an_actor(role=role))
    assert await _last(hostile) == before


async def test_a_change_refuses_an_argument_that_is_none_and_nothing_is_changed(hostile: Clients) -> None:  # noqa: F811
    before = await _last(hostile)
    for name in names(reads=False):
        with pytest.raises(InvalidInputError, match=f"^{name} has no argument 'unheard_of'"):
            await perform(hostile.app, name, {**least(OPERATIONS[name]), "unheard_of": "x"}, an_actor())
    assert await _last(hostile) == before


async def test_over_the_api_too_in_the_body_and_in_the_address(hostile: Clients) -> None:  # noqa: F811
    before = await _last(hostile)
    for row in CHANGES:
        operation = OPERATIONS[row.operation]
        elsewhere = {*row.fixed, *(field_of(word, operation.request) for word in WORD.findall(row.path))}
        asked = {name: value for name, value in clean(least(operation)).items() if name not in elsewhere}
        answers = [await _sent(hostile, row.method, f"{filled(row.path)}?unheard_of=x", asked)]
        if row.method != "DELETE":
            answers.append(await _sent(hostile, row.method, filled(row.path), {**asked, "unheard_of": "x"}))
        for answer in answers:
            assert (answer.status_code, "'unheard_of'" in answer.json()["detail"]) == (422, True), (row.id, answer.text)
    assert await _last(hostile) == before


async def _sent(clients: Clients, method: str, path: str, body: dict[str, Json]) -> httpx.Response:
    headers = {"content-type": "application/json"}
    return await clients.admin.request(method, f"{API}{path}", content=json.dumps(body), headers=headers)


@pytest.mark.parametrize(
    ("path", "sent", "meant"),
    [
        ("/halts", {"instanse": "acme"}, "instance"),
        ("/plans/cancel", {"playbok": "Ask"}, "playbook"),
        ("/incidents/1/close", {"resaon": "Duplicate"}, "reason"),
        ("/incidents/1/commands", {"text": "!Print value=a", "usin": "acme"}, "using"),
    ],
)
async def test_a_misspelled_field_is_told_what_was_meant(
    hostile: Clients,  # noqa: F811
    path: str,
    sent: dict[str, str],
    meant: str,
) -> None:
    answer = await _sent(hostile, "POST", path, sent)
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(f"Did you mean {meant!r}?")


async def test_what_a_request_says_in_the_wrong_place_is_not_left_out(hostile: Clients) -> None:  # noqa: F811
    answer = await _sent(hostile, "POST", "/halts?instance=acme", {"reason": "why"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "pause takes no 'instance' in its address. Put it into the body, as JSON."
    assert await hostile.app.pausing.halts(an_actor()) == []


async def test_an_answer_is_of_the_type_that_the_table_says(hostile: Clients) -> None:  # noqa: F811
    answered = set()
    for name, operation in sorted(OPERATIONS.items()):
        for asked in (least(operation), whole(operation)):
            with suppress(WarroomError):
                answer = await doors.perform(operation, hostile.app, clean(asked), local_actor("ana"))
                TypeAdapter(operation.answer).validate_python(clean(json_of(answer)))
                answered.add(name)
    assert len(answered) > 45
    assert {name for name in names(reads=True) if name not in answered} == {"fetch.show"}, (
        "Put what it can find into _fill of tests/web/test_doors.py, and what it asks for into tests/doors/asking.py."
    )
