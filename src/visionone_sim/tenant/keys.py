"""API keys and what their roles allow."""

import secrets
from dataclasses import dataclass
from typing import Literal, TypeAlias

from visionone_sim.errors import AccessDeniedError, InvalidCredentialsError

Role: TypeAlias = Literal["full", "read-only"]
READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key; its name is what tasks and notes show as their account."""

    token: str
    name: str = "soc-bot"
    role: Role = "full"

    def require(self, method: str) -> None:
        if self.role == "read-only" and method not in READING:
            raise AccessDeniedError("The role of this API key does not allow the action.")


def find_key(keys: tuple[ApiKey, ...], authorization: str | None) -> ApiKey:
    """Return the key that an Authorization header carries."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        for key in keys:
            if secrets.compare_digest(key.token.encode(), token.strip().encode()):
                return key
    raise InvalidCredentialsError("The API key is missing or not valid.")
