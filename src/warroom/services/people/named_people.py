"""Checks the names that evidence is restricted to: they must be existing users or API keys."""

import re
from collections.abc import Sequence

from warroom.content.likeness import close_names
from warroom.model.errors import InvalidInputError
from warroom.model.user import Actor
from warroom.services.ports.users import UserStore

NAME = re.compile(r"(key:)?[\w.@-]{1,64}")


async def named_people(people: Sequence[str], users: UserStore, actor: Actor) -> tuple[str, ...]:
    """Return the names, each once; raises InvalidInputError for one that no user who can sign in has.

    The actor's own name is always valid: on the command line it is the system user's.
    """
    names = tuple(dict.fromkeys(name.strip() for name in people if name.strip()))
    if not names:  # such as a variable that a script forgot to set: it would open it to everybody
        raise InvalidInputError(
            "Nobody is named. Name who may have it (people; --to on the command line), or say that it is for everyone "
            "with the necessary role (open: true; --open)."
        )
    for name in names:
        if not NAME.fullmatch(name):
            raise InvalidInputError(f"{name!r} names nobody. Write a user's name, or key:NAME for an API key.")
    known = {actor.name} | {user.name for user in await users.users() if not user.disabled}
    known |= {key.actor.name for key in await users.keys() if not key.disabled}
    for name in names:
        if name not in known:
            close = close_names(name, sorted(known), most=1)
            meant = f" Did you mean {close[0]}?" if close else ""
            raise InvalidInputError(f"{name!r} is no user or API key that can sign in.{meant} See the page Users.")
    return names
