"""Signing in and out by a form or a one-time link; the pages that show the forms are in `pages`."""

import secrets
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from warroom.model.errors import SignInError, TooManyTriesError, WarroomError
from warroom.services.app import App
from warroom.services.people.password_check import REFUSED
from warroom.services.people.tries import sentence
from warroom.services.people.users import hash_of
from warroom.web.places import place_of, remember
from warroom.web.security import COOKIE, Served, keep, require_own_origin

router = APIRouter()

MAX_PASSWORD = 1024
USED = "This link has been used already. Sign in with your name and password."
ENDED = "Your session has ended. Sign in again; what you were looking at opens then."


class OneTimeLinks:
    """One-time sign-in links, for a user who starts the server in a terminal and then opens a browser."""

    def __init__(self) -> None:
        self._sessions: dict[str, str] = {}

    def offer(self, session: str) -> str:
        """Return the path of a link to this session."""
        token = secrets.token_urlsafe(32)
        self._sessions[hash_of(token)] = session
        return f"/enter/{token}"

    def take(self, token: str) -> str:
        """Return the session of a link, which is used up; raises SignInError."""
        session = self._sessions.pop(hash_of(token), None)
        if session is None:
            raise SignInError(USED)
        return session


async def first_session(app: App, name: str = "demo") -> str:
    """Make the first admin, who can sign in only with the session that is returned."""
    password = secrets.token_urlsafe(32)
    user = await app.users.set_up(await app.users.offer_setup(), name, password)
    session, _ = await app.users.sign_in(user.name, password, "one-time link")
    return session


@router.post("/login")
async def sign_in(
    request: Request,
    app: Served,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=MAX_PASSWORD)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002  # the form's field
) -> RedirectResponse:
    """Start a session and redirect to the wanted page; a refused attempt shows the form again."""
    require_own_origin(request, origin_needed=False)
    wanted = own_path(next)
    try:
        token, _ = await app.users.sign_in(
            name, password, request.headers.get("user-agent", ""), place_of(request, app)
        )
    except (SignInError, TooManyTriesError) as error:
        return RedirectResponse(_form_with(error, wanted), status_code=303)
    answer = RedirectResponse(wanted, status_code=303)
    keep(answer, request, token)
    remember(answer, request, app, name)
    return answer


def _form_with(error: WarroomError, wanted: str) -> str:
    """Return the address of the form that shows a reason, named by a word: a foreign link could contain any text."""
    why = f"wait&seconds={error.seconds}" if isinstance(error, TooManyTriesError) else "refused"
    return f"/login?error={why}&next={quote(wanted, safe='')}"


def why_refused(word: str, seconds: int) -> str:
    """Return the sentence for a word of the form's address; an empty text for any other.

    >>> why_refused("wait", 5), why_refused("Call 555-0100 to unlock", 0)
    ('Too many wrong passwords came from your address or network. Wait 5 s, then try again.', '')
    """
    return {"refused": REFUSED, "wait": sentence(seconds), "ended": ENDED, "used": USED}.get(word, "")


@router.post("/logout")
async def sign_out(request: Request, app: Served) -> RedirectResponse:
    """End the session, if there is one, and show the sign-in."""
    require_own_origin(request, origin_needed=False)
    if token := request.cookies.get(COOKIE):
        await app.users.sign_out(token)
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/enter/{token}")
async def enter(token: str, request: Request) -> RedirectResponse:
    """Sign in by a one-time link."""
    links = request.app.state.once
    assert isinstance(links, OneTimeLinks)
    answer = RedirectResponse("/", status_code=303)
    keep(answer, request, links.take(token))
    return answer


def own_path(wanted: str) -> str:
    r"""Return the path of a link if it is one of this console, else `/`.

    >>> [own_path(path) for path in ("/incidents/7?tab=plan", "//elsewhere", "https://elsewhere", "/\\elsewhere")]
    ['/incidents/7?tab=plan', '/', '/', '/']
    """
    plain = wanted.isprintable() and wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if plain else "/"
