"""Sends what there is to tell, by the rules: retried when it is refused, never twice."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from warroom.model.sentence import counted, ended
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.approvals.people import People
from warroom.services.notifying.bundles import Due, Message, mark_of, messages
from warroom.services.notifying.notices import Notices
from warroom.services.notifying.recipients import Reached, Recipients
from warroom.services.notifying.rules import Rule
from warroom.services.ports.clock import Clock
from warroom.services.ports.notices import Deliveries, Delivery, Notice, Sender, SendError, Sent
from warroom.services.ports.users import UserStore

NOTIFY_SECONDS = 5.0  # between two looks
PAUSES = (10, 30, 120, 600, 1800, 3600, 3600, 3600)  # seconds before each next try; then it is given up, and said
KEPT = timedelta(days=30)  # what is told of no more; what still is as it was stays known, so that it is not told again
AT_ONCE = 20  # messages in one look

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifying:
    """Tells people. That a message is about to be sent is written before: one that was cut off is not sent again."""

    notices: Notices
    users: UserStore
    deliveries: Deliveries
    sender: Sender
    clock: Clock
    rules: Sequence[Rule] = ()
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tell(self) -> int:
        """Send what is due now; gives how many messages went through."""
        if not self.rules:
            return 0
        async with self._lock:
            known = {one.id: one for one in await self.deliveries.all()}
            await self._end_cut_off(known)
            due = [one async for one in self._due(await self._found(), await self.recipients(), known)]
            await self._end_over(known, {one.id for one in due})
            opened = [one for one in due if self._is_open(one.known)]
            made = list(messages(opened, list(known.values()), self.clock.now()))
            return sum([await self._send(message) for message in made[:AT_ONCE]])

    async def recipients(self) -> Recipients:
        """Give those whom rules reach at this moment."""
        return Recipients(await self.users.users(), People(self.users))

    async def troubles(self, actor: Actor) -> list[Delivery]:
        """Give the messages that did not get through, or of which nobody knows; one for what went together."""
        require(actor, Permission.SEE)
        bad = {Sent.WAITING, Sent.REFUSED, Sent.UNKNOWN}
        return list({one.message: one for one in await self.deliveries.all() if one.state in bad}.values())

    async def unheard(self, actor: Actor) -> list[str]:
        """Say which rules do not reach whom they name, and what a rule wants told that reaches nobody."""
        require(actor, Permission.SEE)
        if not self.rules:
            return []
        recipients = await self.recipients()
        gaps = [f"Rule {number}: {gap}" for number, rule in enumerate(self.rules, 1) for gap in recipients.gaps(rule)]
        alone = [notice.title for notice in await self._found() if await self._is_for_nobody(notice, recipients)]
        if alone:
            gaps.append(
                f"{counted(len(alone), 'thing')} that a rule wants told reaches nobody, since nobody whom the rules"
                f" reach may decide it: {alone[0]}. Name more people in `[[notify]]`, or give them a mail address."
            )
        return gaps

    async def _found(self) -> list[Notice]:
        return await self.notices.now(incidents=any("incident" in rule.on for rule in self.rules))

    async def _is_for_nobody(self, notice: Notice, recipients: Recipients) -> bool:
        wanting = [rule for rule in self.rules if rule.wants(notice)]
        reached = [one for rule in wanting for one in recipients.of(rule)]
        return bool(reached) and not any([await recipients.may_be_told(one, notice) for one in reached])

    async def _due(
        self, found: Sequence[Notice], recipients: Recipients, known: Mapping[str, Delivery]
    ) -> AsyncIterator[Due]:
        """Give what is to be told by now to whom, each thing once for each address, whichever rule comes first."""
        now = self.clock.now()
        reached = [(rule, list(recipients.of(rule))) for rule in self.rules]
        for notice in found:
            told = set[str]()
            for rule, people in reached:
                if not rule.wants(notice) or now < notice.since + timedelta(minutes=rule.after_minutes):
                    continue
                for one in people:
                    due = self._as_due(rule, one, notice, known)
                    if due.address not in told and (due.known or await recipients.may_be_told(one, notice)):
                        told.add(due.address)
                        yield due

    def _as_due(self, rule: Rule, one: Reached, notice: Notice, known: Mapping[str, Delivery]) -> Due:
        """Name it as it was told before, be it by a rule with other minutes."""
        rungs = {rule.after_minutes: None} | {each.after_minutes: None for each in self.rules}
        names = [id_of(f"{one.address} {minutes}", notice) for minutes in rungs]
        name = next((name for name in names if name in known), names[0])
        return Due(id=name, address=one.address, shape=rule.shape, notice=notice, known=known.get(name))

    def _is_open(self, known: Delivery | None) -> bool:
        return known is None or (known.state is Sent.WAITING and known.at <= self.clock.now())

    async def _end_cut_off(self, known: dict[str, Delivery]) -> None:
        """Mark what a dead process had begun to send."""
        cut = "It was cut off on the way, and nobody knows whether it arrived."
        left = [replace(one, state=Sent.UNKNOWN, error=cut) for one in known.values() if one.state is Sent.BEGUN]
        if left:
            known.update({one.id: one for one in left})
            await self.deliveries.save(left)

    async def _end_over(self, known: Mapping[str, Delivery], live: set[str]) -> None:
        """Give up what is not so any more before it got through, and say so; forget what is long over."""
        now = self.clock.now()
        over = [one for name, one in known.items() if name not in live]
        if late := [one for one in over if one.state is Sent.WAITING]:
            said = "It was over before it got through."
            await self.deliveries.save(
                [replace(one, state=Sent.REFUSED, at=now, error=f"{ended(one.error)} {said}") for one in late]
            )
        if old := [one.id for one in over if one.at < now - KEPT and one.state is not Sent.WAITING]:
            await self.deliveries.forget(old)

    async def _send(self, message: Message) -> bool:
        now = self.clock.now()
        begun = [
            Delivery(
                id=part.id,
                message=message.id,
                address=mark_of(part.address),
                to=self.sender.name(part.address),
                title=message.notice.title,
                state=Sent.BEGUN,
                tries=message.tries + 1,
                at=now,
            )
            for part in message.parts
        ]
        await self.deliveries.save(begun)
        try:
            await self.sender.send(message.address, message.parts[0].shape, message.notice, message.id)
        except SendError as error:
            log.warning("a message did not get through", to=begun[0].to, error=str(error), ended=error.ended)
            await self.deliveries.save([_after(one, error, self.clock.now()) for one in begun])
            return False
        await self.deliveries.save([replace(one, state=Sent.SENT, at=self.clock.now()) for one in begun])
        return True


def _after(begun: Delivery, error: SendError, now: datetime) -> Delivery:
    if error.ended is not Sent.WAITING:
        return replace(begun, state=error.ended, at=now, error=str(error))
    if begun.tries > len(PAUSES):
        return replace(
            begun, state=Sent.REFUSED, at=now, error=f"{ended(str(error))} It was tried {begun.tries} times."
        )
    return replace(begun, state=Sent.WAITING, at=now + timedelta(seconds=PAUSES[begun.tries - 1]), error=str(error))


def id_of(to: str, notice: Notice) -> str:
    """Give what is the same for the same thing told to the same address: it goes along, so that a copy is known."""
    return sha256(f"{to} {notice.key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
