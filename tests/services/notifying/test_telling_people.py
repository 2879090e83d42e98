"""Telling people at their own address: by role and name, in their turn, and never whoever may not decide."""

from pathlib import Path

from tests.outbound.hook import hook
from tests.outbound.mailbox import mailbox
from tests.services.approvals.desk import EVE, Desk, a_desk, with_people
from tests.services.notifying.people import mail_to, somebody
from tests.services.notifying.telling import Told, notifying
from tests.services.world import playbook
from warroom.content.read_playbook import read_playbook_text
from warroom.model.user import Role, User
from warroom.outbound.sending import Post
from warroom.services.approvals.rules import Rules
from warroom.services.notifying.notices import MISSING as MISSING_NAME
from warroom.services.notifying.rules import Rule
from warroom.services.ports.notices import Sent

RESPONDERS, ADMINS = Rule(roles=("responder",)), Rule(roles=("admin",), after_minutes=15)
ASK = playbook("'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Sure?}, nexttasks: {'yes': []}}", "Ask")
MISSING = playbook(
    "'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Evidence missing}, nexttasks: {'ok': []}}", "Miss"
)


async def a_request(*more: str) -> Desk:
    """Let bob ask for an isolation; ann, eve the admin and these responders may approve it."""
    people = (somebody("ann"), somebody("bob"), somebody("eve", Role.ADMIN), somebody("ron", Role.READER))
    desk = await a_desk(rules=Rules(commands=("isolate",)), people=people)
    await with_people(desk.world, *(somebody(name) for name in more))
    await desk.typed("!isolate endpoint=A")
    return desk


async def changed(desk: Desk, user: User) -> None:
    await desk.world.store.users.edit_user(user.name, lambda _: user)


def who(told: Told) -> list[str]:
    return [to.removeprefix("mailto:").partition("@")[0] for to, _, _ in told.sent]


async def test_those_of_the_role_are_told_but_not_who_asked() -> None:
    desk, told = await a_request("carl"), Told()
    await notifying(desk.world, told, [RESPONDERS]).tell()
    assert who(told) == ["ann", "carl"]


async def test_a_person_who_is_named_but_may_not_approve_is_not_told() -> None:
    desk, told = await a_request(), Told()
    await notifying(desk.world, told, [Rule(users=("ron", "bob", "ann"))]).tell()
    assert who(told) == ["ann"]


async def test_whoever_was_disabled_or_moved_is_told_as_they_are_now() -> None:
    desk, told = await a_request("carl"), Told()
    await changed(desk, somebody("carl", disabled=True))
    await changed(desk, somebody("ann", mail="new@example.com"))
    await notifying(desk.world, told, [RESPONDERS]).tell()
    assert [to for to, _, _ in told.sent] == ["mailto:new@example.com"]


async def test_responders_who_do_not_answer_are_followed_by_the_admins() -> None:
    desk, told = await a_request(), Told()
    for minutes in (0, 14, 1, 60):
        desk.world.clock.advance(minutes * 60)
        await notifying(desk.world, told, [RESPONDERS, ADMINS]).tell()
    assert who(told) == ["ann", "eve"]


async def test_admins_are_not_told_when_a_responder_has_answered() -> None:
    desk, told = await a_request(), Told()
    service = notifying(desk.world, told, [RESPONDERS, ADMINS])
    await service.tell()
    (request,) = await desk.requests()
    await desk.answer(request)
    desk.world.clock.advance(3600)
    await service.tell()
    assert who(told) == ["ann"]


async def test_a_person_whom_two_rules_reach_is_told_once() -> None:
    desk, told = await a_request(), Told()
    rules = [Rule(users=("ann",), after_minutes=5), RESPONDERS, Rule(to=mail_to("ann"), after_minutes=30)]
    for _ in range(3):
        await notifying(desk.world, told, rules).tell()
        desk.world.clock.advance(1800)
    assert who(told) == ["ann"]


async def test_a_request_that_nobody_hears_of_is_said() -> None:
    people = (somebody("bob"), somebody("eve", Role.ADMIN, mail=""))
    desk = await a_desk(rules=Rules(commands=("isolate",)), people=people)
    await desk.typed("!isolate endpoint=A")
    told = Told()
    service = notifying(desk.world, told, [RESPONDERS])
    assert (await service.tell(), told.sent) == (0, [])
    (said,) = await service.unheard(EVE)
    assert said.startswith("1 thing that a rule wants told reaches nobody")
    assert "Approval is needed: incident 1" in said
    await changed(desk, somebody("eve", Role.ADMIN))
    assert await notifying(desk.world, told, [RESPONDERS, ADMINS]).unheard(EVE) == []


async def test_a_rule_that_reaches_nobody_is_said_by_its_number() -> None:
    desk = await a_desk(people=(somebody("ann"),))
    service = notifying(desk.world, Told(), [RESPONDERS, Rule(roles=("admin",))])
    (said,) = await service.unheard(EVE)
    assert said.startswith("Rule 2: Nobody of the role admin is told: nobody has it who can sign in.")


async def test_evidence_that_is_missing_is_a_topic_of_its_own_and_a_question_still() -> None:
    for rule, heard in (("evidence missing", ["Miss"]), ("question", ["Ask", "Miss"]), ("paused", [])):
        desk, told = await a_desk(people=(somebody("ann"),)), Told()
        for book in (ASK, MISSING):
            await desk.started(book)
        await notifying(desk.world, told, [Rule(roles=("responder",), on=(rule,))]).tell()  # type: ignore[arg-type]
        titles = ["Miss" if "Evidence is missing" in notice.title else "Ask" for _, notice, _ in told.sent]
        assert sorted(titles) == heard


def test_the_pack_has_a_task_of_the_name_that_is_looked_for() -> None:
    pack = Path(__file__).parents[3] / "Packs" / "VisionOneResponse" / "Playbooks"
    names = [
        task.name
        for path in pack.glob("playbook-*.yml")
        for task in read_playbook_text(path.read_text(), path.name).tasks.values()
        if task.name
    ]
    assert MISSING_NAME in {name.casefold() for name in names}


async def test_people_are_told_by_real_mail_and_a_webhook_once_each() -> None:
    desk = await a_request()
    await changed(desk, somebody("ann", mail="ann.o+soc@example.com"))
    with mailbox() as box, hook() as there:
        post = Post(smtp=f"smtp://127.0.0.1:{box.port}", public_url="https://w.example")
        rules = [Rule(to=there.url, roles=("responder",), users=("eve",), on=("approval",))]
        for _ in range(2):
            await notifying(desk.world, post, rules).tell()
    assert [mail["To"] for mail in box.mails] == ["ann.o+soc@example.com", "eve@example.com"]
    assert "bob asks for `!isolate" in box.mails[0].get_content()
    assert "https://w.example/tasks" in box.mails[0].get_content()
    assert [body["about"] for body in there.asked] == ["approval"]
    assert [one.state for one in await desk.world.store.deliveries.all()] == [Sent.SENT] * 3
