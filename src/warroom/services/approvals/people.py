"""Who may approve what: not the person who asked for the action, if two people may approve (four eyes)."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.model.errors import ForbiddenError
from warroom.model.user import SYSTEM, Actor
from warroom.services.people.access import Permission, may
from warroom.services.ports.users import UserStore

NOBODY = frozenset({"", "fetch", "system", SYSTEM.name.casefold()})  # the runtime itself asks under these names
TWO = 2
ALONE = "Nobody else may approve, so whoever asked did; with a second responder, somebody else would have to."
NOBODY_LEFT = (
    "Nobody else can now: make somebody a responder, or reject it and ask for it again, and the War Room and the audit"
    " say that one person did both."
)


@dataclass(frozen=True, slots=True)
class People:
    """The users who may approve: they can sign in and answer tasks. API keys and the local terminal do not count."""

    users: UserStore

    async def who_may(self) -> list[str]:
        """List them, by name."""
        return [
            user.name
            for user in await self.users.users()
            if not user.disabled and may(user.role, Permission.ANSWER_TASKS)
        ]

    async def are_two(self) -> bool:
        """Whether another person than the one who asked may approve."""
        return len(await self.who_may()) >= TWO

    async def asked_instead(self, asked_by: str) -> list[str]:
        """List who may approve what a person asked for, where another person has to; empty where anyone may."""
        able = await self.who_may()
        if len(able) < TWO or asked_by.casefold() in NOBODY:
            return []
        return await self._others(asked_by, able)

    async def refuse(self, asked_by: str, actor: Actor, filed: int = 0) -> str:
        """Raise ForbiddenError when an actor may not approve what this one asked for; returns a note for the War Room.

        `filed` says how many could approve when it was asked: what was asked under four eyes stays under them.
        """
        able = await self.who_may()
        acts_for = await self._acting_for(actor)
        if asked_by.casefold() in NOBODY:
            return f"{actor.name} acts for {', '.join(acts_for)}." if acts_for else ""
        name, asker = actor.name.casefold(), asked_by.casefold()
        makers = await self._makers_of(asked_by)
        if max(len(able), filed) < TWO:  # four eyes need two people
            return ALONE if {name, *acts_for} & {asker, *makers} else ""
        way = _way(await self._others(asked_by, able))
        if name == asker:
            raise ForbiddenError(f"{actor.name} asked for this, so somebody else has to approve it. {way}")
        if name in makers and (way != NOBODY_LEFT or len(able) < TWO):
            raise ForbiddenError(
                f"{actor.name} made the API key that asked for this, so somebody else has to approve it. {way}"
            )
        if name not in {one.casefold() for one in able}:
            raise ForbiddenError(
                f"{actor.name} is no user of this server who may answer tasks, and {asked_by} asked for this, so one"
                f" of them has to approve it. {way}"
            )
        return ""

    async def refusal(self, asked_by: str, actor: Actor, filed: int = 0) -> str:
        """Say why an actor may not approve what this one asked for; empty when they may."""
        try:
            await self.refuse(asked_by, actor, filed)
        except ForbiddenError as error:
            return str(error)
        return ""

    async def _acting_for(self, actor: Actor) -> list[str]:
        """Name whom an API key acts for, where it is one; raises ForbiddenError when one of them may not approve."""
        makers = sorted(await self._makers_of(actor.name))
        for user in await self.users.users() if makers else ():
            if user.name.casefold() in makers and (user.disabled or not may(user.role, Permission.ANSWER_TASKS)):
                raise ForbiddenError(
                    f"{actor.name} acts for {user.name}, who may not answer tasks any more, so it may not approve"
                    f" either. {_way(await self._others(user.name, await self.who_may()))}"
                )
        return makers

    async def _others(self, asked_by: str, able: Sequence[str]) -> list[str]:
        own = {asked_by.casefold(), *await self._makers_of(asked_by)}
        return [one for one in able if one.casefold() not in own]

    async def _makers_of(self, name: str) -> set[str]:
        """Return who made an API key, also through another key; empty for an actor that is no key."""
        made_by = [(key.actor.name.casefold(), key.created_by.casefold()) for key in await self.users.keys()]
        keys, asked, todo = {key for key, _ in made_by}, set[str](), {name.casefold()}
        while todo:
            asked |= todo
            todo = {maker for key, maker in made_by if key in todo and maker} - asked
        return asked - keys - {name.casefold()}


def _way(others: Sequence[str]) -> str:
    return f"Ask {', '.join(others)}." if others else NOBODY_LEFT
