"""Users: set up the first one, manage them, sign them in; API keys for programs."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from warroom.model.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    SignInError,
)
from warroom.model.json import Json
from warroom.model.user import Actor, ApiKey, Role, Session, SetupToken, User
from warroom.services.people import mail_address
from warroom.services.people.access import Permission, require
from warroom.services.people.kept_tries import KeptTries
from warroom.services.people.names import NAME, refuse_alike, refuse_reserved
from warroom.services.people.password_check import PasswordCheck, address_of, forgiven
from warroom.services.people.passwords import Passwords
from warroom.services.people.tries import NOWHERE, Place, network_of
from warroom.services.ports.clock import Clock
from warroom.services.ports.tries import Count
from warroom.services.ports.users import Kind, UserEvent, UserStore

KEY_PREFIX = "wrk_"
SHOWN_OF_KEY = len(KEY_PREFIX) + 6
LONGEST_CLIENT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Lifetimes. A session lasts for a shift; an unused one ends sooner."""

    session: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)
    setup: timedelta = timedelta(hours=24)
    noted: timedelta = timedelta(minutes=1)  # the resolution of a session's or key's last use


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What everybody may know of a user: whom an incident can be given to."""

    name: str
    display_name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """What can be done with users, sessions and API keys."""

    store: UserStore
    clock: Clock
    passwords: Passwords
    tries: KeptTries
    limits: Limits = field(default_factory=Limits)

    # -- the first start ----------------------------------------------------------------------------------------------

    async def offer_setup(self) -> str:
        """Draw the token of the set-up link, which replaces an earlier one; empty when there is a user already."""
        token = secrets.token_urlsafe(32)
        setup = SetupToken(token_hash=hash_of(token), expires=self.clock.now() + self.limits.setup)
        return token if await self.store.offer_setup(setup) else ""

    async def set_up(self, token: str, name: str, password: str, display_name: str = "") -> User:
        """Make the first admin with the set-up link's token, which is used up."""
        user = await self._made(name, password, Role.ADMIN, display_name)
        try:
            await self.store.set_up(hash_of(token), user, self._told("user", user.name, _of(user, "created")))
        except NotFoundError:
            raise ForbiddenError(
                "This set-up link is not valid any more. Start `warroom serve` again; it prints a new one."
            ) from None
        return user

    # -- people -------------------------------------------------------------------------------------------------------

    async def create(
        self, name: str, password: str, role: Role, actor: Actor, *, display_name: str = "", mail: str = ""
    ) -> User:
        require(actor, Permission.MANAGE_USERS)
        address = mail_address.checked(mail)
        user = replace(await self._made(name, password, role, display_name), mail=address)
        told = {**_of(user, "created"), **({"mail": address} if address else {})}
        await self.store.add_user(user, self._told("user", actor.name, told))
        return user

    async def everyone(self, actor: Actor) -> Sequence[User]:
        """List the users, by name."""
        require(actor, Permission.MANAGE_USERS)
        return await self.store.users()

    async def one(self, name: str, actor: Actor) -> User:
        """Return a user: an admin anybody, others themselves."""
        self._require_self(name, actor)
        return await self.store.user(folded(name))

    async def people(self, actor: Actor) -> Sequence[Person]:
        """List those who can sign in, by name: whom an incident can be given to."""
        require(actor, Permission.SEE)
        return [
            Person(name=user.name, display_name=user.display_name, role=user.role)
            for user in await self.store.users()
            if not user.disabled
        ]

    async def change_role(self, name: str, role: Role, actor: Actor) -> User:
        """Change a user's role, from the next request on; the last admin stays one."""
        require(actor, Permission.MANAGE_USERS)
        told = self._told("user", actor.name, {"name": folded(name), "change": "role", "role": role.label})
        return await self.store.edit_user(folded(name), lambda user: replace(user, role=role), told)

    async def rename(self, name: str, display_name: str, actor: Actor) -> User:
        """Change the name that is shown: an admin anybody's, others their own."""
        self._require_self(name, actor)
        told = self._told("user", actor.name, {"name": folded(name), "change": "display name"})
        shown = display_name.strip()[:LONGEST_CLIENT]
        await self._refuse_mistakable([shown], folded(name))
        return await self.store.edit_user(folded(name), lambda user: replace(user, display_name=shown), told)

    async def set_mail(self, name: str, mail: str, actor: Actor) -> User:
        """Set the address that a user's messages go to; "" removes it."""
        require(actor, Permission.MANAGE_USERS)
        address = mail_address.checked(mail)
        told = self._told("user", actor.name, {"name": folded(name), "change": "mail", "mail": address})
        return await self.store.edit_user(folded(name), lambda user: replace(user, mail=address), told)

    async def disable(self, name: str, actor: Actor) -> User:
        """Disable a user and end all of their sessions; the last admin cannot be disabled."""
        require(actor, Permission.MANAGE_USERS)
        told = self._told("user", actor.name, {"name": folded(name), "change": "disabled"})
        return await self.store.edit_user(
            folded(name), lambda user: replace(user, disabled=True), told, end_sessions=True
        )

    async def enable(self, name: str, actor: Actor) -> User:
        """Enable a user again, and forget the wrong passwords of those who tried only this name."""
        require(actor, Permission.MANAGE_USERS)
        await self.tries.pardon(folded(name), self.clock.now())
        told = self._told("user", actor.name, {"name": folded(name), "change": "enabled"})
        return await self.store.edit_user(folded(name), lambda user: replace(forgiven(user), disabled=False), told)

    async def reset_password(self, name: str, password: str, actor: Actor) -> User:
        """Set a user's password; all sessions of the user end."""
        require(actor, Permission.MANAGE_USERS)
        return await self._set_password(await self.store.user(folded(name)), password, actor)

    async def change_password(self, old: str, new: str, actor: Actor, client: str = "") -> tuple[str, Session]:
        """Change one's own password; all sessions end, and a new one is returned."""
        user = await self._check.user(
            actor.name, old, Place(browser=f"of {actor.name}", name=actor.name, address=actor.address)
        )
        await self._set_password(user, new, actor)
        return await self._start_session(user, client, actor.address)

    # -- signing in ---------------------------------------------------------------------------------------------------

    async def sign_in(self, name: str, password: str, client: str = "", place: Place = NOWHERE) -> tuple[str, Session]:
        """Begin a session: the token for the browser, which is kept nowhere else.

        Raises SignInError, and TooManyTriesError when too many wrong passwords came from the place: from
        other places the name can still sign in, and no session ends.
        """
        user = await self._check.user(folded(name), password, place)
        return await self._start_session(user, client, place.address)

    async def made_to_wait(self, actor: Actor) -> Sequence[Count]:
        """List the places whose next try has to wait, the newest first."""
        require(actor, Permission.MANAGE_USERS)
        return await self.tries.counts(self.clock.now())

    async def resume(self, token: str, *, seen: bool = True, address: str = "") -> tuple[Actor, Session]:
        """Return the user of a session's token, with the present role; raises SignInError.

        With `seen` false the session's lifetime is not extended. The address counts as known from
        now on.
        """
        now = self.clock.now()
        try:
            session, user = await self.store.session(hash_of(token))
        except NotFoundError:
            raise SignInError("Nobody is signed in here. Sign in again.") from None
        if user.disabled or now >= session.expires or now >= session.last_seen + self.limits.idle:
            raise SignInError("The session has ended. Sign in again.")
        if seen and now >= session.last_seen + self.limits.noted:
            await self.store.touch_session(session.token_hash, now)
            session = replace(session, last_seen=now)
        if address:
            self.tries.unknown.welcome(network_of(address))
        return user.actor, session

    async def sign_out(self, token: str) -> None:
        """End the token's session; one that has ended already is no error."""
        try:
            session, _ = await self.store.session(hash_of(token))
        except NotFoundError:
            return
        told = self._told("sign-in", session.user, {"name": session.user, "outcome": "signed out"})
        await self.store.end_sessions([session.token_hash], told)

    async def sessions(self, name: str, actor: Actor) -> Sequence[Session]:
        """List where a user is signed in now: one's own, or as an admin anybody's."""
        self._require_self(name, actor)
        now = self.clock.now()
        return [
            session
            for session in await self.store.sessions(folded(name))
            if now < min(session.expires, session.last_seen + self.limits.idle)
        ]

    async def end_session(self, name: str, session_id: str, actor: Actor) -> None:
        """End one session of a user, named by its id: one's own, or as an admin anybody's."""
        self._require_self(name, actor)
        ending = [session.token_hash for session in await self.store.sessions(folded(name)) if session.id == session_id]
        if not ending:
            raise NotFoundError(f"{name} has no session {session_id}. It may have ended already.")
        told = self._told("sign-in", actor.name, {"name": folded(name), "outcome": "session ended"})
        await self.store.end_sessions(ending, told)

    # -- API keys -----------------------------------------------------------------------------------------------------

    async def create_key(
        self, name: str, role: Role, actor: Actor, *, expires: datetime | None = None
    ) -> tuple[str, ApiKey]:
        """Make an API key: its secret, which is shown this once, and what is kept of it."""
        require(actor, Permission.MANAGE_KEYS)
        if not NAME.fullmatch(name):
            raise InvalidInputError(f"{name!r} cannot name an API key. Use a-z, 0-9 and . _ @ - (64 at most).")
        now = self.clock.now()
        if expires is not None and expires <= now:
            raise InvalidInputError("The API key would have expired already. Name a time in the future.")
        if any(key.name == name and not key.disabled for key in await self.store.keys()):
            raise ConflictError(f"There is an API key {name!r} already. Revoke it first, or choose another name.")
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(
            id=secrets.token_hex(6),
            name=name,
            role=role,
            hash=hash_of(secret),
            prefix=secret[:SHOWN_OF_KEY],
            created=now,
            created_by=actor.name,
            expires=expires,
        )
        told = {"id": key.id, "name": name, "change": "created", "role": role.label}
        await self.store.add_key(key, self._told("api-key", actor.name, told))
        return secret, key

    async def keys(self, actor: Actor) -> Sequence[ApiKey]:
        """List the API keys, also those that were revoked."""
        require(actor, Permission.MANAGE_KEYS)
        return await self.store.keys()

    async def revoke_key(self, key_id: str, actor: Actor) -> ApiKey:
        """End an API key for good; it stays in the list."""
        require(actor, Permission.MANAGE_KEYS)
        told = self._told("api-key", actor.name, {"id": key_id, "change": "revoked"})
        return await self.store.edit_key(key_id, lambda key: replace(key, disabled=True), told)

    async def authenticate(self, secret: str) -> Actor:
        """Return the API key of a request; raises SignInError."""
        now = self.clock.now()
        try:
            key = await self.store.key(hash_of(secret))
        except NotFoundError:
            raise SignInError("This API key is not known. Ask an admin for one.") from None
        if key.disabled or (key.expires is not None and now >= key.expires):
            raise SignInError("This API key was revoked or has expired. Ask an admin for another one.")
        if key.last_used is None or now >= key.last_used + self.limits.noted:
            await self.store.edit_key(key.id, lambda held: replace(held, last_used=now))
        return key.actor

    # -- parts --------------------------------------------------------------------------------------------------------

    async def _made(self, name: str, password: str, role: Role, display_name: str) -> User:
        short = folded(name)
        if not NAME.fullmatch(short):
            raise InvalidInputError(f"{name!r} cannot be a user's name. Use a-z, 0-9 and . _ @ - (64 at most).")
        shown = display_name.strip()[:LONGEST_CLIENT] or name.strip()
        await self._refuse_mistakable([short, shown], short)
        return User(
            name=short,
            display_name=shown,
            role=role,
            password_hash=await self.passwords.hash(password, short),
            created=self.clock.now(),
        )

    async def _refuse_mistakable(self, names: Sequence[str], own: str) -> None:
        """Refuse names that look like a name of the runtime's, or of another user."""
        for name in names:
            refuse_reserved(name)
        refuse_alike(names, [user for user in await self.store.users() if user.name != own])

    async def _set_password(self, user: User, password: str, actor: Actor) -> User:
        made = await self.passwords.hash(password, user.name)
        told = self._told("user", actor.name, {"name": user.name, "change": "password"})
        return await self.store.edit_user(
            user.name, lambda held: replace(forgiven(held), password_hash=made), told, end_sessions=True
        )

    @property
    def _check(self) -> PasswordCheck:
        return PasswordCheck(store=self.store, clock=self.clock, passwords=self.passwords, tries=self.tries)

    async def _start_session(self, user: User, client: str, address: str) -> tuple[str, Session]:
        """Begin a session of a user as they were with this try counted."""
        token, now = secrets.token_urlsafe(32), self.clock.now()
        session = Session(
            token_hash=hash_of(token),
            user=user.name,
            client=client[:LONGEST_CLIENT],
            created=now,
            expires=now + self.limits.session,
            last_seen=now,
        )
        wrong = {"wrong_before": user.failures - 1} if user.failures > 1 else {}
        told = {"name": user.name, "outcome": "signed in", "client": session.client, **address_of(address), **wrong}
        await self.store.add_session(session, self._told("sign-in", user.name, told))
        return token, session

    def _require_self(self, name: str, actor: Actor) -> None:
        if folded(name) != actor.name:
            require(actor, Permission.MANAGE_USERS)

    def _told(self, kind: Kind, actor: str, payload: dict[str, Json]) -> UserEvent:
        return UserEvent(kind=kind, actor=actor, at=self.clock.now(), payload=payload)


def hash_of(secret: str) -> str:
    """Hash a token or key; it is drawn from 256 bits, so that one round of SHA-256 is as good as many."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def folded(name: str) -> str:
    """Return a user's name as it is stored.

    >>> folded(" Ana ")
    'ana'
    """
    return name.strip().casefold()


def role_named(text: str) -> Role:
    """Read a role.

    >>> role_named("Responder").label
    'responder'
    """
    found = next((role for role in Role if role.label == text.strip().lower()), None)
    if found is None:
        raise InvalidInputError(f"{text!r} is no role. Use {', '.join(role.label for role in Role)}.")
    return found


def _of(user: User, change: str) -> dict[str, Json]:
    return {"name": user.name, "change": change, "role": user.role.label}
