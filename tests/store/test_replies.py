"""Both stores keep answers alike; memory as well."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.conftest import KINDS, open_sql
from warroom.services.ports.replies import Replies, Reply
from warroom.testing.clock import START
from warroom.testing.replies import MemoryReplies

DAY = timedelta(hours=24)
LONG_AGO = START - DAY
FIRST = Reply(name="who+key", fingerprint="what", at=START)


@pytest.fixture(params=KINDS)
def replies(request: pytest.FixtureRequest) -> Iterator[Replies]:
    if request.param == "memory":
        yield MemoryReplies()
        return
    store = open_sql(request.getfixturevalue(f"{request.param}_url"), [])
    yield store.replies
    store.close()


async def test_the_first_one_begins_and_whoever_comes_later_is_given_it(replies: Replies) -> None:
    assert await replies.start(FIRST, LONG_AGO) is None
    later = replace(FIRST, fingerprint="other", at=START + timedelta(seconds=1))
    assert await replies.start(later, LONG_AGO) == FIRST
    await replies.end(FIRST.name, "sealed")
    assert await replies.start(later, LONG_AGO) == replace(FIRST, sealed="sealed")


async def test_what_was_dropped_may_begin_again(replies: Replies) -> None:
    await replies.start(FIRST, LONG_AGO)
    await replies.drop(FIRST.name)
    assert await replies.start(FIRST, LONG_AGO) is None


async def test_what_has_expired_is_forgotten_and_nothing_else(replies: Replies) -> None:
    young = Reply(name="young", fingerprint="what", at=START + timedelta(seconds=1))
    await replies.start(FIRST, LONG_AGO)
    await replies.start(young, LONG_AGO)
    assert await replies.start(replace(FIRST, at=START + DAY), START) is None
    assert await replies.start(replace(young, at=START + DAY), START) == young
