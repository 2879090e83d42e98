"""Four eyes: as soon as two people may approve, whoever asked may not."""

import pytest

from tests.services.approvals.approval_world import a_user
from warroom.model.errors import ForbiddenError
from warroom.model.user import Actor, ApiKey, Role, User
from warroom.services.approvals.people import ALONE, People
from warroom.services.ports.users import UserEvent
from warroom.testing.clock import START
from warroom.testing.users import MemoryUsers

ANA, BOB = Actor(name="ana", role=Role.ADMIN), Actor(name="bob", role=Role.RESPONDER)
LOCAL = Actor(name="Root", role=Role.ADMIN)
KEY = Actor(name="key:bot", role=Role.ADMIN)


async def people(*users: User) -> People:
    store = MemoryUsers(lambda *_: None)
    for user in users:
        await store.add_user(user, UserEvent(kind="user", actor="test", at=START, payload={}))
    return People(store)


async def test_those_who_may_answer_tasks_may_approve() -> None:
    found = await people(
        a_user("ana", Role.ADMIN), a_user("bob"), a_user("carl", Role.ANALYST), a_user("dora", disabled=True)
    )
    assert await found.who_may() == ["ana", "bob"]
    assert await found.are_two()


async def test_whoever_asked_may_not_approve_when_somebody_else_can() -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob"))
    with pytest.raises(ForbiddenError, match=r"^bob asked for this, so somebody else has to approve it\. Ask ana\.$"):
        await found.refuse("bob", BOB)
    with pytest.raises(ForbiddenError, match="ana asked for this"):
        await found.refuse("ana", ANA)
    assert await found.refuse("bob", ANA) == ""


async def test_names_are_one_in_whatever_case() -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob"))
    with pytest.raises(ForbiddenError, match="asked for this"):
        await found.refuse("BOB", BOB)


@pytest.mark.parametrize("actor", [LOCAL, KEY])
async def test_the_second_pair_of_eyes_is_a_person_of_this_server(actor: Actor) -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob"))
    with pytest.raises(ForbiddenError, match=f"{actor.name} is no user of this server who may answer tasks"):
        await found.refuse("bob", actor)


async def test_who_made_an_api_key_may_not_approve_what_it_asked_for() -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob"))
    key = ApiKey(id="k1", name="bot", role=Role.RESPONDER, hash="h", prefix="wr", created=START, created_by="Ana")
    await found.users.add_key(key, UserEvent(kind="api-key", actor="ana", at=START, payload={}))
    with pytest.raises(ForbiddenError, match=r"ana made the API key that asked for this, .* Ask bob\.$"):
        await found.refuse(KEY.name, ANA)
    assert await found.refuse(KEY.name, BOB) == ""


@pytest.mark.parametrize("asked_by", ["fetch", "", "DBot"])
@pytest.mark.parametrize("actor", [ANA, BOB, LOCAL, KEY])
async def test_what_nobody_asked_for_takes_one_approver(asked_by: str, actor: Actor) -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob"))
    assert await found.refuse(asked_by, actor) == ""


async def test_a_lone_admin_approves_what_he_asked_for_and_is_told_what_a_second_one_would_change() -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("carl", Role.ANALYST), a_user("dora", disabled=True))
    assert await found.refuse("ana", ANA) == ALONE
    assert await found.refuse("carl", ANA) == ""
    assert await (await people()).refuse("root", LOCAL) == ALONE


async def with_key(found: People, name: str, created_by: str) -> Actor:
    key = ApiKey(id=name, name=name, role=Role.ADMIN, hash=name, prefix="wr", created=START, created_by=created_by)
    await found.users.add_key(key, UserEvent(kind="api-key", actor=created_by, at=START, payload={}))
    return key.actor


async def test_an_api_key_approves_what_nobody_asked_for_as_whoever_made_it() -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob"))
    key = await with_key(found, "bot", "Ana")
    assert await found.refuse("fetch", key) == "key:bot acts for ana."
    other = await with_key(found, "bot2", key.name)
    assert await found.refuse("fetch", other) == "key:bot2 acts for ana."


@pytest.mark.parametrize("maker", [a_user("zoe", disabled=True), a_user("zoe", Role.ANALYST)])
@pytest.mark.parametrize("asked_by", ["fetch", "bob", ""])
async def test_an_api_key_may_no_more_than_whoever_made_it(maker: User, asked_by: str) -> None:
    for others in ((a_user("ana", Role.ADMIN), a_user("bob")), (a_user("ana", Role.ADMIN),), ()):
        found = await people(maker, *others)
        key = await with_key(found, "bot", "zoe")
        for each in (key, await with_key(found, "bot2", key.name)):
            with pytest.raises(ForbiddenError, match=f"^{each.name} acts for zoe, who may not answer tasks any more"):
                await found.refuse(asked_by, each)


async def test_a_key_that_the_terminal_made_is_the_local_admin_s() -> None:
    found = await people(a_user("ana", Role.ADMIN))
    key = await with_key(found, "bot", "root")
    assert await found.refuse("fetch", key) == "key:bot acts for root."
    assert await found.refuse("root", key) == ALONE


async def test_who_made_the_key_that_made_a_key_may_not_approve_what_that_asked_for() -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob"))
    second = await with_key(found, "two", (await with_key(found, "one", "ana")).name)
    with pytest.raises(ForbiddenError, match=r"ana made the API key that asked for this, .* Ask bob\.$"):
        await found.refuse(second.name, ANA)


async def test_keys_that_made_each_other_are_read_to_their_end() -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob"))
    one, _ = await with_key(found, "one", "key:two"), await with_key(found, "two", "key:one")
    assert await found.refuse("fetch", one) == ""


async def test_what_was_filed_under_four_eyes_stays_under_them() -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob", disabled=True))
    with pytest.raises(ForbiddenError, match=r"ana asked for this, .*Nobody else can now: make somebody a responder"):
        await found.refuse("ana", ANA, 2)
    with pytest.raises(ForbiddenError, match="Root is no user of this server"):
        await found.refuse("ana", LOCAL, 2)
    assert await found.refuse("bob", ANA, 2) == ""
    assert await found.refuse("ana", ANA, 1) == ALONE


async def test_who_is_to_be_asked_is_told_where_somebody_else_has_to_approve() -> None:
    found = await people(a_user("ana", Role.ADMIN), a_user("bob"), a_user("carl", Role.ANALYST))
    assert await found.asked_instead("bob") == ["ana"]
    assert await found.asked_instead("Root") == ["ana", "bob"]
    assert await found.asked_instead((await with_key(found, "bot", "ana")).name) == ["bob"]
    assert await found.asked_instead("fetch") == []
    assert await (await people(a_user("ana"))).asked_instead("ana") == []
