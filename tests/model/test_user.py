from warroom.model.user import ApiKey, Role, Session, User
from warroom.testing.clock import START

SECRET = "5ec4e7"
USER = User(name="ana", role=Role.ANALYST, password_hash=SECRET, created=START)
KEY = ApiKey(id="k1", name="ana", role=Role.READER, hash=SECRET, prefix="wrk_ab", created=START)
SESSION = Session(token_hash=SECRET * 10, user="ana", created=START, expires=START, last_seen=START)


def test_each_role_stands_above_the_one_before() -> None:
    assert sorted(Role) == [Role.READER, Role.ANALYST, Role.RESPONDER, Role.ADMIN]
    assert [role.label for role in Role] == ["reader", "analyst", "responder", "admin"]


def test_a_program_cannot_pass_for_the_person_of_the_same_name() -> None:
    assert USER.actor.name == "ana"
    assert KEY.actor.name == "key:ana"
    assert (USER.actor.role, KEY.actor.role) == (Role.ANALYST, Role.READER)


def test_hashes_are_not_printed() -> None:
    assert all(SECRET not in repr(value) for value in (USER, KEY, SESSION))


def test_a_session_is_named_by_less_than_what_it_is_found_by() -> None:
    assert SESSION.token_hash.startswith(SESSION.id)
    assert len(SESSION.id) < len(SESSION.token_hash)
