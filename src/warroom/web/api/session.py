"""Signing in and out, one's own password, and the first admin."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from warroom.doors.answer import json_of
from warroom.model.errors import TooManyTriesError
from warroom.model.json import Json
from warroom.web.api_route import ApiRoute
from warroom.web.places import place_of, remember
from warroom.web.rest import problems
from warroom.web.security import COOKIE, Asking, Served, keep, require_own_origin

router = APIRouter(
    tags=["session"], route_class=ApiRoute, responses=dict(problems((TooManyTriesError,), reads_body=True))
)

MAX_PASSWORD = 1024


class SignIn(BaseModel):
    """A name and a password."""

    name: str = Field(max_length=64)
    password: str = Field(max_length=MAX_PASSWORD, repr=False)


class Admin(BaseModel):
    """The first admin."""

    name: str = Field(min_length=1, max_length=64)
    password: str = Field(max_length=MAX_PASSWORD, repr=False)
    display_name: str = Field(default="", max_length=200)


class Passwords(BaseModel):
    old: str = Field(max_length=MAX_PASSWORD, repr=False)
    new: str = Field(max_length=MAX_PASSWORD, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAdmin:
    """Who is the admin now, and signed in."""

    name: str
    role: str


@router.post("/session", status_code=204, operation_id="sign_in")
async def sign_in(body: SignIn, request: Request, response: Response, app: Served) -> None:
    """Start a session; the answer sets its cookie."""
    require_own_origin(request, origin_needed=False)
    browser = request.headers.get("user-agent", "")
    token, _ = await app.users.sign_in(body.name, body.password, browser, place_of(request, app))
    keep(response, request, token)
    remember(response, request, app, body.name)


@router.delete("/session", status_code=204, operation_id="sign_out")
async def sign_out(_: Asking, request: Request, response: Response, app: Served) -> None:
    """End the session."""
    if token := request.cookies.get(COOKIE):
        await app.users.sign_out(token)
    response.delete_cookie(COOKIE)


@router.put("/session/password", status_code=204, operation_id="change_password")
async def change_password(body: Passwords, actor: Asking, request: Request, response: Response, app: Served) -> None:
    """Change one's own password; every other session of one's own ends."""
    token, _ = await app.users.change_password(body.old, body.new, actor, request.headers.get("user-agent", ""))
    keep(response, request, token)


@router.post("/setup/{token}", status_code=201, operation_id="set_up", response_model=FirstAdmin)
async def set_up(token: str, body: Admin, request: Request, response: Response, app: Served) -> Json:
    """Make the first admin with the token of the set-up link, and sign in."""
    require_own_origin(request, origin_needed=False)
    user = await app.users.set_up(token, body.name, body.password, body.display_name)
    browser = request.headers.get("user-agent", "")
    session, _ = await app.users.sign_in(user.name, body.password, browser, place_of(request, app))
    keep(response, request, session)
    remember(response, request, app, user.name)
    return json_of(FirstAdmin(name=user.name, role=user.role.label))
