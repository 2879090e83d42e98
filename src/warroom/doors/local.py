"""Callers on the machine itself: at the socket of the data folder, as its owner."""

from warroom.model.user import Actor, Role

DOOR = "command line"


def local_actor(name: str) -> Actor:
    """Return the actor for a user who can open the data folder: an admin (design 5) under the system user's name."""
    return Actor(name=name, role=Role.ADMIN, door=DOOR, address="this machine")


def path_for(actor: Actor, path: object) -> str:
    """Return a path of this machine to callers on it; an empty text to others.

    >>> path_for(local_actor("ana"), "/srv/warroom"), path_for(Actor(name="key:ci", role=Role.ADMIN), "/srv/warroom")
    ('/srv/warroom', '')
    """
    return str(path) if actor.door == DOOR else ""
