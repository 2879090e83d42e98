import pytest
from argon2 import PasswordHasher

from warroom.model.errors import SignInError
from warroom.model.user import Role, User
from warroom.services.people.kept_tries import TOLD_EACH, KeptTries
from warroom.services.people.password_check import NETWORKS, REFUSED, PasswordCheck
from warroom.services.people.passwords import Passwords
from warroom.services.people.tries import Backoff, Place, Tries
from warroom.services.ports.tries import SEVERAL
from warroom.services.ports.users import UserEvent
from warroom.testing.clock import START, ManualClock
from warroom.testing.store import MemoryStore

PASSWORD = "correct horse battery"


class Door:
    """A check on a store in memory, and what comes of it."""

    def __init__(self, pace: Backoff | None = None) -> None:
        self.store, self.clock = MemoryStore(), ManualClock()
        self.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.check = PasswordCheck(
            store=self.store.users,
            clock=self.clock,
            passwords=self.passwords,
            tries=KeptTries(self.store.tries, Tries(pace or Backoff())),
        )

    async def knows(self, name: str) -> None:
        hashed = await self.passwords.hash(PASSWORD, name)
        user = User(name=name, role=Role.READER, password_hash=hashed, created=START)
        await self.store.users.add_user(user, UserEvent(kind="user", actor="", at=START, payload={}))

    async def refused(self, name: str, address: str = "192.0.2.7") -> None:
        with pytest.raises(SignInError, match=REFUSED[:20]):
            await self.check.user(name, "wrong", Place(address=address))


async def test_a_user_is_known_to_be_guessed_since_when_and_from_where_last() -> None:
    door = Door()
    await door.knows("ana")
    for number in range(NETWORKS + 2):
        await door.refused("ana", f"203.0.113.{number}")
        door.clock.advance(60)
    await door.refused("ana", "203.0.113.3")
    user = await door.store.users.user("ana")
    assert (user.failures, user.failing_since) == (NETWORKS + 3, START)
    assert user.failing_from == ("203.0.113.2", "203.0.113.4", "203.0.113.3")
    await door.check.user("ana", PASSWORD, Place(address="192.0.2.1"))
    user = await door.store.users.user("ana")
    assert (user.failures, user.failing_since, user.failing_from) == (0, None, ())


async def test_a_name_that_nobody_has_is_kept_nowhere() -> None:
    door = Door()
    await door.refused("hunter2")
    assert {count.name for count in await door.store.tries.all()} == {SEVERAL}
    assert "hunter2" not in str(await door.store.events())


async def test_a_flood_from_everywhere_does_not_fill_the_log() -> None:
    door = Door()
    await door.knows("ana")
    for number in range(TOLD_EACH + 150):
        await door.refused("ana", f"2001:db8:{number:x}::1")
    told = [event for event in await door.store.events() if event.kind == "sign-in"]
    assert len(told) == TOLD_EACH + 1
    assert (await door.store.users.user("ana")).failures == TOLD_EACH + 150
