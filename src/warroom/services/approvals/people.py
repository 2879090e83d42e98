"""Who may approve what: whoever asked for an action may not, as soon as two people may approve (four eyes)."""

from dataclasses import dataclass

from warroom.model.errors import ForbiddenError
from warroom.model.user import SYSTEM, Actor
from warroom.services.access import Permission, may
from warroom.services.ports.users import UserStore

NOBODY = frozenset({"", "fetch", "system", SYSTEM.name.casefold()})  # under these names the runtime itself asks
ALONE = "Nobody else may approve, so whoever asked did; with a second responder, somebody else would have to."


@dataclass(frozen=True, slots=True)
class People:
    """Those who may approve: users who can sign in and answer tasks. API keys and the local terminal are no people."""

    users: UserStore

    async def who_may(self) -> list[str]:
        """List them, by name."""
        return [
            user.name
            for user in await self.users.users()
            if not user.disabled and may(user.role, Permission.ANSWER_TASKS)
        ]

    async def are_two(self) -> bool:
        """Whether whoever asked has somebody else to ask."""
        return len(await self.who_may()) > 1

    async def _makers_of(self, asked_by: str) -> set[str]:
        """Name who made an API key, which acts for them; nobody for what is none."""
        keys = await self.users.keys()
        return {key.created_by.casefold() for key in keys if key.actor.name == asked_by and key.created_by}

    async def refuse(self, asked_by: str, actor: Actor) -> str:
        """Raise ForbiddenError when an actor may not approve what this one asked for; gives what is to be told."""
        able = await self.who_may()
        name, asker = actor.name.casefold(), asked_by.casefold()
        if asker in NOBODY:
            return ""
        if len(able) < 2:  # four eyes are those of two people
            return ALONE if name == asker else ""
        makers = await self._makers_of(asked_by)
        others = ", ".join(one for one in able if one.casefold() not in {asker, *makers})
        if name == asker:
            raise ForbiddenError(f"{actor.name} asked for this, so somebody else has to approve it. Ask {others}.")
        if name in makers and others:
            raise ForbiddenError(
                f"{actor.name} made the API key that asked for this, so somebody else has to approve it. Ask {others}."
            )
        if name not in {one.casefold() for one in able}:
            raise ForbiddenError(
                f"{actor.name} is no user of this server who may answer tasks, and {asked_by} asked for this, so one"
                f" of them has to approve it. Ask {others}."
            )
        return ""
