import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from warroom.model.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    SignInError,
    TooManyTriesError,
    WarroomError,
)
from warroom.model.json import JsonObject
from warroom.model.user import Actor, Role, Session
from warroom.services.kept_tries import KeptTries
from warroom.services.password_check import REFUSED
from warroom.services.passwords import Passwords
from warroom.services.tries import Pace, Place
from warroom.services.users import Limits, Users, hash_of
from warroom.testing.clock import ManualClock
from warroom.testing.store import MemoryStore

PASSWORD = "correct horse battery"
OTHER = "staple of my own choice"
WRONG = "not at all the password"
ROOT = Actor(name="root", role=Role.ADMIN)
LIMITS = Limits()
FREE = Pace().free
HOME = Place(address="192.0.2.7")
STRANGER = Place(address="198.51.100.9")


class Desk:
    """Users on a store in memory, with cheap hashes."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = ManualClock()
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.users = Users(
            store=self.store.users, clock=self.clock, passwords=Passwords(cheap), tries=KeptTries(self.store.tries)
        )

    async def told(self, kind: str) -> list[tuple[str, JsonObject]]:
        return [(event.actor, event.payload) for event in await self.store.events() if event.kind == kind]

    async def refused(self, name: str, password: str = WRONG) -> str:
        with pytest.raises(SignInError) as refusal:
            await self.users.sign_in(name, password)
        return str(refusal.value)

    async def guessed(self, name: str, place: Place) -> None:
        for _ in range(FREE):
            with pytest.raises(SignInError):
                await self.users.sign_in(name, WRONG, place=place)

    def wait(self, time: timedelta) -> None:
        self.clock.advance(time.total_seconds())


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def ana(desk: Desk) -> Actor:
    await desk.users.create("root", PASSWORD, Role.ADMIN, ROOT)
    return (await desk.users.create("ana", PASSWORD, Role.ANALYST, ROOT, display_name="Ana Lima")).actor


# -- the first start --------------------------------------------------------------------------------------------------


async def test_the_set_up_link_makes_the_first_admin_once(desk: Desk) -> None:
    token = await desk.users.offer_setup()
    made = await desk.users.set_up(token, "Ada", PASSWORD, "Ada Lovelace")
    assert (made.name, made.display_name, made.role) == ("ada", "Ada Lovelace", Role.ADMIN)
    assert await desk.told("user") == [("ada", {"name": "ada", "change": "created", "role": "admin"})]
    with pytest.raises(ConflictError):
        await desk.users.set_up(token, "eve", PASSWORD)
    assert await desk.users.offer_setup() == ""


async def test_of_two_set_up_links_only_the_later_one_works(desk: Desk) -> None:
    first, second = await desk.users.offer_setup(), await desk.users.offer_setup()
    with pytest.raises(ForbiddenError, match="not valid any more"):
        await desk.users.set_up(first, "ada", PASSWORD)
    await desk.users.set_up(second, "ada", PASSWORD)


async def test_a_set_up_link_expires(desk: Desk) -> None:
    token = await desk.users.offer_setup()
    desk.wait(LIMITS.setup)
    with pytest.raises(ForbiddenError, match="Start `warroom serve` again"):
        await desk.users.set_up(token, "ada", PASSWORD)


# -- people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "a b", "DBot", "fetch", "key:ci", "-x", "x" * 65, "аня", "a\0"])
async def test_a_name_that_could_mislead_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(InvalidInputError, match="cannot be a user's name"):
        await desk.users.create(name, PASSWORD, Role.READER, ROOT)


async def test_names_differ_by_more_than_their_case(desk: Desk, ana: Actor) -> None:
    with pytest.raises(ConflictError):
        await desk.users.create("ANA", PASSWORD, Role.READER, ROOT)
    await desk.users.sign_in(" Ana ", PASSWORD)


@pytest.mark.parametrize("shown", ["DBot", "\uff24Bot ", "Ana  L1ma", "root", "R00T"])
async def test_nobody_is_shown_by_a_name_that_the_runtime_or_a_colleague_has(
    desk: Desk, ana: Actor, shown: str
) -> None:
    bob = (await desk.users.create("bob", PASSWORD, Role.READER, ROOT, display_name="Bob")).actor
    with pytest.raises(WarroomError, match=r"Choose (another )?one"):
        await desk.users.rename("bob", shown, bob)
    with pytest.raises(WarroomError, match=r"Choose (another )?one"):
        await desk.users.create("eve", PASSWORD, Role.READER, ROOT, display_name=shown)
    assert [user.display_name for user in await desk.users.everyone(ROOT)] == ["Ana Lima", "Bob", "root"]
    await desk.users.rename("ana", "ana lima", ana)


async def test_everyone_is_listed_and_people_are_those_who_can_sign_in(desk: Desk, ana: Actor) -> None:
    await desk.users.create("bob", PASSWORD, Role.READER, ROOT)
    await desk.users.disable("bob", ROOT)
    assert [user.name for user in await desk.users.everyone(ROOT)] == ["ana", "bob", "root"]
    assert [(person.name, person.display_name) for person in await desk.users.people(ana)] == [
        ("ana", "Ana Lima"),
        ("root", "root"),
    ]


async def test_a_new_role_holds_from_the_next_request_on(desk: Desk, ana: Actor) -> None:
    token, _ = await desk.users.sign_in("ana", PASSWORD)
    await desk.users.change_role("ana", Role.RESPONDER, ROOT)
    actor, _ = await desk.users.resume(token)
    assert actor == Actor(name="ana", role=Role.RESPONDER)
    assert (await desk.told("user"))[-1] == ("root", {"name": "ana", "change": "role", "role": "responder"})


async def test_the_last_admin_can_be_neither_demoted_nor_disabled(desk: Desk, ana: Actor) -> None:
    with pytest.raises(ConflictError, match="last admin"):
        await desk.users.change_role("root", Role.READER, ROOT)
    with pytest.raises(ConflictError, match="last admin"):
        await desk.users.disable("root", ROOT)


async def test_a_disabled_user_is_out_at_once_and_in_again_when_enabled(desk: Desk, ana: Actor) -> None:
    token, _ = await desk.users.sign_in("ana", PASSWORD)
    await desk.users.disable("ana", ROOT)
    with pytest.raises(SignInError):
        await desk.users.resume(token)
    await desk.refused("ana", PASSWORD)
    await desk.users.enable("ana", ROOT)
    with pytest.raises(SignInError):
        await desk.users.resume(token)
    await desk.users.sign_in("ana", PASSWORD)


async def test_a_reset_password_ends_what_was_signed_in_under_the_old_one(desk: Desk, ana: Actor) -> None:
    token, _ = await desk.users.sign_in("ana", PASSWORD)
    await desk.users.reset_password("ana", OTHER, ROOT)
    with pytest.raises(SignInError):
        await desk.users.resume(token)
    await desk.refused("ana", PASSWORD)
    await desk.users.sign_in("ana", OTHER)


async def test_changing_ones_own_password_takes_the_old_one(desk: Desk, ana: Actor) -> None:
    before, _ = await desk.users.sign_in("ana", PASSWORD)
    with pytest.raises(SignInError):
        await desk.users.change_password(WRONG, OTHER, ana)
    await desk.users.resume(before)
    after, _ = await desk.users.change_password(PASSWORD, OTHER, ana, "Firefox")
    with pytest.raises(SignInError):
        await desk.users.resume(before)
    assert (await desk.users.resume(after))[0] == ana
    await desk.refused("ana", PASSWORD)


async def test_a_weak_password_changes_nothing(desk: Desk, ana: Actor) -> None:
    with pytest.raises(InvalidInputError):
        await desk.users.reset_password("ana", "short", ROOT)
    await desk.users.sign_in("ana", PASSWORD)


async def test_a_mail_address_is_set_by_an_admin_and_stands_in_the_log(desk: Desk, ana: Actor) -> None:
    assert (await desk.users.set_mail("Ana", " ana@example.com ", ROOT)).mail == "ana@example.com"
    assert (await desk.users.set_mail("ana", "", ROOT)).mail == ""
    changes = [(actor, told["mail"]) for actor, told in await desk.told("user") if told["change"] == "mail"]
    assert changes == [("root", "ana@example.com"), ("root", "")]
    with pytest.raises(ForbiddenError):
        await desk.users.set_mail("ana", "elsewhere@example.com", ana)


async def test_a_user_is_made_with_a_mail_address_or_not_at_all(desk: Desk) -> None:
    with pytest.raises(InvalidInputError, match="is no mail address"):
        await desk.users.create("zoe", PASSWORD, Role.READER, ROOT, mail="zoe")
    assert (await desk.users.create("zoe", PASSWORD, Role.READER, ROOT, mail="zoe@example.com")).mail == (
        "zoe@example.com"
    )


async def test_only_an_admin_renames_others(desk: Desk, ana: Actor) -> None:
    assert (await desk.users.rename("ana", "Ana L.", ana)).display_name == "Ana L."
    assert (await desk.users.rename("ana", "Ana Lima", ROOT)).display_name == "Ana Lima"
    with pytest.raises(ForbiddenError, match="manage users"):
        await desk.users.rename("root", "Boss", ana)


# -- signing in -------------------------------------------------------------------------------------------------------


async def test_a_session_says_who_it_is(desk: Desk, ana: Actor) -> None:
    token, session = await desk.users.sign_in("ana", PASSWORD, "Firefox on Linux")
    assert await desk.users.resume(token) == (ana, session)
    assert session.client == "Firefox on Linux"
    told = {"name": "ana", "outcome": "signed in", "client": "Firefox on Linux"}
    assert await desk.told("sign-in") == [("ana", told)]


async def test_of_the_token_only_the_hash_is_kept(desk: Desk, ana: Actor) -> None:
    token, session = await desk.users.sign_in("ana", PASSWORD)
    assert session.token_hash == hash_of(token)
    with pytest.raises(SignInError):
        await desk.users.resume(session.token_hash)


async def test_a_refusal_does_not_tell_what_was_wrong(desk: Desk, ana: Actor) -> None:
    await desk.users.create("bob", PASSWORD, Role.READER, ROOT)
    await desk.users.disable("bob", ROOT)
    answers = {await desk.refused("ana"), await desk.refused("nobody"), await desk.refused("bob", PASSWORD)}
    assert answers == {REFUSED}


async def test_a_refused_sign_in_is_told_but_an_unknown_name_is_not_repeated(desk: Desk, ana: Actor) -> None:
    await desk.refused("ana")
    await desk.refused("my password by mistake")
    assert await desk.told("sign-in") == [
        ("ana", {"name": "ana", "outcome": "refused"}),
        ("", {"name": "", "outcome": "refused"}),
    ]


async def test_who_guesses_has_to_wait_and_the_one_whose_name_it_is_does_not(desk: Desk, ana: Actor) -> None:
    token, _ = await desk.users.sign_in("ana", PASSWORD, place=HOME)
    await desk.guessed("ana", STRANGER)
    with pytest.raises(TooManyTriesError, match=r"Wait 5 s"):
        await desk.users.sign_in("ana", PASSWORD, place=STRANGER)
    assert (await desk.users.resume(token))[0] == ana
    await desk.users.sign_in("ana", PASSWORD, place=HOME)


async def test_no_number_of_strangers_locks_the_only_admin_out(desk: Desk) -> None:
    await desk.users.create("root", PASSWORD, Role.ADMIN, ROOT)
    for number in range(60):
        await desk.guessed("root", Place(address=f"203.0.113.{number}"))
    await desk.users.sign_in("root", PASSWORD, place=HOME)
    assert (await desk.store.users.user("root")).failures == 0


async def test_a_known_browser_gets_in_beside_a_stranger_in_its_own_network(desk: Desk, ana: Actor) -> None:
    await desk.guessed("ana", STRANGER)
    known = replace(STRANGER, browser="b1", name="ana")
    await desk.users.sign_in("ana", PASSWORD, place=known)
    with pytest.raises(TooManyTriesError):
        await desk.users.sign_in("root", PASSWORD, place=known)


async def test_a_signed_in_person_changes_the_password_while_strangers_guess_it(desk: Desk, ana: Actor) -> None:
    await desk.guessed("ana", Place(address=ana.address))
    await desk.users.change_password(PASSWORD, OTHER, ana)


async def test_guesses_at_ones_own_password_from_a_stolen_session_wait_too(desk: Desk, ana: Actor) -> None:
    for _ in range(FREE):
        with pytest.raises(SignInError):
            await desk.users.change_password(WRONG, OTHER, ana)
    with pytest.raises(TooManyTriesError):
        await desk.users.change_password(PASSWORD, OTHER, ana)


async def test_after_the_wait_the_right_password_opens_and_all_is_forgiven(desk: Desk, ana: Actor) -> None:
    await desk.guessed("ana", STRANGER)
    desk.wait(timedelta(seconds=5))
    await desk.users.sign_in("ana", PASSWORD, place=STRANGER)
    await desk.guessed("ana", STRANGER)


async def test_the_right_password_forgives_the_wrong_ones(desk: Desk, ana: Actor) -> None:
    for _ in range(3):
        for _ in range(FREE - 1):
            await desk.refused("ana")
        await desk.users.sign_in("ana", PASSWORD)


async def test_many_guesses_at_once_do_not_slip_past(desk: Desk, ana: Actor) -> None:
    guesses = [desk.users.sign_in("ana", WRONG) for _ in range(20)]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    kinds = [type(answer) for answer in answers]
    assert (kinds.count(SignInError), kinds.count(TooManyTriesError)) == (FREE, 20 - FREE)
    assert (await desk.store.users.user("ana")).failures == FREE


async def test_what_happened_is_in_the_log_and_said_to_the_admin(desk: Desk, ana: Actor) -> None:
    await desk.guessed("ana", STRANGER)
    for _ in range(3):
        with pytest.raises(TooManyTriesError):
            await desk.users.sign_in("ana", WRONG, place=STRANGER)
    refused = {"name": "ana", "outcome": "refused", "address": STRANGER.address}
    waits = {"name": "ana", "outcome": "made to wait", "address": STRANGER.address, "seconds": 5}
    assert await desk.told("sign-in") == [*[("ana", refused)] * FREE, ("ana", waits)]
    (count,) = await desk.users.made_to_wait(ROOT)
    assert (count.origin, count.name, count.wrong, count.turned_away) == (STRANGER.address, "ana", FREE, 3)
    await desk.users.sign_in("ana", PASSWORD, "Firefox", HOME)
    signed_in = {"outcome": "signed in", "client": "Firefox", "address": HOME.address, "wrong_before": FREE}
    assert (await desk.told("sign-in"))[-1] == ("ana", {"name": "ana", **signed_in})


async def test_a_flood_of_those_who_are_turned_away_does_not_fill_the_log(desk: Desk, ana: Actor) -> None:
    await desk.guessed("ana", STRANGER)
    for _ in range(500):
        with pytest.raises(TooManyTriesError):
            await desk.users.sign_in("nobody", WRONG, place=STRANGER)
    assert len(await desk.told("sign-in")) == FREE + 1


async def test_an_admin_can_let_somebody_try_anew(desk: Desk, ana: Actor) -> None:
    await desk.guessed("ana", STRANGER)
    assert (await desk.users.enable("ana", ROOT)).failures == 0
    await desk.users.sign_in("ana", PASSWORD, place=STRANGER)


async def test_a_name_that_an_older_version_had_locked_is_open(desk: Desk, ana: Actor) -> None:
    long_ago = desk.clock.now() + timedelta(days=1)
    await desk.store.users.edit_user("ana", lambda user: replace(user, failures=5, locked_until=long_ago))
    await desk.users.sign_in("ana", PASSWORD)


async def test_a_session_ends_when_nobody_uses_it(desk: Desk, ana: Actor) -> None:
    token, _ = await desk.users.sign_in("ana", PASSWORD)
    for _ in range(3):
        desk.wait(LIMITS.idle - timedelta(seconds=1))
        await desk.users.resume(token)
    desk.wait(LIMITS.idle)
    with pytest.raises(SignInError, match="Sign in again"):
        await desk.users.resume(token)


async def test_a_session_ends_however_much_it_is_used(desk: Desk, ana: Actor) -> None:
    token, _ = await desk.users.sign_in("ana", PASSWORD)
    for _ in range(11):
        desk.wait(timedelta(hours=1))
        await desk.users.resume(token)
    desk.wait(timedelta(hours=1))
    with pytest.raises(SignInError):
        await desk.users.resume(token)


async def test_a_session_that_was_just_seen_costs_no_write(desk: Desk, ana: Actor) -> None:
    token, session = await desk.users.sign_in("ana", PASSWORD)
    desk.wait(LIMITS.noted - timedelta(seconds=1))
    assert (await desk.users.resume(token))[1] == session
    desk.wait(timedelta(seconds=1))
    seen = (await desk.users.resume(token))[1]
    assert seen == replace(session, last_seen=desk.clock.now())
    assert (await desk.store.users.sessions("ana")) == [seen]


async def test_signing_out_ends_the_session_and_may_be_done_twice(desk: Desk, ana: Actor) -> None:
    token, _ = await desk.users.sign_in("ana", PASSWORD)
    for _ in range(2):
        await desk.users.sign_out(token)
    with pytest.raises(SignInError):
        await desk.users.resume(token)
    assert [payload["outcome"] for _, payload in await desk.told("sign-in")] == ["signed in", "signed out"]


async def test_one_of_several_sessions_is_ended_by_its_id(desk: Desk, ana: Actor) -> None:
    (lost, lost_session), (kept, kept_session) = [await desk.users.sign_in("ana", PASSWORD) for _ in range(2)]
    assert _ids(await desk.users.sessions("ana", ana)) == {lost_session.id, kept_session.id}
    await desk.users.end_session("ana", lost_session.id, ana)
    with pytest.raises(SignInError):
        await desk.users.resume(lost)
    await desk.users.resume(kept)
    with pytest.raises(NotFoundError):
        await desk.users.end_session("ana", lost_session.id, ana)


async def test_sessions_that_have_ended_are_not_listed(desk: Desk, ana: Actor) -> None:
    await desk.users.sign_in("ana", PASSWORD)
    desk.wait(LIMITS.idle)
    assert list(await desk.users.sessions("ana", ROOT)) == []


async def test_only_an_admin_sees_and_ends_the_sessions_of_others(desk: Desk, ana: Actor) -> None:
    _, session = await desk.users.sign_in("root", PASSWORD)
    with pytest.raises(ForbiddenError):
        await desk.users.sessions("root", ana)
    with pytest.raises(ForbiddenError):
        await desk.users.end_session("root", session.id, ana)
    assert _ids(await desk.users.sessions("root", ROOT)) == {session.id}


def _ids(sessions: Sequence[Session]) -> set[str]:
    return {session.id for session in sessions}


# -- API keys ---------------------------------------------------------------------------------------------------------


async def test_an_api_key_acts_with_its_role_under_a_name_of_its_own(desk: Desk) -> None:
    secret, key = await desk.users.create_key("ci", Role.RESPONDER, ROOT)
    assert await desk.users.authenticate(secret) == Actor(name="key:ci", role=Role.RESPONDER)
    assert secret.startswith(key.prefix)
    assert (key.created_by, key.hash) == ("root", hash_of(secret))
    told = {"id": key.id, "name": "ci", "change": "created", "role": "responder"}
    assert await desk.told("api-key") == [("root", told)]


async def test_a_revoked_key_opens_nothing_and_its_name_is_free(desk: Desk) -> None:
    secret, key = await desk.users.create_key("ci", Role.READER, ROOT)
    await desk.users.revoke_key(key.id, ROOT)
    with pytest.raises(SignInError, match="revoked"):
        await desk.users.authenticate(secret)
    await desk.users.create_key("ci", Role.READER, ROOT)
    assert [held.disabled for held in await desk.users.keys(ROOT)].count(True) == 1


async def test_a_key_expires(desk: Desk) -> None:
    expires = desk.clock.now() + timedelta(days=30)
    secret, _ = await desk.users.create_key("ci", Role.READER, ROOT, expires=expires)
    desk.wait(timedelta(days=30))
    with pytest.raises(SignInError, match="expired"):
        await desk.users.authenticate(secret)


async def test_the_last_use_of_a_key_is_noted_now_and_then(desk: Desk) -> None:
    secret, _ = await desk.users.create_key("ci", Role.READER, ROOT)
    for _ in range(3):
        await desk.users.authenticate(secret)
        desk.wait(timedelta(seconds=25))
    (key,) = await desk.users.keys(ROOT)
    assert key.last_used == desk.clock.now() - timedelta(seconds=75)
    await desk.users.authenticate(secret)
    (key,) = await desk.users.keys(ROOT)
    assert key.last_used == desk.clock.now()


@pytest.mark.parametrize("secret", ["", "wrk_guess", "\ud800"])
async def test_an_unknown_key_is_refused(desk: Desk, secret: str) -> None:
    with pytest.raises(SignInError):
        await desk.users.authenticate(secret)


async def test_a_session_is_no_key_and_a_key_is_no_session(desk: Desk, ana: Actor) -> None:
    token, _ = await desk.users.sign_in("ana", PASSWORD)
    secret, _ = await desk.users.create_key("ci", Role.ADMIN, ROOT)
    with pytest.raises(SignInError):
        await desk.users.authenticate(token)
    with pytest.raises(SignInError):
        await desk.users.resume(secret)


async def test_keys_are_made_with_care(desk: Desk) -> None:
    await desk.users.create_key("ci", Role.READER, ROOT)
    mistakes: list[tuple[type[WarroomError], str, timedelta]] = [
        (ConflictError, "ci", timedelta(days=1)),
        (InvalidInputError, "c i", timedelta(days=1)),
        (InvalidInputError, "late", timedelta()),
    ]
    for error, name, lasts in mistakes:
        with pytest.raises(error):
            await desk.users.create_key(name, Role.READER, ROOT, expires=desk.clock.now() + lasts)
