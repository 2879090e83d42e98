"""Where users, their sessions and API keys are kept; each change appends its row to the event log (design D11)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from warroom.model.errors import ConflictError
from warroom.model.json import JsonObject
from warroom.model.user import ApiKey, Role, Session, SetupToken, User
from warroom.services.ports.events import Happening

EditUser: TypeAlias = Callable[[User], User]
EditKey: TypeAlias = Callable[[ApiKey], ApiKey]
Kind: TypeAlias = Literal["sign-in", "user", "api-key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the event log tells of a change."""

    kind: Kind
    actor: str
    at: datetime
    payload: JsonObject

    @property
    def happening(self) -> Happening:
        return Happening(incident=None, kind=self.kind, payload=self.payload)


class UserStore(Protocol):
    """Edits are applied to the row as it is at that moment; what an edit raises comes out, and nothing has changed."""

    async def users(self) -> Sequence[User]:
        """Everybody, by name."""
        ...

    async def user(self, name: str) -> User:
        """Raises NotFoundError."""
        ...

    async def add_user(self, user: User, told: Told) -> None:
        """Raises ConflictError when the name is taken."""
        ...

    async def edit_user(
        self, name: str, edit: EditUser, told: Told | None = None, *, end_sessions: bool = False
    ) -> User:
        """Give the user as edited; `end_sessions` ends them all with it.

        Raises NotFoundError, and ConflictError when no admin who may sign in would be left.
        """
        ...

    async def offer_setup(self, setup: SetupToken) -> bool:
        """Keep it in the place of an earlier one; False, and nothing is kept, when there are users already."""
        ...

    async def set_up(self, token_hash: str, user: User, told: Told) -> None:
        """Add the first user and use the token up.

        Raises ConflictError when there are users already, NotFoundError when the token is not the one offered or has
        expired by `told.at`.
        """
        ...

    async def add_session(self, session: Session, told: Told) -> None:
        """Add it, and forget those that have expired by then."""
        ...

    async def session(self, token_hash: str) -> tuple[Session, User]:
        """Give a session with its user; raises NotFoundError."""
        ...

    async def sessions(self, user: str) -> Sequence[Session]:
        """A user's sessions, oldest first."""
        ...

    async def touch_session(self, token_hash: str, at: datetime) -> None:
        """Note that it was seen; one that is gone stays gone."""
        ...

    async def end_sessions(self, token_hashes: Sequence[str], told: Told) -> None: ...

    async def keys(self) -> Sequence[ApiKey]:
        """All API keys, oldest first."""
        ...

    async def key(self, hash: str) -> ApiKey:  # noqa: A002  # the field is called so
        """Give the key whose secret has this hash; raises NotFoundError."""
        ...

    async def add_key(self, key: ApiKey, told: Told) -> None: ...

    async def edit_key(self, key: str, edit: EditKey, told: Told | None = None) -> ApiKey:
        """Give the key of this id as edited; raises NotFoundError."""
        ...

    async def tell(self, told: Told) -> None:
        """Append a row to the event log that no change goes with: a refused sign-in."""
        ...


def refuse_without_admin(users: Iterable[User]) -> None:
    """Raise ConflictError unless one of them is an admin who may sign in."""
    if not any(user.role is Role.ADMIN and not user.disabled for user in users):
        raise ConflictError("This is the last admin who can sign in. Make another user an admin first.")
