"""Sends test messages to an address, or to everybody whom the rules name."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.model.errors import InvalidInputError
from warroom.model.user import Actor
from warroom.services.notifying.notices import NO_INCIDENT
from warroom.services.notifying.notifying import Notifying, id_of
from warroom.services.notifying.rules import Rule, Shape
from warroom.services.people.access import Permission, require
from warroom.services.ports.notices import Notice, SendError


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The result of testing one rule: who took the message, who did not and why, and whom it does not reach."""

    told: Sequence[str] = ()
    failed: Sequence[tuple[str, str]] = ()
    gaps: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Trying:
    """Sends messages that say that they are a test."""

    notifying: Notifying

    async def address(self, to: str, shape: Shape, actor: Actor) -> str:
        """Send a test message to an address; returns its name, raises SendError."""
        require(actor, Permission.MANAGE_INSTANCES)
        try:
            Rule(to=to, shape=shape)
        except ValueError as error:
            raise InvalidInputError(str(error)) from error
        await self._send(to, shape, actor)
        return self.notifying.sender.name(to)

    async def rules(self, actor: Actor) -> list[Tried]:
        """Send one to everybody whom a rule reaches; no address is tried twice."""
        require(actor, Permission.MANAGE_INSTANCES)
        recipients = await self.notifying.recipients()
        done: dict[str, str] = {}  # the address's refusal; empty when it took the message
        tried = []
        for rule in self.notifying.rules:
            reached = [one.address for one in recipients.of(rule)]
            for address in reached:
                if address not in done:
                    done[address] = await self._said(address, rule.shape, actor)
            names = [(self.notifying.sender.name(address), done[address]) for address in reached]
            tried.append(
                Tried(
                    told=[name for name, error in names if not error],
                    failed=[(name, error) for name, error in names if error],
                    gaps=list(recipients.gaps(rule)),
                )
            )
        return tried

    async def _said(self, to: str, shape: Shape, actor: Actor) -> str:
        try:
            await self._send(to, shape, actor)
        except SendError as error:
            return str(error)
        return ""

    async def _send(self, to: str, shape: Shape, actor: Actor) -> None:
        now = self.notifying.clock.now()
        text = f"{actor.name} sent this to test the address. No action is needed."
        notice = Notice(key=f"test {now.isoformat()}", about="test", title="A test of warroom", text=text, link="/",
                        severity=NO_INCIDENT, since=now)  # fmt: skip
        await self.notifying.sender.send(to, shape, notice, id_of(to, notice))
