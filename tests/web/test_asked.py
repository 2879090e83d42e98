import httpx
import pytest
from pydantic import Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from tests.hostile import tree
from warroom.model.border import clean
from warroom.model.json import Json
from warroom.web.asked import Asked, CleanAddress


class Wish(Asked):
    as_typed = frozenset({"password"})

    name: str = Field(default="", max_length=64)
    password: str = ""
    fields: dict[str, Json] = Field(default_factory=dict)


def test_a_body_is_clean_when_a_route_reads_it() -> None:
    wish = Wish(name="a\0b", fields=tree())
    assert wish.name == "a\ufffdb"
    assert wish.fields == clean(tree())


def test_a_password_is_what_was_typed() -> None:
    assert Wish(password="a\0b").password == "a\0b"


def test_half_a_character_in_a_text_with_bounds_is_refused() -> None:
    with pytest.raises(ValidationError, match="name"):
        Wish(name="\ud800")


async def test_an_address_is_clean_when_a_route_reads_it() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        said = [scope["path"], request.query_params["text"]]
        await JSONResponse(said)(scope, receive, send)

    transport = httpx.ASGITransport(CleanAddress(echo))
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
        assert (await client.get("/a%00b?text=c%00d%25")).json() == ["/a\ufffdb", "c\ufffdd%"]
