"""Who gets in, who has to wait, and when a session is over."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.sign_in_world import FREE, HOME, LIMITS, OTHER, PASSWORD, ROOT, STRANGER, WRONG, SignIns
from warroom.model.errors import (
    ForbiddenError,
    NotFoundError,
    SignInError,
    TooManyTriesError,
)
from warroom.model.user import Actor, Role, Session
from warroom.services.people.password_check import REFUSED
from warroom.services.people.tries import Place
from warroom.services.people.unknown_networks import FREE as CROWD
from warroom.services.people.unknown_networks import SLOWEST
from warroom.services.people.users import hash_of


async def test_a_session_says_who_it_is(sign_ins: SignIns, ana: Actor) -> None:
    token, session = await sign_ins.users.sign_in("ana", PASSWORD, "Firefox on Linux")
    assert await sign_ins.users.resume(token) == (ana, session)
    assert session.client == "Firefox on Linux"
    told = {"name": "ana", "outcome": "signed in", "client": "Firefox on Linux"}
    assert await sign_ins.told("sign-in") == [("ana", told)]


async def test_of_the_token_only_the_hash_is_kept(sign_ins: SignIns, ana: Actor) -> None:
    token, session = await sign_ins.users.sign_in("ana", PASSWORD)
    assert session.token_hash == hash_of(token)
    with pytest.raises(SignInError):
        await sign_ins.users.resume(session.token_hash)


async def test_a_refusal_does_not_tell_what_was_wrong(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.users.create("bob", PASSWORD, Role.READER, ROOT)
    await sign_ins.users.disable("bob", ROOT)
    answers = {await sign_ins.refused("ana"), await sign_ins.refused("nobody"), await sign_ins.refused("bob", PASSWORD)}
    assert answers == {REFUSED}


async def test_a_refused_sign_in_is_told_but_an_unknown_name_is_not_repeated(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.refused("ana")
    await sign_ins.refused("my password by mistake")
    assert await sign_ins.told("sign-in") == [
        ("ana", {"name": "ana", "outcome": "refused"}),
        ("", {"name": "", "outcome": "refused"}),
    ]


async def test_who_guesses_has_to_wait_and_the_one_whose_name_it_is_does_not(sign_ins: SignIns, ana: Actor) -> None:
    token, _ = await sign_ins.users.sign_in("ana", PASSWORD, place=HOME)
    await sign_ins.guessed("ana", STRANGER)
    with pytest.raises(TooManyTriesError, match=r"Wait 5 s"):
        await sign_ins.users.sign_in("ana", PASSWORD, place=STRANGER)
    assert (await sign_ins.users.resume(token))[0] == ana
    await sign_ins.users.sign_in("ana", PASSWORD, place=HOME)


async def test_no_number_of_strangers_locks_the_only_admin_out(sign_ins: SignIns) -> None:
    await sign_ins.users.create("root", PASSWORD, Role.ADMIN, ROOT)
    for number in range(60):
        await sign_ins.guessed("root", Place(address=f"203.0.113.{number}"))
    await sign_ins.users.sign_in("root", PASSWORD, place=HOME)
    assert (await sign_ins.store.users.user("root")).failures == 0


async def test_a_crowd_slows_a_stranger_with_the_right_password_and_no_one_who_is_known(
    sign_ins: SignIns, ana: Actor
) -> None:
    token, _ = await sign_ins.users.sign_in("ana", PASSWORD, place=HOME)
    await sign_ins.users.resume(token, address=STRANGER.address)
    for number in range(CROWD // FREE):
        await sign_ins.guessed("ana", Place(address=f"203.0.113.{number}"))
    await sign_ins.users.sign_in("ana", PASSWORD, place=HOME)
    await sign_ins.users.sign_in("ana", PASSWORD, place=STRANGER)

    late = asyncio.create_task(sign_ins.users.sign_in("ana", PASSWORD, place=Place(address="192.0.2.99")))
    await sign_ins.clock.next_wake(within=SLOWEST)
    assert not late.done()
    sign_ins.wait(SLOWEST)
    assert (await late)[1].user == "ana"


async def test_one_site_of_many_networks_waits_and_the_one_of_somebody_who_is_known_does_not(
    sign_ins: SignIns, ana: Actor
) -> None:
    here = Place(address="2001:db8:1:7::1")
    await sign_ins.users.sign_in("ana", PASSWORD, place=here)
    for number in range(100, 110):
        await sign_ins.guessed("ana", Place(address=f"2001:db8:1:{number}::1"))
    with pytest.raises(TooManyTriesError, match=r"your address or network\. Wait 5 s"):
        await sign_ins.users.sign_in("ana", PASSWORD, place=Place(address="2001:db8:1:8::1"))
    await sign_ins.users.sign_in("ana", PASSWORD, place=here)


async def test_a_known_browser_gets_in_beside_a_stranger_in_its_own_network(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.guessed("ana", STRANGER)
    known = replace(STRANGER, browser="b1", name="ana")
    await sign_ins.users.sign_in("ana", PASSWORD, place=known)
    with pytest.raises(TooManyTriesError):
        await sign_ins.users.sign_in("root", PASSWORD, place=known)


async def test_a_signed_in_person_changes_the_password_while_strangers_guess_it(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.guessed("ana", Place(address=ana.address))
    await sign_ins.users.change_password(PASSWORD, OTHER, ana)


async def test_guesses_at_ones_own_password_from_a_stolen_session_wait_too(sign_ins: SignIns, ana: Actor) -> None:
    for _ in range(FREE):
        with pytest.raises(SignInError):
            await sign_ins.users.change_password(WRONG, OTHER, ana)
    with pytest.raises(TooManyTriesError):
        await sign_ins.users.change_password(PASSWORD, OTHER, ana)


async def test_after_the_wait_the_right_password_opens_and_all_is_forgiven(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.guessed("ana", STRANGER)
    sign_ins.wait(timedelta(seconds=5))
    await sign_ins.users.sign_in("ana", PASSWORD, place=STRANGER)
    await sign_ins.guessed("ana", STRANGER)


async def test_the_right_password_forgives_the_wrong_ones(sign_ins: SignIns, ana: Actor) -> None:
    for _ in range(3):
        for _ in range(FREE - 1):
            await sign_ins.refused("ana")
        await sign_ins.users.sign_in("ana", PASSWORD)


async def test_many_guesses_at_once_do_not_slip_past(sign_ins: SignIns, ana: Actor) -> None:
    guesses = [sign_ins.users.sign_in("ana", WRONG) for _ in range(20)]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    kinds = [type(answer) for answer in answers]
    assert (kinds.count(SignInError), kinds.count(TooManyTriesError)) == (FREE, 20 - FREE)
    assert (await sign_ins.store.users.user("ana")).failures == FREE


async def test_what_happened_is_in_the_log_and_said_to_the_admin(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.guessed("ana", STRANGER)
    for _ in range(3):
        with pytest.raises(TooManyTriesError):
            await sign_ins.users.sign_in("ana", WRONG, place=STRANGER)
    refused = {"name": "ana", "outcome": "refused", "address": STRANGER.address}
    waits = {"name": "ana", "outcome": "made to wait", "address": STRANGER.address, "seconds": 5}
    assert await sign_ins.told("sign-in") == [*[("ana", refused)] * FREE, ("ana", waits)]
    (count,) = await sign_ins.users.made_to_wait(ROOT)
    assert (count.origin, count.name, count.wrong, count.turned_away) == (STRANGER.address, "ana", FREE, 3)
    await sign_ins.users.sign_in("ana", PASSWORD, "Firefox", HOME)
    signed_in = {"outcome": "signed in", "client": "Firefox", "address": HOME.address, "wrong_before": FREE}
    assert (await sign_ins.told("sign-in"))[-1] == ("ana", {"name": "ana", **signed_in})


async def test_a_flood_of_those_who_are_turned_away_does_not_fill_the_log(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.guessed("ana", STRANGER)
    for _ in range(500):
        with pytest.raises(TooManyTriesError):
            await sign_ins.users.sign_in("nobody", WRONG, place=STRANGER)
    assert len(await sign_ins.told("sign-in")) == FREE + 1


async def test_an_admin_can_let_somebody_try_anew(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.guessed("ana", STRANGER)
    assert (await sign_ins.users.enable("ana", ROOT)).failures == 0
    await sign_ins.users.sign_in("ana", PASSWORD, place=STRANGER)


async def test_a_name_that_an_older_version_had_locked_is_open(sign_ins: SignIns, ana: Actor) -> None:
    long_ago = sign_ins.clock.now() + timedelta(days=1)
    await sign_ins.store.users.edit_user("ana", lambda user: replace(user, failures=5, locked_until=long_ago))
    await sign_ins.users.sign_in("ana", PASSWORD)


async def test_a_session_ends_when_nobody_uses_it(sign_ins: SignIns, ana: Actor) -> None:
    token, _ = await sign_ins.users.sign_in("ana", PASSWORD)
    for _ in range(3):
        sign_ins.wait(LIMITS.idle - timedelta(seconds=1))
        await sign_ins.users.resume(token)
    sign_ins.wait(LIMITS.idle)
    with pytest.raises(SignInError, match="Sign in again"):
        await sign_ins.users.resume(token)


async def test_a_session_ends_however_much_it_is_used(sign_ins: SignIns, ana: Actor) -> None:
    token, _ = await sign_ins.users.sign_in("ana", PASSWORD)
    for _ in range(11):
        sign_ins.wait(timedelta(hours=1))
        await sign_ins.users.resume(token)
    sign_ins.wait(timedelta(hours=1))
    with pytest.raises(SignInError):
        await sign_ins.users.resume(token)


async def test_a_session_that_was_just_seen_costs_no_write(sign_ins: SignIns, ana: Actor) -> None:
    token, session = await sign_ins.users.sign_in("ana", PASSWORD)
    sign_ins.wait(LIMITS.noted - timedelta(seconds=1))
    assert (await sign_ins.users.resume(token))[1] == session
    sign_ins.wait(timedelta(seconds=1))
    seen = (await sign_ins.users.resume(token))[1]
    assert seen == replace(session, last_seen=sign_ins.clock.now())
    assert (await sign_ins.store.users.sessions("ana")) == [seen]


async def test_signing_out_ends_the_session_and_may_be_done_twice(sign_ins: SignIns, ana: Actor) -> None:
    token, _ = await sign_ins.users.sign_in("ana", PASSWORD)
    for _ in range(2):
        await sign_ins.users.sign_out(token)
    with pytest.raises(SignInError):
        await sign_ins.users.resume(token)
    assert [payload["outcome"] for _, payload in await sign_ins.told("sign-in")] == ["signed in", "signed out"]


async def test_one_of_several_sessions_is_ended_by_its_id(sign_ins: SignIns, ana: Actor) -> None:
    (lost, lost_session), (kept, kept_session) = [await sign_ins.users.sign_in("ana", PASSWORD) for _ in range(2)]
    assert _ids(await sign_ins.users.sessions("ana", ana)) == {lost_session.id, kept_session.id}
    await sign_ins.users.end_session("ana", lost_session.id, ana)
    with pytest.raises(SignInError):
        await sign_ins.users.resume(lost)
    await sign_ins.users.resume(kept)
    with pytest.raises(NotFoundError):
        await sign_ins.users.end_session("ana", lost_session.id, ana)


async def test_sessions_that_have_ended_are_not_listed(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.users.sign_in("ana", PASSWORD)
    sign_ins.wait(LIMITS.idle)
    assert list(await sign_ins.users.sessions("ana", ROOT)) == []


async def test_only_an_admin_sees_and_ends_the_sessions_of_others(sign_ins: SignIns, ana: Actor) -> None:
    _, session = await sign_ins.users.sign_in("root", PASSWORD)
    with pytest.raises(ForbiddenError):
        await sign_ins.users.sessions("root", ana)
    with pytest.raises(ForbiddenError):
        await sign_ins.users.end_session("root", session.id, ana)
    assert _ids(await sign_ins.users.sessions("root", ROOT)) == {session.id}


def _ids(sessions: Sequence[Session]) -> set[str]:
    return {session.id for session in sessions}
