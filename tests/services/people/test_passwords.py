import asyncio

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from warroom.model.errors import InvalidInputError
from warroom.services.people.passwords import LONGEST, Passwords, refuse_weak

GOOD = "correct horse battery"


class CountingHasher(PasswordHasher):
    """Remembers which hashes it had to work on, cheaply."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.worked_on: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        self.worked_on.append(str(hash))
        return bool(super().verify(hash, password))


async def test_the_password_matches_and_another_one_does_not() -> None:
    passwords = Passwords(CountingHasher())
    made = await passwords.hash(GOOD, "ana")
    assert GOOD not in made
    assert await passwords.match(made, GOOD)
    assert not await passwords.match(made, GOOD + "x")


async def test_a_hash_that_cannot_be_read_matches_nothing() -> None:
    assert not await Passwords(CountingHasher()).match("broken", GOOD)


async def test_nobodys_password_takes_the_same_work_and_never_matches() -> None:
    hasher = CountingHasher()
    assert not await Passwords(hasher).match(None, GOOD)
    (worked_on,) = hasher.worked_on
    assert extract_parameters(worked_on).memory_cost == hasher.memory_cost


async def test_passwords_are_hashed_with_argon2id_as_the_rfc_advises() -> None:
    parameters = extract_parameters(await Passwords().hash(GOOD, "ana"))
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 64 * 1024
    assert parameters.time_cost >= 3


async def test_many_at_once_take_turns() -> None:
    passwords = Passwords(CountingHasher())
    made = await passwords.hash(GOOD, "ana")
    assert await asyncio.gather(*(passwords.match(made, GOOD) for _ in range(12))) == [True] * 12


@pytest.mark.parametrize(
    "password", ["short", "x" * (LONGEST + 1), "aaaaaaaaaaaaaaaa", "Ana-Ana-Ana-", "anaanaanaana1"]
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInputError):
        refuse_weak(password, "ana")


@pytest.mark.parametrize("password", [GOOD, "анна любит кофе", "x1y2z3w4v5u6", "banana split for tea"])
def test_a_good_password_is_taken(password: str) -> None:
    refuse_weak(password, "ana")
