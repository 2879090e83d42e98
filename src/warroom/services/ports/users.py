"""The store of users, their sessions and API keys; each change appends its row to the event log (design D11)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from warroom.model.errors import ConflictError
from warroom.model.json import JsonObject
from warroom.model.user import ApiKey, Role, Session, SetupToken, User
from warroom.services.ports.events import NewEvent

EditUser: TypeAlias = Callable[[User], User]
EditKey: TypeAlias = Callable[[ApiKey], ApiKey]
Kind: TypeAlias = Literal["sign-in", "user", "api-key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEvent:
    """The event of a change."""

    kind: Kind
    actor: str
    at: datetime
    payload: JsonObject

    @property
    def new_event(self) -> NewEvent:
        return NewEvent(incident=None, kind=self.kind, payload=self.payload)


class UserStore(Protocol):
    """Edits are applied to the current row; an error of an edit is raised, and nothing has changed."""

    async def users(self) -> Sequence[User]:
        """Return all users, by name."""
        ...

    async def user(self, name: str) -> User:
        """Raises NotFoundError."""
        ...

    async def add_user(self, user: User, event: UserEvent) -> None:
        """Raises ConflictError when the name is taken."""
        ...

    async def edit_user(
        self, name: str, edit: EditUser, event: UserEvent | None = None, *, end_sessions: bool = False
    ) -> User:
        """Return the user as edited; `end_sessions` ends the user's sessions in the same commit.

        Raises NotFoundError, and ConflictError when no admin who may sign in would be left.
        """
        ...

    async def offer_setup(self, setup: SetupToken) -> bool:
        """Store it in place of an earlier one; False, and nothing is stored, when there are users already."""
        ...

    async def set_up(self, token_hash: str, user: User, event: UserEvent) -> None:
        """Add the first user and use the token up.

        Raises ConflictError when there are users already, NotFoundError when the token is not the one offered or has
        expired by `told.at`.
        """
        ...

    async def add_session(self, session: Session, event: UserEvent) -> None:
        """Add it, and forget those that have expired by then."""
        ...

    async def session(self, token_hash: str) -> tuple[Session, User]:
        """Return a session with its user; raises NotFoundError."""
        ...

    async def sessions(self, user: str) -> Sequence[Session]:
        """Return a user's sessions, oldest first."""
        ...

    async def touch_session(self, token_hash: str, at: datetime) -> None:
        """Note that a session was used; one that has ended stays ended."""
        ...

    async def end_sessions(self, token_hashes: Sequence[str], event: UserEvent) -> None: ...

    async def keys(self) -> Sequence[ApiKey]:
        """Return all API keys, oldest first."""
        ...

    async def key(self, hash: str) -> ApiKey:  # noqa: A002  # the field is called so
        """Return the key whose secret has this hash; raises NotFoundError."""
        ...

    async def add_key(self, key: ApiKey, event: UserEvent) -> None: ...

    async def edit_key(self, key: str, edit: EditKey, event: UserEvent | None = None) -> ApiKey:
        """Return the key of this id as edited; raises NotFoundError."""
        ...

    async def tell(self, event: UserEvent) -> None:
        """Append an event without a change of users, such as a refused sign-in."""
        ...


def refuse_without_admin(users: Iterable[User]) -> None:
    """Raise ConflictError unless one of them is an admin who may sign in."""
    if not any(user.role is Role.ADMIN and not user.disabled for user in users):
        raise ConflictError("This is the last admin who can sign in. Make another user an admin first.")
