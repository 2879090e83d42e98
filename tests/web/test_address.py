import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from warroom.web.address import CleanAddress


async def test_an_address_is_clean_when_a_route_reads_it() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        said = [scope["path"], request.query_params["text"]]
        await JSONResponse(said)(scope, receive, send)

    transport = httpx.ASGITransport(CleanAddress(echo))
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
        assert (await client.get("/a%00b?text=c%00d%25")).json() == ["/a\ufffdb", "c\ufffdd%"]
