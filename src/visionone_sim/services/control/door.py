"""Who may enter the control room, and the form of the orders that are given there."""

import ipaddress
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from visionone_sim.errors import NotFoundError

PREFIX = "/_twin"
MOST_SECONDS = 100 * 366 * 86_400


async def _twin(request: Request) -> Any:
    """Return the twin, to callers on this machine; others learn nothing. `key` chooses one of several tenants."""
    names = (request.client.host if request.client else "", request.url.hostname or "")
    if not all(_is_loopback(name) for name in names):
        raise NotFoundError(f"There is no {request.url.path}.")
    key = request.query_params.get("key")
    twin = request.app.state.twin
    return twin if key is None else twin.of_key(key)


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


TwinDep = Annotated[Any, Depends(_twin)]


class Order(BaseModel):
    """The body of a call to the control room; unknown fields are mistakes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")
