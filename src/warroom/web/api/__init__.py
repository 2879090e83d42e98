"""The native API: each route translates one request into one call of a use case."""

from collections.abc import Sequence

from fastapi import APIRouter

from warroom.web.api import incidents, session

API = "/api/v1"
API_ROUTERS: Sequence[APIRouter] = (session.router, incidents.router)
