"""The native API: each route translates one request into one call of a use case."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI

from warroom.web.api import evidence, session, simulator
from warroom.web.api.rows import ROWS
from warroom.web.rest import rest_router

API = "/api/v1"


def api_routers(*, described: bool = False) -> Sequence[APIRouter]:
    """Return the routes of the API; with the shapes of their answers where they are to be described."""
    return (session.router, rest_router(ROWS, described=described), simulator.router, evidence.router)


class ApiServer(FastAPI):
    """A server of the API; its description is made when it is first asked for, which is seldom."""

    def openapi(self) -> dict[str, Any]:
        """Return the description of the API."""
        if self.openapi_schema is None:
            described = FastAPI(title=self.title, version=self.version)
            for router in api_routers(described=True):
                described.include_router(router, prefix=API)
            self.openapi_schema = described.openapi()
        return self.openapi_schema
