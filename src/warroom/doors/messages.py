"""Test messages to people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args

from warroom.doors.asked import Asked
from warroom.doors.operation import writes
from warroom.model.errors import InvalidInputError, UnavailableError
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.notifying.rules import Shape
from warroom.services.people.access import Permission
from warroom.services.ports.notices import SendError


class TestMessage(Asked):
    """The address of a test message; without one, all recipients of the rules."""

    __test__ = False  # for pytest

    to: str = ""
    shape: str = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Who took the message."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """Who did not take it, and why."""

    to: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTried:
    """A rule by its number in the settings: who took the message, who did not, and whom it does not reach."""

    rule: int
    told: Sequence[str]
    failed: Sequence[NotReached]
    gaps: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesTried:
    """Each rule, in the order of the settings."""

    rules: Sequence[RuleTried]


@writes("notify.test", Permission.MANAGE_INSTANCES, UnavailableError)
async def try_message(app: App, asked: TestMessage, actor: Actor) -> Sent | RulesTried:
    """Send a test message; what the address says against it is an error. Without an address, try the rules."""
    if not asked.to:
        return await _rules(app, actor)
    if asked.shape not in get_args(Shape):
        raise InvalidInputError(f"{asked.shape!r} is no shape. Use one of {', '.join(get_args(Shape))}.")
    try:
        return Sent(to=await app.trying.address(asked.to, cast("Shape", asked.shape), actor))
    except SendError as error:
        raise UnavailableError(f"The message did not get through: {error}") from error


async def _rules(app: App, actor: Actor) -> RulesTried:
    """Send one to everybody whom the rules reach; no address is tried twice."""
    return RulesTried(
        rules=[
            RuleTried(
                rule=number,
                told=tried.told,
                failed=[NotReached(to=name, error=error) for name, error in tried.failed],
                gaps=tried.gaps,
            )
            for number, tried in enumerate(await app.trying.rules(actor), 1)
        ]
    )
