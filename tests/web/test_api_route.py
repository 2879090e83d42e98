import json

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Response

from tests.hostile import odd_tree
from warroom.model.json import JsonObject
from warroom.web.api_route import ApiRoute

router = APIRouter(prefix="/things", route_class=ApiRoute)


@router.get("/odd")
async def odd() -> JsonObject:
    """Return what no encoder of FastAPI's writes."""
    return odd_tree()


@router.post("", status_code=201)
async def made() -> JsonObject:
    return {"made": True}


@router.delete("", status_code=204)
async def gone(response: Response) -> None:
    response.headers["x-gone"] = "yes"


@router.post("/cookie")
async def with_cookie(response: Response) -> JsonObject:
    response.set_cookie("key", "value")
    return {"made": True}


@router.get("/plain")
async def own_answer() -> Response:
    return Response("its own", status_code=202)


@pytest.fixture
async def client() -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://things")


async def test_what_nobody_else_would_write_is_answered(client: httpx.AsyncClient) -> None:
    answer = await client.get("/things/odd")
    assert json.loads(answer.content.decode("ascii"))["not a number"] is None


async def test_status_headers_and_answers_of_ones_own_stay(client: httpx.AsyncClient) -> None:
    created = await client.post("/things")
    assert (created.status_code, created.json()) == (201, {"made": True})
    deleted = await client.delete("/things")
    assert (deleted.status_code, deleted.content, deleted.headers["x-gone"]) == (204, b"", "yes")
    assert (await client.post("/things/cookie")).cookies["key"] == "value"
    own = await client.get("/things/plain")
    assert (own.status_code, own.text) == (202, "its own")
