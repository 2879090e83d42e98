"""The native API: each route translates one request into one call of a use case."""

from collections.abc import Sequence

from fastapi import APIRouter

from warroom.web.api import (
    audit,
    evidence,
    fetches,
    incidents,
    instances,
    plans,
    playbooks,
    session,
    simulator,
    stopping,
    users,
    war_room,
)

API = "/api/v1"
API_ROUTERS: Sequence[APIRouter] = (
    session.router,
    incidents.router,
    war_room.router,
    plans.router,
    stopping.router,
    playbooks.router,
    instances.router,
    fetches.router,
    simulator.router,
    evidence.router,
    audit.router,
    users.router,
)
