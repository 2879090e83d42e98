from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.conftest import Bench
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.user import ApiKey, Role, Session, SetupToken, User
from warroom.services.ports.store import Store
from warroom.services.ports.users import Kind, UserEvent, UserStore
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore

ADA = User(
    name="ada",
    display_name="Ada Lovelace",
    role=Role.ADMIN,
    password_hash="$argon2id$made-up",
    failures=2,
    locked_until=START + timedelta(microseconds=7),
    created=START,
)
BEA = replace(ADA, name="bea", role=Role.READER, disabled=True, failures=0, locked_until=None)
SESSION = Session(
    token_hash="5e55",
    user="ada",
    client="Firefox",
    created=START,
    expires=START + timedelta(hours=12),
    last_seen=START,
)
KEY = ApiKey(
    id="k1",
    name="ci",
    role=Role.ANALYST,
    hash="c0de",
    prefix="wrk_ab",
    created=START,
    created_by="ada",
    expires=START + timedelta(days=1),
    last_used=START,
)
SETUP = SetupToken(token_hash="f157", expires=START + timedelta(hours=1))
LATER = START + timedelta(minutes=5)


def told(kind: Kind = "user", **payload: str) -> UserEvent:
    return UserEvent(kind=kind, actor="ada", at=START, payload=dict(payload))


@pytest.fixture
def users(bench: Bench) -> UserStore:
    assert isinstance(bench.store, SqlStore | MemoryStore)
    return bench.store.users


async def test_a_user_comes_back_whole(users: UserStore) -> None:
    await users.add_user(BEA, told())
    await users.add_user(ADA, told())
    assert list(await users.users()) == [ADA, BEA]
    assert await users.user("bea") == BEA


async def test_a_name_is_taken_once(users: UserStore) -> None:
    await users.add_user(ADA, told())
    with pytest.raises(ConflictError, match="a user ada already"):
        await users.add_user(replace(BEA, name="ada"), told())
    assert await users.user("ada") == ADA


@pytest.mark.parametrize("name", ["eve", "e\0ve", "\ud800", "e" * 100_000])
async def test_a_name_of_any_kind_may_be_asked_for(users: UserStore, name: str) -> None:
    with pytest.raises(NotFoundError):
        await users.user(name)
    with pytest.raises(NotFoundError):
        await users.edit_user(name, lambda user: user)


async def test_an_edit_starts_from_what_is_there_then(users: UserStore) -> None:
    await users.add_user(ADA, told())
    for _ in range(3):
        edited = await users.edit_user("ada", lambda user: replace(user, failures=user.failures + 1))
    assert edited.failures == 5
    assert await users.user("ada") == edited


async def test_what_an_edit_raises_comes_out_and_nothing_has_changed(users: UserStore, store: Store) -> None:
    await users.add_user(ADA, told())

    def refuse(_: User) -> User:
        raise ConflictError("no")

    with pytest.raises(ConflictError, match="no"):
        await users.edit_user("ada", refuse, told(), end_sessions=True)
    assert await users.user("ada") == ADA
    assert await store.last_event() == 1


@pytest.mark.parametrize("change", [{"role": Role.RESPONDER}, {"disabled": True}])
async def test_the_last_admin_stays_one(users: UserStore, change: dict[str, object]) -> None:
    def edit(user: User) -> User:
        return replace(user, **change)  # type: ignore[arg-type]

    await users.add_user(ADA, told())
    await users.add_user(replace(BEA, role=Role.ADMIN), told())
    with pytest.raises(ConflictError, match="last admin"):
        await users.edit_user("ada", edit, told())
    assert await users.user("ada") == ADA
    await users.edit_user("bea", lambda user: replace(user, disabled=False), told())
    assert await users.edit_user("ada", edit, told()) == edit(ADA)


async def test_the_set_up_token_makes_the_first_user_once(users: UserStore) -> None:
    assert await users.offer_setup(SETUP)
    with pytest.raises(NotFoundError):
        await users.set_up("another", ADA, told())
    await users.set_up(SETUP.token_hash, ADA, told())
    with pytest.raises(ConflictError, match="made already"):
        await users.set_up(SETUP.token_hash, BEA, told())
    assert list(await users.users()) == [ADA]


async def test_a_new_set_up_token_replaces_the_old_one(users: UserStore) -> None:
    await users.offer_setup(SETUP)
    await users.offer_setup(replace(SETUP, token_hash="newer"))
    with pytest.raises(NotFoundError):
        await users.set_up(SETUP.token_hash, ADA, told())
    await users.set_up("newer", ADA, told())


async def test_a_set_up_token_expires(users: UserStore) -> None:
    await users.offer_setup(SETUP)
    with pytest.raises(NotFoundError):
        await users.set_up(SETUP.token_hash, ADA, replace(told(), at=SETUP.expires))


async def test_where_there_is_a_user_nothing_is_offered(users: UserStore) -> None:
    await users.add_user(ADA, told())
    assert not await users.offer_setup(SETUP)


async def test_a_session_comes_back_with_its_user_as_he_is_now(users: UserStore) -> None:
    await users.add_user(ADA, told())
    await users.add_user(BEA, told())
    await users.add_session(SESSION, told("sign-in"))
    await users.edit_user("ada", lambda user: replace(user, failures=0))
    assert await users.session(SESSION.token_hash) == (SESSION, replace(ADA, failures=0))
    with pytest.raises(NotFoundError):
        await users.session("unknown")


async def test_a_session_is_seen_until_it_is_gone(users: UserStore) -> None:
    await users.add_user(ADA, told())
    await users.add_session(SESSION, told("sign-in"))
    await users.touch_session(SESSION.token_hash, LATER)
    assert list(await users.sessions("ada")) == [replace(SESSION, last_seen=LATER)]
    await users.end_sessions([SESSION.token_hash], told("sign-in"))
    await users.touch_session(SESSION.token_hash, LATER)
    assert list(await users.sessions("ada")) == []


async def test_only_the_named_sessions_end(users: UserStore) -> None:
    await users.add_user(ADA, told())
    other = replace(SESSION, token_hash="0ther", created=LATER)
    for session in (SESSION, other):
        await users.add_session(session, told("sign-in"))
    await users.end_sessions([SESSION.token_hash], told("sign-in"))
    assert list(await users.sessions("ada")) == [other]


async def test_an_edit_can_end_all_sessions_of_its_user_alone(users: UserStore) -> None:
    await users.add_user(ADA, told())
    await users.add_user(BEA, told())
    theirs = replace(SESSION, token_hash="b", user="bea")
    for session in (SESSION, theirs):
        await users.add_session(session, told("sign-in"))
    await users.edit_user("ada", lambda user: user, told(), end_sessions=True)
    assert list(await users.sessions("ada")) == []
    assert list(await users.sessions("bea")) == [theirs]


async def test_expired_sessions_are_forgotten_when_another_begins(users: UserStore) -> None:
    await users.add_user(ADA, told())
    await users.add_session(SESSION, told("sign-in"))
    later = replace(SESSION, token_hash="1a7e", created=SESSION.expires, expires=SESSION.expires + timedelta(hours=1))
    await users.add_session(later, replace(told("sign-in"), at=SESSION.expires))
    assert list(await users.sessions("ada")) == [later]


async def test_an_api_key_comes_back_by_its_hash(users: UserStore) -> None:
    older = replace(KEY, id="k0", hash="01d", created=START - timedelta(days=1), expires=None, last_used=None)
    await users.add_key(KEY, told("api-key"))
    await users.add_key(older, told("api-key"))
    assert list(await users.keys()) == [older, KEY]
    assert await users.key("c0de") == KEY
    with pytest.raises(NotFoundError):
        await users.key("no such hash")


async def test_an_api_key_is_edited_in_its_place(users: UserStore) -> None:
    await users.add_key(KEY, told("api-key"))
    revoked = await users.edit_key("k1", lambda key: replace(key, disabled=True), told("api-key"))
    assert revoked == replace(KEY, disabled=True) == await users.key("c0de")
    with pytest.raises(NotFoundError, match="no API key k9"):
        await users.edit_key("k9", lambda key: key)


async def test_each_change_is_told_with_who_and_what(users: UserStore, store: Store) -> None:
    await users.add_user(ADA, told(change="created"))
    await users.edit_user("ada", lambda user: user, told(change="role"))
    await users.edit_user("ada", lambda user: user)
    await users.add_session(SESSION, told("sign-in", outcome="signed in"))
    await users.end_sessions([SESSION.token_hash], told("sign-in", outcome="signed out"))
    await users.add_key(KEY, told("api-key", change="created"))
    await users.edit_key("k1", lambda key: key, told("api-key", change="revoked"))
    await users.tell(told("sign-in", outcome="refused"))
    events = await store.events()
    assert {(event.actor, event.at, event.incident) for event in events} == {("ada", START, None)}
    assert [(event.kind, *event.payload.values()) for event in events] == [
        ("user", "created"),
        ("user", "role"),
        ("sign-in", "signed in"),
        ("sign-in", "signed out"),
        ("api-key", "created"),
        ("api-key", "revoked"),
        ("sign-in", "refused"),
    ]


async def test_users_outlive_the_process(open_sqlite: Callable[[], SqlStore]) -> None:
    before = open_sqlite()
    await before.users.add_user(ADA, told())
    await before.users.add_session(SESSION, told("sign-in"))
    before.close()
    after = open_sqlite()
    assert await after.users.session(SESSION.token_hash) == (SESSION, ADA)
    after.close()
