"""Whom a rule reaches, and who is told that it does not."""

from collections.abc import Sequence
from dataclasses import replace

from tests.outbound.notice import HOSTILE
from tests.services.notifying.people import mail_to, somebody
from warroom.model.user import Role, User
from warroom.services.approvals.people import People
from warroom.services.notifying.recipients import Reached, Recipients
from warroom.services.notifying.rules import Rule
from warroom.services.ports.notices import Asked
from warroom.services.ports.users import UserEvent
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore

ANN, BOB, EVE = somebody("ann"), somebody("bob"), somebody("eve", Role.ADMIN)
RON = somebody("ron", Role.READER)
RESPONDERS = Rule(roles=("responder",))


async def recipients(*users: User) -> Recipients:
    store = MemoryStore().users
    for user in users:
        await store.add_user(user, UserEvent(kind="user", actor="test", at=START, payload={}))
    return Recipients(await store.users(), People(store))


def addresses(found: Recipients, rule: Rule) -> list[str]:
    return [one.address for one in found.of(rule)]


async def told(found: Recipients, users: Sequence[User], asks: Asked | None) -> list[str]:
    notice = replace(HOSTILE, asks=asks)
    reached = [Reached(address=mail_to(user.name), user=user) for user in users]
    return [one.user.name for one in reached if one.user and await found.may_be_told(one, notice)]


async def test_a_role_is_all_who_have_it_can_sign_in_and_have_an_address() -> None:
    gone, silent = somebody("gil", disabled=True), somebody("sam", mail="")
    found = await recipients(ANN, BOB, EVE, RON, gone, silent)
    assert addresses(found, RESPONDERS) == [mail_to("ann"), mail_to("bob")]
    assert addresses(found, Rule(roles=("reader", "admin"))) == [mail_to("eve"), mail_to("ron")]


async def test_users_are_named_in_any_case_and_each_address_is_told_once() -> None:
    twin = somebody("zoe", mail="ann@example.com")
    found = await recipients(ANN, BOB, twin)
    assert addresses(found, Rule(users=(" Bob",))) == [mail_to("bob")]
    rule = Rule(to=mail_to("bob"), roles=("responder",), users=("ann", "bob"))
    assert addresses(found, rule) == [mail_to("bob"), mail_to("ann")]


async def test_what_is_odd_in_an_address_is_quoted() -> None:
    found = await recipients(somebody("ann", mail="a%41?b#c@example.com"))
    assert addresses(found, RESPONDERS) == ["mailto:a%2541%3Fb%23c@example.com"]


async def test_whoever_may_not_decide_is_not_told_as_the_one_who_decides() -> None:
    people = [ANN, BOB, EVE, RON]
    found = await recipients(*people)
    assert await told(found, people, None) == ["ann", "bob", "eve", "ron"]
    assert await told(found, people, Asked()) == ["ann", "bob", "eve"]
    approval = Asked(by="bob", approvers=3, is_approval=True)
    assert await told(found, people, approval) == ["ann", "eve"]
    assert await told(found, people, Asked(by="DBot", is_approval=True)) == ["ann", "bob", "eve"]


async def test_whoever_is_alone_is_told_of_what_they_asked_for_themselves() -> None:
    found = await recipients(ANN, RON)
    assert await told(found, [ANN, RON], Asked(by="ann", approvers=1, is_approval=True)) == ["ann"]


async def test_an_address_without_a_person_is_told_of_everything() -> None:
    found = await recipients(ANN)
    assert await found.may_be_told(Reached(address=mail_to("soc")), replace(HOSTILE, asks=Asked(by="ann")))


async def test_it_is_said_whom_a_rule_does_not_reach_and_why() -> None:
    found = await recipients(ANN, RON, somebody("gil", disabled=True), somebody("sam", Role.ANALYST, mail=""))
    assert list(found.gaps(RESPONDERS)) == []
    (no_address,) = found.gaps(Rule(roles=("analyst",)))
    assert no_address.startswith("Nobody of the role analyst is told: none who can sign in has a mail address.")
    (nobody,) = found.gaps(Rule(roles=("admin",)))
    assert "nobody has it who can sign in" in nobody
    assert [gap.partition(";")[0] for gap in found.gaps(Rule(users=("Ann", "gil", "sam", "zoe")))] == [
        "User gil is not told: the user is disabled.",
        "User sam is not told: there is no mail address",
        "User zoe is not told: there is no such user.",
    ]


async def test_a_rule_of_decisions_for_people_who_decide_nothing_is_said() -> None:
    found = await recipients(ANN, RON)
    (said,) = found.gaps(Rule(roles=("reader",), on=("approval", "question")))
    assert "may answer tasks" in said
    assert list(found.gaps(Rule(roles=("reader",), on=("approval", "paused")))) == []
    assert list(found.gaps(Rule(to=mail_to("soc"), roles=("reader",), on=("approval",)))) == []
