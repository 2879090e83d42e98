"""People who sign in, on public fakes."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from warroom.model.errors import (
    SignInError,
)
from warroom.model.json import JsonObject
from warroom.model.user import Actor, Role
from warroom.services.people.kept_tries import KeptTries
from warroom.services.people.passwords import Passwords
from warroom.services.people.tries import Backoff, Place
from warroom.services.people.users import Limits, Users
from warroom.testing.clock import ManualClock
from warroom.testing.store import MemoryStore

PASSWORD = "correct horse battery"
OTHER = "staple of my own choice"
WRONG = "not at all the password"
ROOT = Actor(name="root", role=Role.ADMIN)
LIMITS = Limits()
FREE = Backoff().free
HOME = Place(address="192.0.2.7")
STRANGER = Place(address="198.51.100.9")


class SignIns:
    """Users on a store in memory, with cheap hashes."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = ManualClock()
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.users = Users(
            store=self.store.users, clock=self.clock, passwords=Passwords(cheap), tries=KeptTries(self.store.tries)
        )

    async def told(self, kind: str) -> list[tuple[str, JsonObject]]:
        return [(event.actor, event.payload) for event in await self.store.events() if event.kind == kind]

    async def refused(self, name: str, password: str = WRONG) -> str:
        with pytest.raises(SignInError) as refusal:
            await self.users.sign_in(name, password)
        return str(refusal.value)

    async def guessed(self, name: str, place: Place) -> None:
        for _ in range(FREE):
            with pytest.raises(SignInError):
                await self.users.sign_in(name, WRONG, place=place)

    def wait(self, time: timedelta) -> None:
        self.clock.advance(time.total_seconds())
