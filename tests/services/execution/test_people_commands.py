"""Who there is, which roles, and whose an incident is."""

from datetime import timedelta

import pytest

from tests.services.execution.built_in import INCIDENT, NOW, a_call, a_server, changed
from tests.services.staff import sign_up
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.json import Json
from warroom.model.user import Role, Session, User
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Origin, Outcome
from warroom.services.execution.look_up import look_up
from warroom.services.ports.users import UserEvent
from warroom.testing.samples import some_changes
from warroom.testing.store import MemoryStore


async def staffed() -> MemoryStore:
    """Make a store with an admin, two analysts of whom one may no longer sign in, and one who is signed in."""
    store = MemoryStore()
    await store.commit(some_changes(incidents=[INCIDENT]))
    told = UserEvent(kind="user", actor="ana", at=NOW, payload={})
    ana = User(name="ana", display_name="Ana", mail="ana@soc.example", role=Role.ADMIN, password_hash="x", created=NOW)
    await store.users.add_user(ana, told)
    await sign_up(store.users, "bo")
    await sign_up(store.users, "cy", disabled=True)
    session = Session(
        token_hash="t", user="bo", created=NOW, expires=NOW + timedelta(hours=1), last_seen=NOW
    )  # "t" stands for the hash of a token
    await store.users.add_session(session, told)
    return store


async def run(name: str, /, store: MemoryStore | None = None, **args: Json) -> Outcome:
    return await BUILTINS[name](a_server(store or await staffed()), a_call(name, **args))


@pytest.mark.parametrize(
    ("args", "names"),
    [
        ({}, ["ana", "bo"]),
        ({"roles": "Administrator"}, ["ana"]),
        ({"roles": ["analyst", "admin"]}, ["ana", "bo"]),
        ({"roles": "nobody"}, []),
        ({"current": True}, ["ana"]),
        ({"online": "true"}, ["bo"]),
        ({"onCall": False}, ["ana", "bo"]),
    ],
)
async def test_users_are_those_who_may_sign_in(args: dict[str, Json], names: list[str]) -> None:
    [entry] = (await run("getUsers", **args)).raw
    assert [user["username"] for user in entry["Contents"]] == names
    assert [user["username"] for user in entry["EntryContext"]["DemistoUsers"]] == names


async def test_a_user_is_shown_without_anything_secret() -> None:
    [entry] = (await run("getUserByUsername", username="ANA")).raw
    user = entry["Contents"]
    assert (user["id"], user["name"], user["email"]) == ("ana", "Ana", "ana@soc.example")
    assert (user["roles"], user["defaultAdmin"]) == ({"demisto": ["admin"]}, True)
    assert "x" not in map(str, user.values()), "no hash of a password"


async def test_roles_are_the_four_that_there_are_and_have_no_shifts() -> None:
    [entry] = (await run("getRoles")).raw
    assert [role["name"] for role in entry["Contents"]] == ["reader", "analyst", "responder", "admin"]
    assert all(role["shifts"] == [] for role in entry["Contents"])


async def test_an_owner_is_set_by_name_and_taken_away() -> None:
    assert changed(await run("setOwner", owner="BO")).owner == "bo"
    assert changed(await run("setOwner")).owner == ""


@pytest.mark.parametrize(
    ("name", "args", "error", "words"),
    [
        ("getUsers", {"onCall": "true"}, InvalidInputError, "Nobody is on call: there are no shifts here"),
        ("getUserByUsername", {}, InvalidInputError, "needs username"),
        ("getUserByUsername", {"username": "dee"}, NotFoundError, "There is no user 'dee'"),
        ("setOwner", {"owner": "dee"}, InvalidInputError, "owner cannot be 'dee'"),
    ],
)
async def test_who_is_not_there_is_said(name: str, args: dict[str, Json], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        await run(name, **args)


@pytest.mark.parametrize("name", ["getUsers", "getUserByUsername", "getRoles", "setOwner"])
async def test_a_reader_may_not_ask(name: str) -> None:
    store = await staffed()
    resolved = look_up(a_server(store).catalogue, name)
    call = Call(incident=INCIDENT, resolved=resolved, origin=Origin(actor="cy", rights=Role.READER))
    with pytest.raises(ForbiddenError):
        await BUILTINS[name](a_server(store), call)
