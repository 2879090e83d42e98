from collections.abc import AsyncIterator

import pytest

from tests.web.desk import Desk
from warroom.web.api import API
from warroom.web.limits import MOST_BYTES


async def _pieces() -> AsyncIterator[bytes]:
    for _ in range(MOST_BYTES // (1 << 20) + 1):
        yield b" " * (1 << 20)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
@pytest.mark.parametrize("is_streamed", [True, False])
async def test_a_body_that_is_too_large_is_refused(desk: Desk, headers: dict[str, str], is_streamed: bool) -> None:
    content = _pieces() if is_streamed else b" " * (MOST_BYTES + 1)
    answer = await desk.analyst.post(f"{API}/incidents", content=content, headers=headers)
    assert answer.status_code == 413
    assert "larger than" in answer.json()["detail"]


async def test_a_note_of_a_megabyte_is_taken(desk: Desk) -> None:
    incident = await desk.incident()
    answer = await desk.analyst.post(f"{API}/incidents/{incident}/notes", json={"text": "x" * 1_000_000})
    assert answer.status_code == 201


async def test_a_long_answer_comes_compressed_and_evidence_as_it_is(desk: Desk) -> None:
    assert (await desk.reader.get(f"{API}/commands")).headers["content-encoding"] == "gzip"
    incident = await desk.incident()
    typed = f'!SaveText text="{"x" * 5000}"'
    await desk.done(await desk.responder.post(f"{API}/incidents/{incident}/commands", json={"text": typed}))
    (entry,) = (await desk.reader.get(f"{API}/evidence")).json()["items"]
    file = await desk.responder.get(f"{API}/entries/{entry['id']}/file")
    assert "content-encoding" not in file.headers
    assert file.headers["content-length"] == "5000"
