"""Time stamps of a real authority (openssl's), over HTTP."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outbound.authority import Authority, authority, openssl
from warroom.model.errors import UnavailableError
from warroom.outbound.timestamps import LARGEST_ANSWER, HttpTimestamps


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Authority]]:
    with authority(tmp_path) as found:
        yield found


async def test_openssl_finds_the_stamp_good_for_these_bytes_and_no_others(
    served: tuple[str, Authority], tmp_path: Path
) -> None:
    url, _ = served
    (tmp_path / "stamp.tsr").write_bytes(await HttpTimestamps(url).stamp(b"the statement"))
    for name, data in (("same", b"the statement"), ("other", b"another statement")):
        (tmp_path / name).write_bytes(data)
    assert "Status: Granted." in openssl("ts -reply -in stamp.tsr -text", tmp_path)
    openssl("ts -verify -in stamp.tsr -data same -CAfile tsa.pem", tmp_path)
    openssl("ts -verify -in stamp.tsr -data other -CAfile tsa.pem", tmp_path, refuses=True)


async def test_a_stamp_of_an_earlier_question_is_refused(served: tuple[str, Authority]) -> None:
    url, behind = served
    behind.answer = await HttpTimestamps(url).stamp(b"the statement")
    for data in (b"the statement", b"another one"):
        with pytest.raises(UnavailableError, match=r"127\.0\.0\.1 answers with a stamp of something else\. See"):
            await HttpTimestamps(url).stamp(data)


@pytest.mark.parametrize(
    ("status", "answer", "says"),
    [
        (500, b"", "answers with HTTP status 500"),
        (404, b"not here", "answers with HTTP status 404"),
        (200, b"", "answers with no time stamp"),
        (200, b"<html>", "answers with no time stamp"),
        (200, bytes.fromhex("30053003020102"), "refuses: status 2"),
        (200, bytes(LARGEST_ANSWER + 1), "answers with more than 1,048,576 bytes"),
    ],
    ids=["error", "missing", "nothing", "page", "refusal", "flood"],
)
async def test_an_answer_without_a_stamp_is_said(
    served: tuple[str, Authority], status: int, answer: bytes, says: str
) -> None:
    url, behind = served
    behind.status, behind.answer = status, answer
    with pytest.raises(UnavailableError, match=says):
        await HttpTimestamps(url).stamp(b"the statement")


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "no address", "ftp://127.0.0.1/", "http://[", ""])
async def test_an_authority_that_cannot_be_reached_is_said_without_its_password(url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        with pytest.raises(UnavailableError, match=r"^The export has no time stamp: the authority at .+\.$") as refused:
            await HttpTimestamps(url.format(port=taken.getsockname()[1]).replace("//", "//me:secret@")).stamp(b"data")
    assert "secret" not in str(refused.value)


async def test_an_authority_that_says_nothing_is_not_waited_for_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UnavailableError, match="does not answer"):
            await HttpTimestamps(url, seconds=0.2).stamp(b"data")
