"""Sends what there is to tell, by the rules: retried when it is refused, never twice."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from warroom.model.errors import InvalidInputError
from warroom.model.sentence import ended
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.notifying.notices import NO_INCIDENT, Notices
from warroom.services.notifying.rules import Rule, Shape
from warroom.services.ports.clock import Clock
from warroom.services.ports.notices import Deliveries, Delivery, Notice, Sender, SendError, Sent

NOTIFY_SECONDS = 5.0  # between two looks
PAUSES = (10, 30, 120, 600, 1800, 3600, 3600, 3600)  # seconds before each next try; then it is given up, and said
KEPT = timedelta(days=30)
AT_ONCE = 20  # messages in one look

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifying:
    """Tells people. That a message is about to be sent is written before: one that was cut off is not sent again."""

    notices: Notices
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
            for left in [one for one in known.values() if one.state is Sent.BEGUN]:
                cut = "It was cut off on the way, and nobody knows whether it arrived."
                await self._keep(replace(left, state=Sent.UNKNOWN, error=cut))
            due = [one for one in self._due(await self.notices.now()) if self._is_open(known.get(one[0]))]
            went = [await self._send(known.get(name), name, rule, notice) for name, rule, notice in due[:AT_ONCE]]
            await self.deliveries.forget(self.clock.now() - KEPT)
            return sum(went)

    async def troubles(self, actor: Actor) -> list[Delivery]:
        """Give the messages that did not get through, or of which nobody knows."""
        require(actor, Permission.SEE)
        bad = {Sent.WAITING, Sent.REFUSED, Sent.UNKNOWN}
        return [one for one in await self.deliveries.all() if one.state in bad]

    async def test(self, to: str, shape: Shape, actor: Actor) -> str:
        """Send a message to try an address; gives its name, raises SendError."""
        require(actor, Permission.MANAGE_INSTANCES)
        try:
            Rule(to=to, shape=shape)
        except ValueError as error:
            raise InvalidInputError(str(error)) from error
        now = self.clock.now()
        text = f"{actor.name} tries whether this address can be told. Nothing is to be done."
        notice = Notice(key=f"test {now.isoformat()}", about="test", title="A test of warroom", text=text, link="/",
                        severity=NO_INCIDENT, since=now)  # fmt: skip
        await self.sender.send(to, shape, notice, _id(to, notice))
        return self.sender.name(to)

    def _due(self, found: Sequence[Notice]) -> Iterator[tuple[str, Rule, Notice]]:
        now = self.clock.now()
        for notice in found:
            for rule in self.rules:
                if rule.wants(notice) and now >= notice.since + timedelta(minutes=rule.after_minutes):
                    yield _id(f"{rule.to} {rule.after_minutes}", notice), rule, notice

    def _is_open(self, known: Delivery | None) -> bool:
        return known is None or (known.state is Sent.WAITING and known.at <= self.clock.now())

    async def _send(self, known: Delivery | None, name: str, rule: Rule, notice: Notice) -> bool:
        tries = known.tries + 1 if known else 1
        begun = Delivery(id=name, to=self.sender.name(rule.to), title=notice.title, state=Sent.BEGUN, tries=tries,
                         at=self.clock.now())  # fmt: skip
        await self._keep(begun)
        try:
            await self.sender.send(rule.to, rule.shape, notice, name)
        except SendError as error:
            log.warning("a message did not get through", to=begun.to, error=str(error), ended=error.ended)
            await self._keep(_after(begun, error, self.clock.now()))
            return False
        await self._keep(replace(begun, state=Sent.SENT, at=self.clock.now()))
        return True

    async def _keep(self, delivery: Delivery) -> None:
        await self.deliveries.save(delivery)


def _after(begun: Delivery, error: SendError, now: datetime) -> Delivery:
    if error.ended is not Sent.WAITING:
        return replace(begun, state=error.ended, at=now, error=str(error))
    if begun.tries > len(PAUSES):
        return replace(
            begun, state=Sent.REFUSED, at=now, error=f"{ended(str(error))} It was tried {begun.tries} times."
        )
    return replace(begun, state=Sent.WAITING, at=now + timedelta(seconds=PAUSES[begun.tries - 1]), error=str(error))


def _id(to: str, notice: Notice) -> str:
    """Give what is the same for the same thing told to the same address: it goes along, so that a copy is known."""
    return sha256(f"{to} {notice.key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
