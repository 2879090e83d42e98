"""Users, their sessions, and API keys."""

from fastapi import APIRouter
from pydantic import Field

from warroom.model.json import JsonObject
from warroom.services.users import role_named
from warroom.web.api_route import ApiRoute
from warroom.web.asked import Asked
from warroom.web.security import Asking, Served
from warroom.web.shapes import key_json, person_json, session_json, user_json
from warroom.web.words import moment_named

router = APIRouter(tags=["users"], route_class=ApiRoute)

MAX_PASSWORD = 1024


class NewUser(Asked):
    as_typed = frozenset({"password"})

    name: str = Field(min_length=1, max_length=64)
    password: str = Field(max_length=MAX_PASSWORD, repr=False)
    role: str = Field(max_length=20)
    display_name: str = Field(default="", max_length=200)
    mail: str = Field(default="", max_length=300)


class UserChange(Asked):
    """What changes; what is left out stays."""

    as_typed = frozenset({"password"})

    role: str | None = Field(default=None, max_length=20)
    disabled: bool | None = None
    display_name: str | None = Field(default=None, max_length=200)
    mail: str | None = Field(default=None, max_length=300)
    password: str | None = Field(default=None, max_length=MAX_PASSWORD, repr=False)


class NewKey(Asked):
    name: str = Field(min_length=1, max_length=64)
    role: str = Field(max_length=20)
    expires: str | None = Field(default=None, max_length=40)


@router.get("/people", operation_id="list_people")
async def list_people(actor: Asking, app: Served) -> JsonObject:
    """List those whom an incident can be given to."""
    return {"items": [person_json(person) for person in await app.users.people(actor)]}


@router.get("/users", operation_id="list_users")
async def list_users(actor: Asking, app: Served) -> JsonObject:
    """List the users, by name."""
    return {"items": [user_json(user) for user in await app.users.everyone(actor)]}


@router.post("/users", status_code=201, operation_id="create_user")
async def create_user(body: NewUser, actor: Asking, app: Served) -> JsonObject:
    """Create a user."""
    user = await app.users.create(
        body.name, body.password, role_named(body.role), actor, display_name=body.display_name, mail=body.mail
    )
    return user_json(user)


@router.patch("/users/{name}", operation_id="change_user")
async def change_user(name: str, body: UserChange, actor: Asking, app: Served) -> JsonObject:
    """Change role, shown name, mail address or password, or let somebody sign in no more."""
    user = None
    if body.mail is not None:
        user = await app.users.set_mail(name, body.mail, actor)
    if body.role is not None:
        user = await app.users.change_role(name, role_named(body.role), actor)
    if body.display_name is not None:
        user = await app.users.rename(name, body.display_name, actor)
    if body.password is not None:
        user = await app.users.reset_password(name, body.password, actor)
    if body.disabled is not None:
        user = await (app.users.disable if body.disabled else app.users.enable)(name, actor)
    return user_json(user) if user else {}


@router.get("/users/{name}/sessions", operation_id="list_sessions")
async def list_sessions(name: str, actor: Asking, app: Served) -> JsonObject:
    """List where a user is signed in: one's own, or as an admin anybody's."""
    return {"items": [session_json(session) for session in await app.users.sessions(name, actor)]}


@router.delete("/users/{name}/sessions/{session_id}", status_code=204, operation_id="end_session")
async def end_session(name: str, session_id: str, actor: Asking, app: Served) -> None:
    """End one session."""
    await app.users.end_session(name, session_id, actor)


@router.get("/api-keys", operation_id="list_keys")
async def list_keys(actor: Asking, app: Served) -> JsonObject:
    """List the API keys, also those that were revoked."""
    return {"items": [key_json(key) for key in await app.users.keys(actor)]}


@router.post("/api-keys", status_code=201, operation_id="create_key")
async def create_key(body: NewKey, actor: Asking, app: Served) -> JsonObject:
    """Make an API key; its secret comes this once."""
    expires = moment_named(body.expires) if body.expires else None
    secret, key = await app.users.create_key(body.name, role_named(body.role), actor, expires=expires)
    return {**key_json(key), "secret": secret}


@router.delete("/api-keys/{key_id}", status_code=204, operation_id="revoke_key")
async def revoke_key(key_id: str, actor: Asking, app: Served) -> None:
    """End an API key for good."""
    await app.users.revoke_key(key_id, actor)
