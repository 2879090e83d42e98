"""What every route asks of its request: the tenant, the key, the address that the client used, the body."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import BadRequestError
from visionone_sim.paging import Page
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import AsciiResponse, Json, JsonObject


async def _tenant(request: Request) -> Tenant:
    return cast("Tenant", request.state.tenant)


async def _key(request: Request) -> ApiKey:
    return cast("ApiKey", request.state.key)


async def _body(request: Request) -> Any:
    try:
        body = json.loads(await request.body())
        # A lone half of a surrogate pair can be read but never be written again.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadRequestError("The request body is not valid JSON.") from error
    return body


async def object_body(request: Request) -> dict[str, Any]:
    body = await _body(request)
    if not isinstance(body, dict):
        raise BadRequestError("The request body has to be a JSON object.")
    return body


async def list_body(request: Request) -> list[dict[str, Any]]:
    body = await _body(request)
    if not isinstance(body, list) or not body or not all(isinstance(item, dict) for item in body):
        raise BadRequestError("The request body has to be a JSON array of objects, with one at least.")
    return body


TenantDep = Annotated[Tenant, Depends(_tenant)]
KeyDep = Annotated[ApiKey, Depends(_key)]
ObjectBody = Annotated[dict[str, Any], Depends(object_body)]
ListBody = Annotated[list[dict[str, Any]], Depends(list_body)]


@dataclass(frozen=True, slots=True)
class Upload:
    """A form with one file in it."""

    file_name: str
    content: bytes
    fields: dict[str, str]


async def read_upload(request: Request) -> Upload:
    """Read a multipart form; its file part is named `file`."""
    # A form is parsed with the names of its parts as keys; one that is none has no keys at all.
    async with request.form(max_files=2, max_fields=20) as form:
        part = form.get("file")
        if not isinstance(part, UploadFile) or not part.filename:
            raise BadRequestError("The multipart form needs a part named file, with a file name.", target="file")
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        return Upload(part.filename, await part.read(), fields)


def created_at(url: str) -> Response:
    """Answer 201 with the place of what was made."""
    response = Response(status_code=201)
    # A known client reads this header with its capital letter, which setting `headers` would take away.
    response.raw_headers.append((b"Location", url.encode()))
    return response


def base_url(request: Request) -> str:
    """Return scheme and host as the client wrote them, without a path."""
    return f"{request.url.scheme}://{request.url.netloc}"


def page_response(  # a page, and how this list dresses it
    request: Request,
    page: Page[Any],
    items: Iterable[Json],
    *,
    counted: bool,
    token: str = "skipToken",  # noqa: S107  # the name of a query parameter
    more: JsonObject | None = None,
) -> JSONResponse:
    """Answer with a page; the link to the next one repeats the query and is absent on the last."""
    items = list(items)
    body: dict[str, Json] = {"totalCount": page.total, "count": len(items)} if counted else {}
    body |= {"items": items, **(more or {})}
    if page.next is not None:
        query = {**request.query_params, token: page.next.token()}
        body["nextLink"] = f"{base_url(request)}{request.url.path}?{urlencode(query)}"
    return AsciiResponse(body)
