"""API keys: who holds one, how long it works, and what its role allows."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from visionone_sim.errors import AccessDeniedError, InvalidCredentialsError
from visionone_sim.permissions import ROLES, permission_for


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key; its name is what tasks and notes show as their account."""

    token: str
    name: str = "soc-bot"
    role: str = "full"
    id: str = "key-1"
    description: str | None = None
    enabled: bool = True
    expires: datetime | None = None
    created: datetime | None = None
    modified: datetime | None = None
    version: int = 1

    def require_valid(self, now: datetime) -> None:
        """Refuse a key that is switched off or too old."""
        if not self.enabled:
            raise InvalidCredentialsError("The API key is disabled.")
        if self.expires is not None and self.expires <= now:
            raise InvalidCredentialsError("The API key has expired.")

    def require(self, method: str, path: str, roles: Mapping[str, frozenset[str]] = ROLES) -> None:
        """Refuse what the key's role does not allow; a role that the tenant does not know allows nothing."""
        needed = permission_for(method, path)
        if needed is not None and needed not in roles.get(self.role, frozenset()):
            raise AccessDeniedError(f"The role of this API key does not have the permission {needed!r}.")


def find_key(keys: tuple[ApiKey, ...], authorization: str | None) -> ApiKey | None:
    """Return the key that an Authorization header carries, if it is one of these."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        for key in keys:
            if secrets.compare_digest(key.token.encode(), token.strip().encode()):
                return key
    return None
