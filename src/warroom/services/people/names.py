"""Names of people that cannot be mistaken for another: neither for one of the runtime's own, nor for a colleague's."""

import re
import unicodedata
from collections.abc import Iterable

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.user import User

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
RESERVED = (  # the first are actors of the runtime; the others would read as "no one" or "everyone"
    *("DBot", "system", "playbook", "fetch", "mirror", "sealer", "local", "terminal", "command line", "command"),
    *("this machine", "localhost", "console", "server", "worker", "warroom", "XSOAR", "automation", "scheduler"),
    *("API", "key", "audit", "one-time link", "approval", "anonymous", "unknown", "nobody", "somebody", "everybody"),
    *("none", "null", "you"),
)
# What is drawn like a Latin letter in Cyrillic and Greek, and the digits that are; NFKD unfolds all other kinds.
DRAWN_ALIKE = str.maketrans("авеікмнорстухѕјԁһԛԝαβεικνορτυχϲϳıɡ01i|5", "abelkmhopctyxsjdhqwabelkvoptyxcjlgollls")  # noqa: RUF001  # they are what it is about
PAIRS = (("rn", "m"), ("vv", "w"))
JOINTS = re.compile(r"[._@-]+")


def likeness(name: str) -> str:
    r"""Return a key that is equal for names that look the same.

    >>> likeness("\u0410na Lima") == likeness("ANA\u00a0L1MA"), likeness("ana") == likeness("anna")
    (True, False)
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    drawn = "".join(letter for letter in plain if letter.isalnum() or letter in "._@-|").translate(DRAWN_ALIKE)
    for pair, letter in PAIRS:
        drawn = drawn.replace(pair, letter)
    return drawn


_RESERVED = {JOINTS.sub("", likeness(name)): name for name in RESERVED}


def refuse_reserved(name: str) -> None:
    """Raise InvalidInputError for a name that looks like one of the runtime's own."""
    taken = _RESERVED.get(JOINTS.sub("", likeness(name)))
    if taken:
        raise InvalidInputError(
            f"{name!r} cannot be a user's name: in the audit it would be read as {taken!r}. Choose another one."
        )


def refuse_alike(names: Iterable[str], others: Iterable[User]) -> None:
    """Raise ConflictError when a name looks like one that another user has or is shown by."""
    wanted = {likeness(name): name for name in names}
    for other in others:
        for name in (other.name, other.display_name):
            if likeness(name) in wanted:
                raise ConflictError(
                    f"{wanted[likeness(name)]!r} looks like {name!r}, a name of the user {other.name}."
                    " Choose one that cannot be confused with it."
                )
