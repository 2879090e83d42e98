"""Users, sessions and API keys in memory."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.user import ApiKey, Session, SetupToken, User
from warroom.services.ports.events import NewEvent
from warroom.services.ports.users import EditKey, EditUser, UserEvent, refuse_without_admin

Note: TypeAlias = Callable[[NewEvent, str, datetime], None]


class MemoryUsers:
    """Implements the UserStore port; `note` appends to the event log."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self._users: dict[str, User] = {}
        self._sessions: dict[str, Session] = {}
        self._keys: dict[str, ApiKey] = {}
        self._setup: SetupToken | None = None

    async def users(self) -> Sequence[User]:
        return sorted(self._users.values(), key=lambda user: user.name)

    async def user(self, name: str) -> User:
        if name not in self._users:
            raise NotFoundError(f"There is no user {name}.")
        return self._users[name]

    async def add_user(self, user: User, event: UserEvent) -> None:
        if user.name in self._users:
            raise ConflictError(f"There is a user {user.name} already. Choose another name.")
        self._users[user.name] = user
        await self.tell(event)

    async def edit_user(
        self, name: str, edit: EditUser, event: UserEvent | None = None, *, end_sessions: bool = False
    ) -> User:
        before = await self.user(name)
        after = edit(before)
        if (after.role, after.disabled) != (before.role, before.disabled):
            refuse_without_admin([*(user for user in self._users.values() if user.name != name), after])
        self._users[name] = after
        if end_sessions:
            self._sessions = {held: session for held, session in self._sessions.items() if session.user != name}
        if event:
            await self.tell(event)
        return after

    async def offer_setup(self, setup: SetupToken) -> bool:
        self._setup = None if self._users else setup
        return self._setup is not None

    async def set_up(self, token_hash: str, user: User, event: UserEvent) -> None:
        if self._users:
            raise ConflictError("The first admin was made already. Sign in, or ask an admin for a user.")
        if self._setup is None or self._setup.token_hash != token_hash or event.at >= self._setup.expires:
            raise NotFoundError("There is no such set-up token.")
        self._setup = None
        await self.add_user(user, event)

    async def add_session(self, session: Session, event: UserEvent) -> None:
        self._sessions = {held: other for held, other in self._sessions.items() if other.expires > event.at}
        self._sessions[session.token_hash] = session
        await self.tell(event)

    async def session(self, token_hash: str) -> tuple[Session, User]:
        if token_hash not in self._sessions:
            raise NotFoundError("There is no such session.")
        session = self._sessions[token_hash]
        return session, self._users[session.user]

    async def sessions(self, user: str) -> Sequence[Session]:
        found = [session for session in self._sessions.values() if session.user == user]
        return sorted(found, key=lambda session: (session.created, session.token_hash))

    async def touch_session(self, token_hash: str, at: datetime) -> None:
        if token_hash in self._sessions:
            self._sessions[token_hash] = replace(self._sessions[token_hash], last_seen=at)

    async def end_sessions(self, token_hashes: Sequence[str], event: UserEvent) -> None:
        for token_hash in token_hashes:
            self._sessions.pop(token_hash, None)
        await self.tell(event)

    async def keys(self) -> Sequence[ApiKey]:
        return sorted(self._keys.values(), key=lambda key: (key.created, key.id))

    async def key(self, hash: str) -> ApiKey:  # noqa: A002  # as the port calls it
        found = next((key for key in self._keys.values() if key.hash == hash), None)
        if found is None:
            raise NotFoundError("There is no such API key.")
        return found

    async def add_key(self, key: ApiKey, event: UserEvent) -> None:
        self._keys[key.id] = key
        await self.tell(event)

    async def edit_key(self, key: str, edit: EditKey, event: UserEvent | None = None) -> ApiKey:
        if key not in self._keys:
            raise NotFoundError(f"There is no API key {key}.")
        self._keys[key] = edit(self._keys[key])
        if event:
            await self.tell(event)
        return self._keys[key]

    async def tell(self, event: UserEvent) -> None:
        self._note(event.new_event, event.actor, event.at)
