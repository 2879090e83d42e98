"""What watches the server from outside: is it alive, and its figures for Prometheus."""

from collections import Counter

from fastapi import APIRouter, Response

from warroom.model.json import JsonObject
from warroom.web.api_route import ApiRoute
from warroom.web.security import Asking, Served

router = APIRouter(route_class=ApiRoute)


@router.get("/healthz")
async def healthz(app: Served) -> JsonObject:
    """Say that the server and its database answer; and how many instances fail to fetch, or bring nothing."""
    await app.store.last_event()
    kinds = Counter(concern.kind.value for concern in await app.fetch_watch.concerns())
    return {"status": "degraded", "fetching": kinds} if kinds else {"status": "ok"}


@router.get("/metrics")
async def metrics(actor: Asking, app: Served) -> Response:
    """Give the figures of the process and of the queue; Prometheus signs in with an API key of a reader."""
    from warroom.web.figures import MEDIA_TYPE, figures  # noqa: PLC0415  # its library is large; few servers are watched

    return Response(await figures(app, actor), media_type=MEDIA_TYPE)
