"""Monitoring from outside: a health check, and figures for Prometheus."""

from collections import Counter

from fastapi import APIRouter, Request, Response

from warroom.model.json import JsonObject
from warroom.web.api_route import ApiRoute
from warroom.web.security import Asking, Served

router = APIRouter(route_class=ApiRoute)


@router.get("/healthz")
async def healthz(app: Served) -> JsonObject:
    """Report that the server and its database answer, and how many instances fail to fetch or bring nothing."""
    await app.store.last_event()
    kinds = Counter(concern.kind.value for concern in await app.fetch_watch.concerns())
    return {"status": "degraded", "fetching": kinds} if kinds else {"status": "ok"}


@router.get("/metrics")
async def metrics(request: Request, actor: Asking, app: Served) -> Response:
    """Return the figures of the process and of the queue; Prometheus signs in with an API key of a reader."""
    from warroom.web.figures import MEDIA_TYPE, figures  # noqa: PLC0415  # its library is large; few servers are watched

    counts = {kind: getattr(request.app.state, kind) for kind in ("connections", "requests")}
    return Response(
        await figures(app, actor, {kind: count.open for kind, count in counts.items()}), media_type=MEDIA_TYPE
    )
