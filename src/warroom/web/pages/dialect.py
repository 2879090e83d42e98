"""What the incident's templates may say: filters for hostile text and sizes, and what an actor is allowed to."""

from warroom.model.user import Actor
from warroom.services.people.access import Permission, may
from warroom.web.pages.page import TEMPLATES
from warroom.web.pages.text import one_line, plain, size


def can(actor: Actor, permission: str) -> bool:
    """Whether to show a button; the use case checks again.

    >>> from warroom.model.user import Role
    >>> can(Actor(name="ada", role=Role.ANALYST), "answer_tasks")
    False
    """
    return may(actor.role, Permission[permission.upper()])


TEMPLATES.env.globals["can"] = can
TEMPLATES.env.filters |= {"one_line": one_line, "plain": plain, "size": size}
