from datetime import timedelta

import pytest

from tests.services.sign_in_world import LIMITS, OTHER, PASSWORD, ROOT, WRONG, SignIns
from warroom.model.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    SignInError,
    WarroomError,
)
from warroom.model.user import Actor, Role
from warroom.services.people.users import hash_of

# -- the first start --------------------------------------------------------------------------------------------------


async def test_the_set_up_link_makes_the_first_admin_once(sign_ins: SignIns) -> None:
    token = await sign_ins.users.offer_setup()
    made = await sign_ins.users.set_up(token, "Ada", PASSWORD, "Ada Lovelace")
    assert (made.name, made.display_name, made.role) == ("ada", "Ada Lovelace", Role.ADMIN)
    assert await sign_ins.told("user") == [("ada", {"name": "ada", "change": "created", "role": "admin"})]
    with pytest.raises(ConflictError):
        await sign_ins.users.set_up(token, "eve", PASSWORD)
    assert await sign_ins.users.offer_setup() == ""


async def test_of_two_set_up_links_only_the_later_one_works(sign_ins: SignIns) -> None:
    first, second = await sign_ins.users.offer_setup(), await sign_ins.users.offer_setup()
    with pytest.raises(ForbiddenError, match="not valid any more"):
        await sign_ins.users.set_up(first, "ada", PASSWORD)
    await sign_ins.users.set_up(second, "ada", PASSWORD)


async def test_a_set_up_link_expires(sign_ins: SignIns) -> None:
    token = await sign_ins.users.offer_setup()
    sign_ins.wait(LIMITS.setup)
    with pytest.raises(ForbiddenError, match="Start `warroom serve` again"):
        await sign_ins.users.set_up(token, "ada", PASSWORD)


# -- people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "a b", "DBot", "fetch", "key:ci", "-x", "x" * 65, "аня", "a\0"])
async def test_a_name_that_could_mislead_is_refused(sign_ins: SignIns, name: str) -> None:
    with pytest.raises(InvalidInputError, match="cannot be a user's name"):
        await sign_ins.users.create(name, PASSWORD, Role.READER, ROOT)


async def test_names_differ_by_more_than_their_case(sign_ins: SignIns, ana: Actor) -> None:
    with pytest.raises(ConflictError):
        await sign_ins.users.create("ANA", PASSWORD, Role.READER, ROOT)
    await sign_ins.users.sign_in(" Ana ", PASSWORD)


@pytest.mark.parametrize("shown", ["DBot", "\uff24Bot ", "Ana  L1ma", "root", "R00T"])
async def test_nobody_is_shown_by_a_name_that_the_runtime_or_a_colleague_has(
    sign_ins: SignIns, ana: Actor, shown: str
) -> None:
    bob = (await sign_ins.users.create("bob", PASSWORD, Role.READER, ROOT, display_name="Bob")).actor
    with pytest.raises(WarroomError, match=r"Choose (another )?one"):
        await sign_ins.users.rename("bob", shown, bob)
    with pytest.raises(WarroomError, match=r"Choose (another )?one"):
        await sign_ins.users.create("eve", PASSWORD, Role.READER, ROOT, display_name=shown)
    assert [user.display_name for user in await sign_ins.users.everyone(ROOT)] == ["Ana Lima", "Bob", "root"]
    await sign_ins.users.rename("ana", "ana lima", ana)


async def test_everyone_is_listed_and_people_are_those_who_can_sign_in(sign_ins: SignIns, ana: Actor) -> None:
    await sign_ins.users.create("bob", PASSWORD, Role.READER, ROOT)
    await sign_ins.users.disable("bob", ROOT)
    assert [user.name for user in await sign_ins.users.everyone(ROOT)] == ["ana", "bob", "root"]
    assert [(person.name, person.display_name) for person in await sign_ins.users.people(ana)] == [
        ("ana", "Ana Lima"),
        ("root", "root"),
    ]


async def test_a_new_role_holds_from_the_next_request_on(sign_ins: SignIns, ana: Actor) -> None:
    token, _ = await sign_ins.users.sign_in("ana", PASSWORD)
    await sign_ins.users.change_role("ana", Role.RESPONDER, ROOT)
    actor, _ = await sign_ins.users.resume(token)
    assert actor == Actor(name="ana", role=Role.RESPONDER)
    assert (await sign_ins.told("user"))[-1] == ("root", {"name": "ana", "change": "role", "role": "responder"})


async def test_the_last_admin_can_be_neither_demoted_nor_disabled(sign_ins: SignIns, ana: Actor) -> None:
    with pytest.raises(ConflictError, match="last admin"):
        await sign_ins.users.change_role("root", Role.READER, ROOT)
    with pytest.raises(ConflictError, match="last admin"):
        await sign_ins.users.disable("root", ROOT)


async def test_a_disabled_user_is_out_at_once_and_in_again_when_enabled(sign_ins: SignIns, ana: Actor) -> None:
    token, _ = await sign_ins.users.sign_in("ana", PASSWORD)
    await sign_ins.users.disable("ana", ROOT)
    with pytest.raises(SignInError):
        await sign_ins.users.resume(token)
    await sign_ins.refused("ana", PASSWORD)
    await sign_ins.users.enable("ana", ROOT)
    with pytest.raises(SignInError):
        await sign_ins.users.resume(token)
    await sign_ins.users.sign_in("ana", PASSWORD)


async def test_a_reset_password_ends_what_was_signed_in_under_the_old_one(sign_ins: SignIns, ana: Actor) -> None:
    token, _ = await sign_ins.users.sign_in("ana", PASSWORD)
    await sign_ins.users.reset_password("ana", OTHER, ROOT)
    with pytest.raises(SignInError):
        await sign_ins.users.resume(token)
    await sign_ins.refused("ana", PASSWORD)
    await sign_ins.users.sign_in("ana", OTHER)


async def test_changing_ones_own_password_takes_the_old_one(sign_ins: SignIns, ana: Actor) -> None:
    before, _ = await sign_ins.users.sign_in("ana", PASSWORD)
    with pytest.raises(SignInError):
        await sign_ins.users.change_password(WRONG, OTHER, ana)
    await sign_ins.users.resume(before)
    after, _ = await sign_ins.users.change_password(PASSWORD, OTHER, ana, "Firefox")
    with pytest.raises(SignInError):
        await sign_ins.users.resume(before)
    assert (await sign_ins.users.resume(after))[0] == ana
    await sign_ins.refused("ana", PASSWORD)


async def test_a_weak_password_changes_nothing(sign_ins: SignIns, ana: Actor) -> None:
    with pytest.raises(InvalidInputError):
        await sign_ins.users.reset_password("ana", "short", ROOT)
    await sign_ins.users.sign_in("ana", PASSWORD)


async def test_a_mail_address_is_set_by_an_admin_and_stands_in_the_log(sign_ins: SignIns, ana: Actor) -> None:
    assert (await sign_ins.users.set_mail("Ana", " ana@example.com ", ROOT)).mail == "ana@example.com"
    assert (await sign_ins.users.set_mail("ana", "", ROOT)).mail == ""
    changes = [(actor, told["mail"]) for actor, told in await sign_ins.told("user") if told["change"] == "mail"]
    assert changes == [("root", "ana@example.com"), ("root", "")]
    with pytest.raises(ForbiddenError):
        await sign_ins.users.set_mail("ana", "elsewhere@example.com", ana)


async def test_a_user_is_made_with_a_mail_address_or_not_at_all(sign_ins: SignIns) -> None:
    with pytest.raises(InvalidInputError, match="is no mail address"):
        await sign_ins.users.create("zoe", PASSWORD, Role.READER, ROOT, mail="zoe")
    assert (await sign_ins.users.create("zoe", PASSWORD, Role.READER, ROOT, mail="zoe@example.com")).mail == (
        "zoe@example.com"
    )


async def test_only_an_admin_renames_others(sign_ins: SignIns, ana: Actor) -> None:
    assert (await sign_ins.users.rename("ana", "Ana L.", ana)).display_name == "Ana L."
    assert (await sign_ins.users.rename("ana", "Ana Lima", ROOT)).display_name == "Ana Lima"
    with pytest.raises(ForbiddenError, match="manage users"):
        await sign_ins.users.rename("root", "Boss", ana)


# -- API keys ---------------------------------------------------------------------------------------------------------


async def test_an_api_key_acts_with_its_role_under_a_name_of_its_own(sign_ins: SignIns) -> None:
    secret, key = await sign_ins.users.create_key("ci", Role.RESPONDER, ROOT)
    assert await sign_ins.users.authenticate(secret) == Actor(name="key:ci", role=Role.RESPONDER)
    assert secret.startswith(key.prefix)
    assert (key.created_by, key.hash) == ("root", hash_of(secret))
    told = {"id": key.id, "name": "ci", "change": "created", "role": "responder"}
    assert await sign_ins.told("api-key") == [("root", told)]


async def test_a_revoked_key_opens_nothing_and_its_name_is_free(sign_ins: SignIns) -> None:
    secret, key = await sign_ins.users.create_key("ci", Role.READER, ROOT)
    await sign_ins.users.revoke_key(key.id, ROOT)
    with pytest.raises(SignInError, match="revoked"):
        await sign_ins.users.authenticate(secret)
    await sign_ins.users.create_key("ci", Role.READER, ROOT)
    assert [held.disabled for held in await sign_ins.users.keys(ROOT)].count(True) == 1


async def test_a_key_expires(sign_ins: SignIns) -> None:
    expires = sign_ins.clock.now() + timedelta(days=30)
    secret, _ = await sign_ins.users.create_key("ci", Role.READER, ROOT, expires=expires)
    sign_ins.wait(timedelta(days=30))
    with pytest.raises(SignInError, match="expired"):
        await sign_ins.users.authenticate(secret)


async def test_the_last_use_of_a_key_is_noted_now_and_then(sign_ins: SignIns) -> None:
    secret, _ = await sign_ins.users.create_key("ci", Role.READER, ROOT)
    for _ in range(3):
        await sign_ins.users.authenticate(secret)
        sign_ins.wait(timedelta(seconds=25))
    (key,) = await sign_ins.users.keys(ROOT)
    assert key.last_used == sign_ins.clock.now() - timedelta(seconds=75)
    await sign_ins.users.authenticate(secret)
    (key,) = await sign_ins.users.keys(ROOT)
    assert key.last_used == sign_ins.clock.now()


@pytest.mark.parametrize("secret", ["", "wrk_guess", "\ud800"])
async def test_an_unknown_key_is_refused(sign_ins: SignIns, secret: str) -> None:
    with pytest.raises(SignInError):
        await sign_ins.users.authenticate(secret)


async def test_a_session_is_no_key_and_a_key_is_no_session(sign_ins: SignIns, ana: Actor) -> None:
    token, _ = await sign_ins.users.sign_in("ana", PASSWORD)
    secret, _ = await sign_ins.users.create_key("ci", Role.ADMIN, ROOT)
    with pytest.raises(SignInError):
        await sign_ins.users.authenticate(token)
    with pytest.raises(SignInError):
        await sign_ins.users.resume(secret)


async def test_keys_are_made_with_care(sign_ins: SignIns) -> None:
    await sign_ins.users.create_key("ci", Role.READER, ROOT)
    mistakes: list[tuple[type[WarroomError], str, timedelta]] = [
        (ConflictError, "ci", timedelta(days=1)),
        (InvalidInputError, "c i", timedelta(days=1)),
        (InvalidInputError, "late", timedelta()),
    ]
    for error, name, lasts in mistakes:
        with pytest.raises(error):
            await sign_ins.users.create_key(name, Role.READER, ROOT, expires=sign_ins.clock.now() + lasts)
