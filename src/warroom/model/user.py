"""Who acts: people with their sessions, programs with their API keys, and the roles that both have."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Role(IntEnum):
    """Each role may do all that the ones before it may."""

    READER = 1
    ANALYST = 2
    RESPONDER = 3
    ADMIN = 4

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a person, an API key, or the system itself; `door` and `address` say from where."""

    name: str
    role: Role
    door: str = field(default="", compare=False, repr=False)
    address: str = field(default="", compare=False, repr=False)


SYSTEM = Actor(name="DBot", role=Role.ADMIN)  # playbooks act under this name


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who may sign in. `failures` counts wrong passwords since the last right one, wherever they came from."""

    name: str
    display_name: str = ""
    role: Role
    mail: str = ""  # the address of messages; without it, no rule by role reaches them
    password_hash: str = field(repr=False)
    disabled: bool = False
    failures: int = 0
    failing_since: datetime | None = None
    failing_from: tuple[str, ...] = ()  # the networks of the last failures
    locked_until: datetime | None = None  # in rows of older versions, which locked names; no longer used
    created: datetime

    @property
    def actor(self) -> Actor:
        return Actor(name=self.name, role=self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser; its token is known to the browser alone, we keep the SHA-256."""

    token_hash: str = field(repr=False)
    user: str
    client: str = ""  # the browser's User-Agent, so that its user recognizes it
    created: datetime
    expires: datetime
    last_seen: datetime

    @property
    def id(self) -> str:
        """The session's id in lists."""
        return self.token_hash[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A program's key; its secret is shown once, we keep the SHA-256 and the first letters."""

    id: str
    name: str
    role: Role
    hash: str = field(repr=False)
    prefix: str
    created: datetime
    created_by: str = ""
    expires: datetime | None = None
    disabled: bool = False
    last_used: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Act under a name that no person can have."""
        return Actor(name=f"key:{self.name}", role=self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupToken:
    """A one-time token to make the first admin, in the link that the first start prints."""

    token_hash: str = field(repr=False)
    expires: datetime
