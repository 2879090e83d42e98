"""What every kind of thing that can be put into a tenant offers."""

from collections.abc import Callable
from dataclasses import dataclass

from visionone_sim.errors import NotFoundError
from visionone_sim.services.control.seeds.values import Body
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Things with an id of their own; an id may have several parts, with `/` between them."""

    put: Callable[[Tenant, str, Body], None]
    find: Callable[[Tenant, str], JsonObject | None]
    remove: Callable[[Tenant, str], None]
    """Takes away what is there."""


def two_parts(thing_id: str, form: str) -> tuple[str, str]:
    """Split an id that names where a thing is and which it is there."""
    place, _, name = thing_id.partition("/")
    if not place or not name:
        raise NotFoundError(f"The path ends with {thing_id!r}; it has to end with {form}.")
    return place, name
