from dataclasses import replace

import pytest

from tests.services.approvals.desk import a_user
from warroom.model.errors import InvalidInputError
from warroom.model.user import ApiKey, Role
from warroom.services.named_people import named_people
from warroom.services.ports.users import Told
from warroom.testing.clock import START
from warroom.testing.samples import an_actor
from warroom.testing.store import MemoryStore

ANA = an_actor("ana")
KEY = ApiKey(id="k1", name="case-tool", role=Role.RESPONDER, hash="h", prefix="wr", created=START)


async def a_store() -> MemoryStore:
    store, told = MemoryStore(), Told(kind="user", actor="ana", at=START, payload={})
    for user in (a_user("bob"), a_user("eve", disabled=True)):
        await store.users.add_user(user, told)
    for key in (KEY, replace(KEY, id="k2", name="old", hash="i", disabled=True)):
        await store.users.add_key(key, told)
    return store


async def test_users_keys_and_whoever_asks_can_be_named_each_once() -> None:
    store = await a_store()
    found = await named_people(["bob", " bob", "key:case-tool", "ana", ""], store.users, ANA)
    assert found == ("bob", "key:case-tool", "ana")
    assert await named_people([], store.users, ANA) == ()


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
    assert str(refused.value) == f"{name!r} is nobody who can sign in, user or API key.{meant} See the page Users."
