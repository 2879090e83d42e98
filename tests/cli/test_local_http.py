from pathlib import Path

import pytest

from tests.cli.answering import answering
from warroom.cli.local_http import post


async def test_a_question_and_its_answer_arrive_whole(tmp_path: Path) -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 5\r\n\r\n{}\r\n "
    async with answering(tmp_path / "x.sock", said) as asked:
        answer = await post(tmp_path / "x.sock", "/operations/run", b"[1]", {"x-who": "josé\r\nx-more: 1"})
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, "application/json", b"{}\r\n ")
    [question] = asked
    assert question.startswith(b"POST /operations/run HTTP/1.0\r\n")
    assert "\r\nx-who: joséx-more: 1\r\n".encode("latin-1") in question
    assert question.endswith(b"\r\n\r\n[1]")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 many\r\n\r\n",
        b"hello\r\n\r\n",
    ],
)
async def test_what_breaks_off_is_no_answer(tmp_path: Path, said: bytes) -> None:
    async with answering(tmp_path / "x.sock", said):
        with pytest.raises(ConnectionError, match="broke off"):
            await post(tmp_path / "x.sock", "/", b"", {})


async def test_without_a_server_there_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        await post(tmp_path / "x.sock", "/", b"", {})
