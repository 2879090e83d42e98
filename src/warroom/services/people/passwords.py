"""Passwords: which are accepted, and a check that takes the same time whether the user exists or not."""

import asyncio
import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from warroom.model.errors import InvalidInputError
from warroom.services.people.weak_passwords import is_guessed_first

SHORTEST = 12
LONGEST = 1024
FEW = 4  # different letters
AT_ONCE = 2  # each check takes 64 MiB and most of a core for 50 ms


class Passwords:
    """Hashes and checks with argon2id, off the event loop and few at a time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str, name: str) -> str:
        """Hash a new password of a user; one that is easily guessed is refused."""
        refuse_weak(password, name)
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def match(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; without a hash (no such user) the answer takes as long."""
        async with self._turns:
            return await asyncio.to_thread(self._match, password_hash, password[:LONGEST])

    def _match(self, password_hash: str | None, password: str) -> bool:
        try:
            self._hasher.verify(password_hash or self._nobodys_hash, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
        return password_hash is not None

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(32))


def refuse_weak(password: str, name: str) -> None:
    """Raise InvalidInputError for a password that is too short or too long, of few letters, or guessed first."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInputError(f"A password has {SHORTEST} to {LONGEST} characters. Choose another one.")
    if len(set(password)) < FEW or is_guessed_first(password, name):
        raise InvalidInputError(
            "This password is easily guessed: without your name, common words, years and keys in a row, hardly anything"
            " is left. Choose another one, such as four words that only you put together."
        )
