"""Who may enter the control room, and the form of the orders that are given there."""

import ipaddress
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from visionone_sim.errors import AccessDeniedError, NotFoundError

PREFIX = "/_twin"
MOST_SECONDS = 100 * 366 * 86_400
OWN_SITES = frozenset({"same-origin", "none"})  # what a browser says of a page of ours, and of a typed address


async def admit(request: Request) -> None:
    """Allow requests from this machine under its own names; others get 404. Pages of other sites are refused."""
    names = (request.client.host if request.client else "", request.url.hostname or "")
    if not all(_is_loopback(name) for name in names):
        raise NotFoundError(f"There is no {request.url.path}.")
    if not _is_own(request):
        raise AccessDeniedError(
            "A page of another site asks for the control room. Give the order with a program, such as curl."
        )


def _is_own(request: Request) -> bool:
    """Whether no browser sent it, or one for a page that came from here."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    return request.headers.get("sec-fetch-site", "none") in OWN_SITES


async def _twin(request: Request) -> Any:
    """Return the twin; `key` chooses one of several tenants."""
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
