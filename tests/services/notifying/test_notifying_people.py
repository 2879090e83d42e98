"""Telling people at their own address: by role and name, in their turn, and never whoever may not decide."""

from pathlib import Path

from tests.outbound.hook import hook
from tests.outbound.mailbox import mailbox
from tests.services.approvals.approval_world import EVE, ApprovalWorld, approval_world, with_people
from tests.services.notifying.people import mail_to, somebody
from tests.services.notifying.sent_messages import SentMessages, notifying
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


async def a_request(*more: str) -> ApprovalWorld:
    """Let bob ask for an isolation; ann, eve the admin and these responders may approve it."""
    people = (somebody("ann"), somebody("bob"), somebody("eve", Role.ADMIN), somebody("ron", Role.READER))
    approvals = await approval_world(rules=Rules(commands=("isolate",)), people=people)
    await with_people(approvals.world, *(somebody(name) for name in more))
    await approvals.typed("!isolate endpoint=A")
    return approvals


async def changed(approvals: ApprovalWorld, user: User) -> None:
    await approvals.world.store.users.edit_user(user.name, lambda _: user)


def who(told: SentMessages) -> list[str]:
    return [to.removeprefix("mailto:").partition("@")[0] for to, _, _ in told.sent]


async def test_those_of_the_role_are_told_but_not_who_asked() -> None:
    approvals, told = await a_request("carl"), SentMessages()
    await notifying(approvals.world, told, [RESPONDERS]).tell()
    assert who(told) == ["ann", "carl"]


async def test_a_person_who_is_named_but_may_not_approve_is_not_told() -> None:
    approvals, told = await a_request(), SentMessages()
    await notifying(approvals.world, told, [Rule(users=("ron", "bob", "ann"))]).tell()
    assert who(told) == ["ann"]


async def test_whoever_was_disabled_or_moved_is_told_as_they_are_now() -> None:
    approvals, told = await a_request("carl"), SentMessages()
    await changed(approvals, somebody("carl", disabled=True))
    await changed(approvals, somebody("ann", mail="new@example.com"))
    await notifying(approvals.world, told, [RESPONDERS]).tell()
    assert [to for to, _, _ in told.sent] == ["mailto:new@example.com"]


async def test_responders_who_do_not_answer_are_followed_by_the_admins() -> None:
    approvals, told = await a_request(), SentMessages()
    for minutes in (0, 14, 1, 60):
        approvals.world.clock.advance(minutes * 60)
        await notifying(approvals.world, told, [RESPONDERS, ADMINS]).tell()
    assert who(told) == ["ann", "eve"]


async def test_admins_are_not_told_when_a_responder_has_answered() -> None:
    approvals, told = await a_request(), SentMessages()
    service = notifying(approvals.world, told, [RESPONDERS, ADMINS])
    await service.tell()
    (request,) = await approvals.requests()
    await approvals.answer(request)
    approvals.world.clock.advance(3600)
    await service.tell()
    assert who(told) == ["ann"]


async def test_a_person_whom_two_rules_reach_is_told_once() -> None:
    approvals, told = await a_request(), SentMessages()
    rules = [Rule(users=("ann",), after_minutes=5), RESPONDERS, Rule(to=mail_to("ann"), after_minutes=30)]
    for _ in range(3):
        await notifying(approvals.world, told, rules).tell()
        approvals.world.clock.advance(1800)
    assert who(told) == ["ann"]


async def test_a_request_that_nobody_hears_of_is_said() -> None:
    people = (somebody("bob"), somebody("eve", Role.ADMIN, mail=""))
    approvals = await approval_world(rules=Rules(commands=("isolate",)), people=people)
    await approvals.typed("!isolate endpoint=A")
    told = SentMessages()
    service = notifying(approvals.world, told, [RESPONDERS])
    assert (await service.tell(), told.sent) == (0, [])
    (said,) = await service.unheard(EVE)
    assert said.startswith("1 thing that a rule asks for reaches nobody")
    assert "Approval is needed: incident 1" in said
    await changed(approvals, somebody("eve", Role.ADMIN))
    assert await notifying(approvals.world, told, [RESPONDERS, ADMINS]).unheard(EVE) == []


async def test_a_rule_that_reaches_nobody_is_said_by_its_number() -> None:
    approvals = await approval_world(people=(somebody("ann"),))
    service = notifying(approvals.world, SentMessages(), [RESPONDERS, Rule(roles=("admin",))])
    (said,) = await service.unheard(EVE)
    assert said.startswith("Rule 2: Nobody of the role admin is told: nobody has it who can sign in.")


async def test_evidence_that_is_missing_is_a_topic_of_its_own_and_a_question_still() -> None:
    for rule, heard in (("evidence missing", ["Miss"]), ("question", ["Ask", "Miss"]), ("paused", [])):
        approvals, told = await approval_world(people=(somebody("ann"),)), SentMessages()
        for book in (ASK, MISSING):
            await approvals.started(book)
        await notifying(approvals.world, told, [Rule(roles=("responder",), on=(rule,))]).tell()  # type: ignore[arg-type]
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
    approvals = await a_request()
    await changed(approvals, somebody("ann", mail="ann.o+soc@example.com"))
    with mailbox() as box, hook() as there:
        post = Post(smtp=f"smtp://127.0.0.1:{box.port}", public_url="https://w.example")
        rules = [Rule(to=there.url, roles=("responder",), users=("eve",), on=("approval",))]
        for _ in range(2):
            await notifying(approvals.world, post, rules).tell()
    assert [mail["To"] for mail in box.mails] == ["ann.o+soc@example.com", "eve@example.com"]
    assert "bob asks for `!isolate" in box.mails[0].get_content()
    assert "https://w.example/tasks" in box.mails[0].get_content()
    assert [body["about"] for body in there.asked] == ["approval"]
    assert [one.state for one in await approvals.world.store.deliveries.all()] == [Sent.SENT] * 3
