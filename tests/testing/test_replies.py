from datetime import timedelta

from warroom.services.ports.replies import Reply
from warroom.testing.clock import START
from warroom.testing.replies import MemoryReplies


async def test_an_answer_for_what_nobody_began_is_not_kept() -> None:
    replies = MemoryReplies()
    await replies.end("nobody", "sealed")
    assert await replies.begin(Reply(name="nobody", fingerprint="", at=START), START - timedelta(1)) is None
