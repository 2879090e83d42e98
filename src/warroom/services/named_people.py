"""Who may be named where evidence is kept for some: people and programs that there are."""

import re
from collections.abc import Sequence

from warroom.content.likeness import close_names
from warroom.model.errors import InvalidInputError
from warroom.model.user import Actor
from warroom.services.ports.users import UserStore

NAME = re.compile(r"(key:)?[\w.@-]{1,64}")


async def named_people(people: Sequence[str], users: UserStore, actor: Actor) -> tuple[str, ...]:
    """Give the names, each once; raises InvalidInputError for one that nobody has who can sign in.

    Whoever asks is somebody, too: on the command line under the system user's name.
    """
    names = tuple(dict.fromkeys(name.strip() for name in people if name.strip()))
    if people and not names:  # such as a variable that a script forgot to set: it would open it to everybody
        raise InvalidInputError(
            "Nobody is named. Name who may have it, or say that it is for whoever's role is enough."
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
            raise InvalidInputError(f"{name!r} is nobody who can sign in, user or API key.{meant} See the page Users.")
    return names
