"""Users and their roles, sessions and API keys; everybody's own password."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from warroom.model.json import JsonObject
from warroom.model.user import Actor, ApiKey, Role, Session, User
from warroom.services.app import App
from warroom.services.people.access import Permission, may
from warroom.services.people.passwords import SHORTEST
from warroom.services.people.users import hash_of
from warroom.services.ports.tries import Count
from warroom.web.pages.page import show
from warroom.web.security import COOKIE, Asking, Served

router = APIRouter()
MOST_WAITING = 100

MAY: dict[Role, str] = {
    Role.READER: "sees everything but passwords and evidence",
    Role.ANALYST: "and writes notes, assigns, closes, runs commands that only ask",
    Role.RESPONDER: "and runs response actions and playbooks, answers tasks, downloads evidence",
    Role.ADMIN: "and manages integrations, users, API keys and packs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A user as the page shows them."""

    user: User
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownKey:
    """An API key as the page shows it. `state` is active, revoked or expired."""

    key: ApiKey
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A place of wrong passwords, as the page shows it. `whose`: the one user name that was tried, if known."""

    count: Count
    whose: str
    has_ended: bool


@router.get("/users")
async def users(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    return await show(request, "users.html", actor, "users", await view(app, actor, request.cookies.get(COOKIE, "")))


async def view(app: App, actor: Actor, token: str) -> JsonObject:
    """Return one's own sessions; for admins, the users and keys, too."""
    data: JsonObject = {
        "roles": [(role.label, MAY[role]) for role in Role],
        "shortest": SHORTEST,
        "sessions": await _own_sessions(app, actor),
        "here": hash_of(token)[:16] if token else "",
        "users": [],
        "waiting": [],
        "guessed": None,
        "keys": [],
    }
    now = app.clock.now()
    if may(actor.role, Permission.MANAGE_USERS):
        data["users"] = [await _shown(app, user, actor) for user in await app.users.everyone(actor)]
        data["guessed"] = await app.guessing.concern()
        data["waiting"] = await _made_to_wait(app, actor, now)
    if may(actor.role, Permission.MANAGE_KEYS):
        data["keys"] = [ShownKey(key=key, state=state_of(key, now)) for key in await app.users.keys(actor)]
    return data


async def _made_to_wait(app: App, actor: Actor, now: datetime) -> list[Waiting]:
    """Show the places of wrong passwords; unknown names are not shown: one may be a password."""
    names = {user.name for user in await app.users.everyone(actor)}
    return [
        Waiting(count=count, whose=count.name if count.name in names else "", has_ended=now >= count.until)
        for count in (await app.users.made_to_wait(actor))[:MOST_WAITING]
    ]


async def _own_sessions(app: App, actor: Actor) -> list[Session]:
    if actor.name.startswith("key:"):
        return []  # a program has none
    return list(await app.users.sessions(actor.name, actor))


async def _shown(app: App, user: User, actor: Actor) -> Shown:
    sessions = await app.users.sessions(user.name, actor)
    return Shown(user=user, sessions=len(sessions))


def state_of(key: ApiKey, now: datetime) -> str:
    """Return whether a key is active, revoked or expired."""
    if key.disabled:
        return "revoked"
    return "expired" if key.expires and key.expires <= now else "active"
