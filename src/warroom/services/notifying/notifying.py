"""Sends notices by the rules: a refused message is retried, none is sent twice."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from warroom.model.retry_policy import RetryPolicy
from warroom.model.sentence import counted, ended
from warroom.model.user import Actor
from warroom.services.approvals.people import People
from warroom.services.notifying.batching import Due, Message, mark_of, messages
from warroom.services.notifying.notices import Notices
from warroom.services.notifying.recipients import Reached, Recipients
from warroom.services.notifying.rules import Rule
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.notices import Deliveries, Delivery, Notice, Sender, SendError, Sent
from warroom.services.ports.users import UserStore

NOTIFY_SECONDS = 5.0  # between two checks
MESSAGE_RETRIES = RetryPolicy((10, 30, 120, 600, 1800, 3600, 3600, 3600))  # then it is given up and reported
KEPT = timedelta(days=30)  # for ended notices; open ones stay stored, so that they are not sent again
AT_ONCE = 20  # messages in one check

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifying:
    """Sends messages. Each is stored as begun before it is sent: one that was cut off is not sent again."""

    notices: Notices
    users: UserStore
    deliveries: Deliveries
    sender: Sender
    clock: Clock
    rules: Sequence[Rule] = ()
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tell(self) -> int:
        """Send what is due now; returns the number of messages that were accepted."""
        if not self.rules:
            return 0
        async with self._lock:
            known = {one.id: one for one in await self.deliveries.all()}
            await self._end_cut_off(known)
            due = [one async for one in self._due(await self._found(), await self.recipients(), known)]
            await self._end_past(known, {one.id for one in due})
            opened = [one for one in due if self._is_open(one.known)]
            made = list(messages(opened, list(known.values()), self.clock.now()))
            return sum([await self._send(message) for message in made[:AT_ONCE]])

    async def recipients(self) -> Recipients:
        """Return those whom rules reach at this moment."""
        return Recipients(await self.users.users(), People(self.users))

    async def troubles(self, actor: Actor) -> list[Delivery]:
        """Return the messages that failed or may have; one for those that were sent together."""
        require(actor, Permission.SEE)
        bad = {Sent.WAITING, Sent.REFUSED, Sent.UNKNOWN}
        return list({one.message: one for one in await self.deliveries.all() if one.state in bad}.values())

    async def unheard(self, actor: Actor) -> list[str]:
        """Report rules that do not reach everyone they name, and notices that reach no one."""
        require(actor, Permission.SEE)
        if not self.rules:
            return []
        recipients = await self.recipients()
        gaps = [f"Rule {number}: {gap}" for number, rule in enumerate(self.rules, 1) for gap in recipients.gaps(rule)]
        alone = [notice.title for notice in await self._found() if await self._is_for_nobody(notice, recipients)]
        if alone:
            gaps.append(
                f"{counted(len(alone), 'thing')} that a rule asks for reaches nobody, since nobody whom the rules"
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
        """Yield the messages that are due, each notice once for each address, by the first rule that matches."""
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
        """Use the notice's earlier key when it was sent before, also by a rule with other minutes."""
        rungs = {rule.after_minutes: None} | {each.after_minutes: None for each in self.rules}
        names = [id_of(f"{one.address} {minutes}", notice) for minutes in rungs]
        name = next((name for name in names if name in known), names[0])
        return Due(id=name, address=one.address, shape=rule.shape, notice=notice, known=known.get(name))

    def _is_open(self, known: Delivery | None) -> bool:
        return known is None or (known.state is Sent.WAITING and known.at <= self.clock.now())

    async def _end_cut_off(self, known: dict[str, Delivery]) -> None:
        """Mark the messages that a dead process had begun to send."""
        cut = "It was cut off on the way, and it is not known whether it arrived."
        left = [replace(one, state=Sent.UNKNOWN, error=cut) for one in known.values() if one.state is Sent.STARTED]
        if left:
            known.update({one.id: one for one in left})
            await self.deliveries.save(left)

    async def _end_past(self, known: Mapping[str, Delivery], live: set[str]) -> None:
        """End undelivered notices whose reason no longer holds, and log it; remove old deliveries."""
        now = self.clock.now()
        over = [one for name, one in known.items() if name not in live]
        if late := [one for one in over if one.state is Sent.WAITING]:
            said = "It ended before the message got through."
            await self.deliveries.save(
                [replace(one, state=Sent.REFUSED, at=now, error=f"{ended(one.error)} {said}") for one in late]
            )
        if old := [one.id for one in over if one.at < now - KEPT and one.state is not Sent.WAITING]:
            await self.deliveries.forget(old)

    async def _send(self, message: Message) -> bool:
        now = self.clock.now()
        started = [
            Delivery(
                id=part.id,
                message=message.id,
                address=mark_of(part.address),
                to=self.sender.name(part.address),
                title=message.notice.title,
                state=Sent.STARTED,
                tries=message.tries + 1,
                at=now,
            )
            for part in message.parts
        ]
        await self.deliveries.save(started)
        try:
            await self.sender.send(message.address, message.parts[0].shape, message.notice, message.id)
        except SendError as error:
            log.warning("a message did not get through", to=started[0].to, error=str(error), ended=error.ended)
            await self.deliveries.save([_after(one, error, self.clock.now()) for one in started])
            return False
        await self.deliveries.save([replace(one, state=Sent.SENT, at=self.clock.now()) for one in started])
        return True


def _after(started: Delivery, error: SendError, now: datetime) -> Delivery:
    if error.ended is not Sent.WAITING:
        return replace(started, state=error.ended, at=now, error=str(error))
    if MESSAGE_RETRIES.has_ended(started.tries):
        return replace(
            started, state=Sent.REFUSED, at=now, error=f"{ended(str(error))} It was tried {started.tries} times."
        )
    return replace(started, state=Sent.WAITING, at=now + MESSAGE_RETRIES.after(started.tries), error=str(error))


def id_of(to: str, notice: Notice) -> str:
    """Return the id of a notice to an address; it is sent along, so that a repeated message can be recognized."""
    return sha256(f"{to} {notice.key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
