"""Telling people: once, by the rules, again when it is refused, the next one when nobody answers."""

import pytest

from tests.services.approvals.approval_world import EVE, ApprovalWorld, approval_world
from tests.services.notifying.sent_messages import SentMessages, notifying
from warroom.model.errors import ForbiddenError, InvalidInputError
from warroom.model.user import Actor, Role
from warroom.services.approvals.rules import Rules
from warroom.services.notifying.notifying import MESSAGE_RETRIES
from warroom.services.notifying.rules import Rule
from warroom.services.notifying.trying import Trying
from warroom.services.ports.notices import SendError, Sent

SOC, BOSS = Rule(to="mailto:soc@example.com"), Rule(to="mailto:boss@example.com", after_minutes=15)


async def a_request() -> ApprovalWorld:
    approvals = await approval_world(rules=Rules(commands=("isolate",)))
    await approvals.typed("!isolate endpoint=A")
    return approvals


async def state(approvals: ApprovalWorld) -> list[Sent]:
    return [one.state for one in await approvals.world.store.deliveries.all()]


async def test_each_address_is_told_once_also_over_restarts() -> None:
    approvals, told = await a_request(), SentMessages()
    for _ in range(3):
        await notifying(approvals.world, told, [SOC]).tell()
        await notifying(approvals.world, told, [SOC]).tell()
    assert [to for to, _, _ in told.sent] == ["mailto:soc@example.com"]


async def test_whoever_does_not_answer_is_followed_by_the_next() -> None:
    approvals, told = await a_request(), SentMessages()
    service = notifying(approvals.world, told, [SOC, BOSS])
    await service.tell()
    approvals.world.clock.advance(14 * 60)
    await service.tell()
    assert len(told.sent) == 1
    approvals.world.clock.advance(60)
    await service.tell()
    assert [to for to, _, _ in told.sent] == ["mailto:soc@example.com", "mailto:boss@example.com"]


async def test_when_it_was_answered_the_next_is_not_told() -> None:
    approvals, told = await a_request(), SentMessages()
    service = notifying(approvals.world, told, [SOC, BOSS])
    await service.tell()
    (request,) = await approvals.requests()
    await approvals.answer(request)
    approvals.world.clock.advance(3600)
    await service.tell()
    assert len(told.sent) == 1


async def test_a_refusal_for_now_is_tried_again_with_the_same_id_after_longer_and_longer() -> None:
    approvals, told = await a_request(), SentMessages(fails=[SendError("It is full.", Sent.WAITING)] * 3)
    service = notifying(approvals.world, told, [SOC])
    for pause in (0, *MESSAGE_RETRIES.waits[:3]):
        approvals.world.clock.advance(pause)
        await service.tell()
        await service.tell()
    assert (len(told.tried), len(told.sent), await state(approvals)) == (4, 1, [Sent.SENT])
    assert await service.troubles(EVE) == []


async def test_one_that_is_refused_for_ever_is_given_up_and_said() -> None:
    approvals, told = await a_request(), SentMessages(fails=[SendError("It is full.", Sent.WAITING)] * 100)
    service = notifying(approvals.world, told, [SOC])
    for pause in (0, *MESSAGE_RETRIES.waits, 86_400):
        approvals.world.clock.advance(pause)
        await service.tell()
    assert len(told.tried) == len(MESSAGE_RETRIES.waits) + 1
    (given_up,) = await service.troubles(EVE)
    assert (given_up.state, given_up.error) == (Sent.REFUSED, "It is full. It was tried 9 times.")


@pytest.mark.parametrize("ended", [Sent.REFUSED, Sent.UNKNOWN])
async def test_what_was_refused_for_good_or_cut_off_is_not_sent_again_and_is_said(ended: Sent) -> None:
    approvals, told = await a_request(), SentMessages(fails=[SendError("No.", ended)])
    service = notifying(approvals.world, told, [SOC])
    for _ in range(3):
        await service.tell()
        approvals.world.clock.advance(86_400)
    assert len(told.tried) == 1
    assert [one.state for one in await service.troubles(EVE)] == [ended]


async def test_a_process_that_dies_while_it_sends_does_not_send_twice_and_says_so() -> None:
    approvals, told = await a_request(), SentMessages(fails=[KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        await notifying(approvals.world, told, [SOC]).tell()
    assert await state(approvals) == [Sent.STARTED]
    service = notifying(approvals.world, told, [SOC])
    await service.tell()
    assert (len(told.tried), await state(approvals)) == (1, [Sent.UNKNOWN])
    assert "it is not known whether it arrived" in (await service.troubles(EVE))[0].error


async def test_without_rules_nothing_is_looked_for() -> None:
    approvals, told = await a_request(), SentMessages()
    assert await notifying(approvals.world, told, []).tell() == 0
    assert await approvals.world.store.deliveries.all() == []


async def test_an_address_is_tried_by_an_admin() -> None:
    approvals, told = await approval_world(), SentMessages()
    service = notifying(approvals.world, told, [])
    assert await Trying(service).address("https://hooks.example/x", "slack", EVE) == "https://hooks.example/x"
    assert told.tried == ["https://hooks.example/x slack"]
    with pytest.raises(InvalidInputError, match="is no address"):
        await Trying(service).address("nowhere", "json", EVE)
    with pytest.raises(ForbiddenError):
        await Trying(service).address("https://hooks.example/x", "json", Actor(name="ron", role=Role.RESPONDER))
