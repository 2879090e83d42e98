"""Whom a rule reaches: its address, and people at theirs; whom it does not reach, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from warroom.model.user import User
from warroom.services.approvals.people import People
from warroom.services.notifying.rules import Rule
from warroom.services.people.access import Permission, may
from warroom.services.ports.notices import Asked, Notice

DECISIONS = frozenset({"approval", "question", "doubt", "expired", "evidence missing"})  # topics that all wait for one
GIVE = "`warroom user mail NAME ADDRESS` gives one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An address of a rule; `user` is its owner, where it is a user's own."""

    address: str
    user: User | None = None


@dataclass(frozen=True, slots=True)
class Recipients:
    """Those whom rules reach, as the users are at one moment."""

    users: Sequence[User]
    people: People
    _may: dict[tuple[str, Asked], bool] = field(default_factory=dict)

    def of(self, rule: Rule) -> Iterator[Reached]:
        """Yield the recipients of a rule, each address once; users who are disabled or have no address are left out."""
        if rule.to:
            yield Reached(address=rule.to)
        told = {rule.to}
        for user in self.users:
            if not user.disabled and user.mail and (address := _mailto(user)) not in told and _names(rule, user):
                told.add(address)
                yield Reached(address=address, user=user)

    async def may_be_told(self, reached: Reached, notice: Notice) -> bool:
        """Whether a notice is for this recipient: a decision is only for people who may make it."""
        if reached.user is None or notice.asks is None:
            return True
        asked = (reached.user.name, notice.asks)
        if asked not in self._may:
            self._may[asked] = await self._may_decide(reached.user, notice.asks)
        return self._may[asked]

    async def _may_decide(self, user: User, asks: Asked) -> bool:
        if not may(user.role, Permission.ANSWER_TASKS):
            return False
        return not asks.is_approval or not await self.people.refusal(asks.by, user.actor, asks.approvers)

    def gaps(self, rule: Rule) -> Iterator[str]:
        """Say who of those that a rule names is not reached, a sentence each."""
        for role in rule.roles:
            able = [user for user in self.users if user.role.label == role and not user.disabled]
            if not any(user.mail for user in able):
                who = "none who can sign in has a mail address" if able else "nobody has it who can sign in"
                yield f"Nobody of the role {role} is told: {who}. {GIVE}"
        known = {user.name: user for user in self.users}
        for name in rule.users:
            if why := _why_not(known.get(name.strip().casefold())):
                yield f"User {name} is not told: {why}."
        reached = list(self.of(rule))
        if reached and rule.on and set(rule.on) <= DECISIONS and not any(map(_can_decide, reached)):
            yield "None of its recipients may answer tasks, and it sends nothing else. Name a role that may."


def _mailto(user: User) -> str:
    return f"mailto:{quote(user.mail, safe='@+[]')}"


def _names(rule: Rule, user: User) -> bool:
    return user.role.label in rule.roles or user.name in {name.strip().casefold() for name in rule.users}


def _can_decide(reached: Reached) -> bool:
    return reached.user is None or may(reached.user.role, Permission.ANSWER_TASKS)


def _why_not(user: User | None) -> str:
    if user is None:
        return "there is no such user"
    if user.disabled:
        return "the user is disabled"
    return "" if user.mail else f"there is no mail address; {GIVE.removesuffix('.')}"
