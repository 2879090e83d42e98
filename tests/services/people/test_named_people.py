from dataclasses import replace

import pytest

from tests.services.approvals.approval_world import a_user
from warroom.model.errors import InvalidInputError
from warroom.model.user import ApiKey, Role
from warroom.services.people.named_people import named_people
from warroom.services.ports.users import UserEvent
from warroom.testing.clock import START
from warroom.testing.samples import an_actor
from warroom.testing.store import MemoryStore

ANA = an_actor("ana")
KEY = ApiKey(id="k1", name="case-tool", role=Role.RESPONDER, hash="h", prefix="wr", created=START)


async def a_store() -> MemoryStore:
    store, told = MemoryStore(), UserEvent(kind="user", actor="ana", at=START, payload={})
    for user in (a_user("bob"), a_user("eve", disabled=True)):
        await store.users.add_user(user, told)
    for key in (KEY, replace(KEY, id="k2", name="old", hash="i", disabled=True)):
        await store.users.add_key(key, told)
    return store


async def test_users_keys_and_whoever_asks_can_be_named_each_once() -> None:
    store = await a_store()
    found = await named_people(["bob", " bob", "key:case-tool", "ana", ""], store.users, ANA)
    assert found == ("bob", "key:case-tool", "ana")


async def test_nobody_is_not_taken_for_everybody() -> None:
    store = await a_store()
    for nobody in ([], ["", " "]):
        with pytest.raises(InvalidInputError, match=r"^Nobody is named\. .* or say that"):
            await named_people(nobody, store.users, ANA)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("bobb", " Did you mean bob?"),
        ("case-tool", " Did you mean key:case-tool?"),
        ("key:case-tol", " Did you mean key:case-tool?"),
        ("eve", ""),
        ("key:old", ""),
        ("Zacharias", ""),
    ],
)
async def test_a_name_that_nobody_has_who_can_sign_in_is_refused_with_the_one_that_was_meant(
    name: str, meant: str
) -> None:
    store = await a_store()
    with pytest.raises(InvalidInputError) as refused:
        await named_people(["bob", name], store.users, ANA)
    assert str(refused.value) == f"{name!r} is no user or API key that can sign in.{meant} See the page Users."
