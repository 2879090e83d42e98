"""Users, their sessions, and API keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import shaped
from warroom.doors.asked import Asked, Nothing
from warroom.doors.operation import reads, writes
from warroom.doors.words import moment_named
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.user import Actor, ApiKey, User
from warroom.services.app import App
from warroom.services.people.access import Permission, may
from warroom.services.people.users import role_named

MAX_PASSWORD = 1024


class OneUser(Asked):
    """Which user."""

    name: str


class NewUser(Asked):
    """Whom to add."""

    as_typed = frozenset({"password"})

    name: str = Field(min_length=1, max_length=64)
    password: str = Field(max_length=MAX_PASSWORD, repr=False)
    role: str = Field(max_length=20)
    display_name: str = Field(default="", max_length=200)
    mail: str = Field(default="", max_length=300)


class UserChange(OneUser):
    """What changes; what is left out stays."""

    as_typed = frozenset({"password"})

    role: str | None = Field(default=None, max_length=20)
    disabled: bool | None = None
    display_name: str | None = Field(default=None, max_length=200)
    mail: str | None = Field(default=None, max_length=300)
    password: str | None = Field(default=None, max_length=MAX_PASSWORD, repr=False)


class Mail(OneUser):
    """Where messages to a user go; nowhere, without an address."""

    mail: str = ""


class OneSession(OneUser):
    """Which session of which user."""

    session_id: str


class NewKey(Asked):
    """What a program's key is for."""

    name: str = Field(min_length=1, max_length=64)
    role: str = Field(max_length=20)
    expires: str | None = Field(default=None, max_length=40, description="Like 2026-11-24T10:00:00Z.")


class OneKey(Asked):
    """Which API key."""

    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The caller, and what the role allows."""

    name: str
    role: str
    may: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """Whom an incident can be given to."""

    name: str
    display_name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserShown:
    """A user; nothing of the password but how often it failed since it was right."""

    name: str
    display_name: str
    mail: str
    role: str
    disabled: bool
    failures: int
    failing_since: datetime | None
    failing_from: Sequence[str]
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """A session of a user."""

    id: str
    user: str
    client: str
    created: datetime
    last_seen: datetime
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShown:
    """An API key; of its secret only the first letters."""

    id: str
    name: str
    role: str
    prefix: str
    created: datetime
    created_by: str
    expires: datetime | None
    disabled: bool
    last_used: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMade(KeyShown):
    """A new API key with its secret, which is shown this once."""

    secret: str


def _user(user: User) -> UserShown:
    return shaped(UserShown, user, role=user.role.label)


def _key(key: ApiKey) -> KeyShown:
    return shaped(KeyShown, key, role=key.role.label)


@reads("me", Permission.SEE)
async def who_am_i(_app: App, _asked: Nothing, actor: Actor) -> Me:
    """Say who is signed in, and what the role allows."""
    allowed = [permission.name.lower() for permission in Permission if may(actor.role, permission)]
    return Me(name=actor.name, role=actor.role.label, may=allowed)


@reads("people.list", Permission.SEE)
async def list_people(app: App, _asked: Nothing, actor: Actor) -> list[PersonShown]:
    """List those whom an incident can be given to."""
    return [shaped(PersonShown, person, role=person.role.label) for person in await app.users.people(actor)]


@reads("user.list", Permission.MANAGE_USERS)
async def list_users(app: App, _asked: Nothing, actor: Actor) -> list[UserShown]:
    """List the users, by name."""
    return [_user(user) for user in await app.users.everyone(actor)]


@writes("user.create", Permission.MANAGE_USERS, ConflictError)
async def create_user(app: App, asked: NewUser, actor: Actor) -> UserShown:
    """Create a user."""
    role = role_named(asked.role)
    return _user(
        await app.users.create(
            asked.name, asked.password, role, actor, display_name=asked.display_name, mail=asked.mail
        )
    )


@writes("user.change", Permission.SEE, NotFoundError, ConflictError)
async def change_user(app: App, asked: UserChange, actor: Actor) -> UserShown:
    """Change a user's role, shown name, mail address or password, or disable the user; oneself only the shown name."""
    user = None
    if asked.mail is not None:
        user = await app.users.set_mail(asked.name, asked.mail, actor)
    if asked.role is not None:
        user = await app.users.change_role(asked.name, role_named(asked.role), actor)
    if asked.display_name is not None:
        user = await app.users.rename(asked.name, asked.display_name, actor)
    if asked.password is not None:
        user = await app.users.reset_password(asked.name, asked.password, actor)
    if asked.disabled is not None:
        user = await (app.users.disable if asked.disabled else app.users.enable)(asked.name, actor)
    return _user(user or await app.users.one(asked.name, actor))


@writes("user.mail", Permission.MANAGE_USERS, NotFoundError)
async def set_mail(app: App, asked: Mail, actor: Actor) -> UserShown:
    """Set the address that a user's messages go to; without one, remove it."""
    return _user(await app.users.set_mail(asked.name, asked.mail, actor))


@reads("session.list", Permission.SEE, NotFoundError)
async def list_sessions(app: App, asked: OneUser, actor: Actor) -> list[SessionShown]:
    """List where a user is signed in: one's own, or as an admin anybody's."""
    return [shaped(SessionShown, session) for session in await app.users.sessions(asked.name, actor)]


@writes("session.end", Permission.SEE, NotFoundError)
async def end_session(app: App, asked: OneSession, actor: Actor) -> None:
    """End one session."""
    await app.users.end_session(asked.name, asked.session_id, actor)


@reads("key.list", Permission.MANAGE_KEYS)
async def list_keys(app: App, _asked: Nothing, actor: Actor) -> list[KeyShown]:
    """List the API keys, also those that were revoked."""
    return [_key(key) for key in await app.users.keys(actor)]


@writes("key.create", Permission.MANAGE_KEYS, ConflictError)
async def create_key(app: App, asked: NewKey, actor: Actor) -> KeyMade:
    """Make an API key; only this answer has its secret."""
    expires = moment_named(asked.expires) if asked.expires else None
    secret, key = await app.users.create_key(asked.name, role_named(asked.role), actor, expires=expires)
    return shaped(KeyMade, key, role=key.role.label, secret=secret)


@writes("key.revoke", Permission.MANAGE_KEYS, NotFoundError, ConflictError)
async def revoke_key(app: App, asked: OneKey, actor: Actor) -> None:
    """End an API key for good."""
    await app.users.revoke_key(asked.key_id, actor)
