"""Signing in and out."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from warroom.model.json import JsonObject
from warroom.web.security import COOKIE, Asking, Served, require_own_origin

router = APIRouter(prefix="/session", tags=["session"])


class SignIn(BaseModel):
    """A name and a password."""

    name: str = Field(max_length=64)
    password: str = Field(max_length=1024)


@router.get("", operation_id="who_am_i")
async def who_am_i(actor: Asking) -> JsonObject:
    """Say who is signed in."""
    return {"name": actor.name, "role": actor.role.label}


@router.post("", status_code=204, operation_id="sign_in")
async def sign_in(body: SignIn, request: Request, response: Response, app: Served) -> None:
    """Begin a session; the cookie that comes back is it."""
    require_own_origin(request, origin_needed=False)
    token, _ = await app.users.sign_in(body.name, body.password, request.headers.get("user-agent", ""))
    keep(response, request, token)


@router.delete("", status_code=204, operation_id="sign_out")
async def sign_out(_: Asking, request: Request, response: Response, app: Served) -> None:
    """End the session."""
    if token := request.cookies.get(COOKIE):
        await app.users.sign_out(token)
    response.delete_cookie(COOKIE)


def keep(response: Response, request: Request, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/")
