from dataclasses import replace
from datetime import timedelta

from warroom.services.ports.replies import Reply
from warroom.testing.clock import START
from warroom.testing.replies import MemoryReplies

FIRST = Reply(name="first", fingerprint="f", at=START)
LONG_AGO = START - timedelta(1)


async def test_a_request_is_begun_once_until_it_is_dropped() -> None:
    replies = MemoryReplies()
    assert await replies.start(FIRST, LONG_AGO) is None
    assert await replies.start(FIRST, LONG_AGO) == FIRST
    await replies.drop("first")
    assert await replies.start(FIRST, LONG_AGO) is None


async def test_an_answer_is_kept_for_what_was_begun_and_for_nothing_else() -> None:
    replies = MemoryReplies()
    await replies.start(FIRST, LONG_AGO)
    await replies.end("nobody", "sealed")
    assert await replies.start(FIRST, LONG_AGO) == FIRST
    await replies.end("first", "sealed")
    assert await replies.start(FIRST, LONG_AGO) == replace(FIRST, sealed="sealed")
    assert await replies.start(replace(FIRST, name="nobody"), LONG_AGO) is None
