"""A storm of incidents does not become a storm of mails, and nothing of it is told twice or lost."""

from dataclasses import replace

import pytest

from tests.outbound.hook import hook
from tests.outbound.mailbox import mailbox
from tests.services.approvals.approval_world import EVE
from tests.services.notifying.sent_messages import SentMessages, notifying
from tests.services.world import World, command, lab
from warroom.model.halt import Halt
from warroom.model.incident import Severity, Status
from warroom.outbound.sending import Post
from warroom.services.notifying.batching import BUSY
from warroom.services.notifying.notifying import KEPT, MESSAGE_RETRIES
from warroom.services.notifying.rules import Rule
from warroom.services.ports.notices import SendError, Sent
from warroom.testing.samples import an_incident, some_changes

SOC = Rule(to="mailto:soc@example.com", on=("incident",), severity="high")


async def a_world() -> World:
    world = World(lab(command("read")), {})
    await world.begin()
    return world


async def come(world: World, *numbers: int, severity: Severity = Severity.HIGH, status: Status = Status.ACTIVE) -> None:
    now = world.clock.now()
    made = [an_incident(number, severity=severity, status=status, created=now) for number in numbers]
    await world.store.commit(some_changes(incidents=made))


async def states(world: World) -> list[Sent]:
    return [one.state for one in await world.store.deliveries.all()]


async def test_a_new_incident_is_told_by_its_severity_and_only_where_a_rule_names_it() -> None:
    world, told = await a_world(), SentMessages()
    await come(world, 10)
    await come(world, 11, severity=Severity.MEDIUM)
    await notifying(world, told, [SOC, Rule(to="mailto:all@example.com")]).tell()
    assert [(to, notice.title) for to, notice, _ in told.sent] == [(SOC.to, "New incident 10: Incident 10")]


async def test_one_whose_severity_rises_is_told_then() -> None:
    world, told = await a_world(), SentMessages()
    service = notifying(world, told, [SOC])
    await come(world, 10, severity=Severity.LOW)
    assert await service.tell() == 0
    await come(world, 10, severity=Severity.CRITICAL)
    assert await service.tell() == 1


async def test_a_thousand_incidents_at_once_are_one_mail_also_over_restarts() -> None:
    world = await a_world()
    await come(world, *range(10, 1010))
    with mailbox() as box:
        for _ in range(3):
            await notifying(world, Post(smtp=f"smtp://127.0.0.1:{box.port}"), [SOC]).tell()
    (mail,) = box.mails
    assert mail["Subject"] == "[warroom] 1,000 things at once: incident (1,000)"
    assert "New incident 10: Incident 10. " in mail.get_content()
    assert "… and 970 more things, which the console shows." in mail.get_content()


@pytest.mark.slow
async def test_a_thousand_incidents_within_an_hour_are_some_dozen_mails_that_name_each_once() -> None:
    world, told = await a_world(), SentMessages()
    service = notifying(world, told, [SOC])
    for number in range(1000):
        await come(world, 10 + number)
        await service.tell()
        world.clock.advance(3.6)
    world.clock.advance(600)
    await service.tell()
    assert BUSY < len(told.sent) < 60
    named = [key for _, notice, _ in told.sent for key in notice.key.split(" incident ")]
    assert sorted(key.removeprefix("incident ") for key in named) == sorted(str(10 + number) for number in range(1000))


async def test_a_webhook_gets_the_lines_of_a_storm() -> None:
    world = await a_world()
    await come(world, *range(10, 17))
    with hook() as there:
        await notifying(world, Post(), [replace(SOC, to=there.url)]).tell()
    (body,) = there.asked
    assert (body["about"], len(body["lines"])) == ("digest", 7)


async def test_a_process_that_dies_while_it_sends_a_storm_sends_none_of_it_twice_and_says_it_once() -> None:
    world, told = await a_world(), SentMessages(fails=[KeyboardInterrupt()])
    await come(world, *range(10, 40))
    with pytest.raises(KeyboardInterrupt):
        await notifying(world, told, [SOC]).tell()
    assert await states(world) == [Sent.STARTED] * 30
    service = notifying(world, told, [SOC])
    await service.tell()
    assert (len(told.tried), await states(world)) == (1, [Sent.UNKNOWN] * 30)
    (trouble,) = await service.troubles(EVE)
    assert trouble.title == "30 things at once: incident (30)"
    await come(world, 50)
    await service.tell()
    assert [notice.title for _, notice, _ in told.sent] == ["New incident 50: Incident 50"]


async def test_a_storm_that_is_refused_for_now_comes_again_as_the_same_message() -> None:
    world, told = await a_world(), SentMessages(fails=[SendError("It is full.", Sent.WAITING)] * 2)
    await come(world, *range(10, 40))
    service = notifying(world, told, [SOC])
    for pause in (0, *MESSAGE_RETRIES.waits[:2]):
        world.clock.advance(pause)
        await service.tell()
    ((_, notice, name),) = told.sent
    assert (len(told.tried), notice.title) == (3, "30 things at once: incident (30)")
    assert {one.message for one in await world.store.deliveries.all()} == {name}


async def test_what_is_over_before_it_got_through_is_not_sent_and_is_said() -> None:
    world, told = await a_world(), SentMessages(fails=[SendError("It is full.", Sent.WAITING)])
    await come(world, 10)
    service = notifying(world, told, [SOC])
    await service.tell()
    await come(world, 10, status=Status.DONE)
    world.clock.advance(MESSAGE_RETRIES.waits[0])
    assert await service.tell() == 0
    (trouble,) = await service.troubles(EVE)
    assert (trouble.state, trouble.error) == (Sent.REFUSED, "It is full. It ended before the message got through.")
    world.clock.advance(KEPT.total_seconds() + 1)
    await service.tell()
    assert await states(world) == []


async def test_what_still_is_as_it_was_is_not_told_again_however_long_it_lasts() -> None:
    world, told = await a_world(), SentMessages()
    halt = Halt(actor="eve", since=world.clock.now(), reason="Drill.")
    await world.store.halts.start(halt)
    service = notifying(world, told, [Rule(to="mailto:soc@example.com", on=("paused",))])
    for _ in range(3):
        await service.tell()
        world.clock.advance(KEPT.total_seconds() + 1)
    assert [notice.text for _, notice, _ in told.sent] == [halt.said]
