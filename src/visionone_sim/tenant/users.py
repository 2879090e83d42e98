"""Who may sign in to the console: users and groups, with a role each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.etag import etag_of
from visionone_sim.wire import Json

AuthType: TypeAlias = Literal["local", "saml", "samlGroup"]
UserStatus: TypeAlias = Literal["enabled", "disabled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: str
    email: str
    role: str
    auth_type: AuthType = "local"
    status: UserStatus = "enabled"
    description: str | None = None
    version: int = 1

    @property
    def etag(self) -> str:
        return etag_of(self.id, self.version)

    def wire(self) -> dict[str, Json]:
        return {
            "id": self.id,
            "email": self.email,
            "role": self.role,
            "authType": self.auth_type,
            "status": self.status,
            "description": self.description,
        }


# The creator of the first key.
OWNER = User(id="account-1", email="owner@soc.example", role="full")


class UserBook(Mapping[str, User]):
    """All users by id, in the order in which they were invited."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {OWNER.id: OWNER}

    def __getitem__(self, user_id: str) -> User:
        return self._users[user_id]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._users))

    def __len__(self) -> int:
        return len(self._users)

    def find(self, user_id: str) -> User:
        user = self._users.get(user_id)
        if user is None:
            raise NotFoundError("The account does not exist.")
        return user

    def invite(self, user: User) -> User:
        if any(each.email.casefold() == user.email.casefold() for each in self.values()):
            raise BadRequestError(f"There is an account with the address {user.email!r} already.", target="email")
        self._users[user.id] = user
        return user

    def change(self, user: User) -> None:
        self._users[user.id] = replace(user, version=user.version + 1)

    def delete(self, user_id: str) -> None:
        del self._users[self.find(user_id).id]
