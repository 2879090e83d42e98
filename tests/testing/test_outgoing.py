from pathlib import Path

import pytest

from warroom.model.errors import UnavailableError
from warroom.services.ports.outgoing import HttpAnswer, HttpRequest
from warroom.testing.outgoing import FakeOutgoing


async def test_it_answers_by_address_and_keeps_what_it_was_asked(tmp_path: Path) -> None:
    web = FakeOutgoing({"http://a.example/": HttpAnswer(status=200, body="there")})
    request = HttpRequest(url="http://a.example/")
    assert (await web.ask(request, ["http://127.0.0.1:80"])).body == "there"
    answer = await web.ask(HttpRequest(url="http://a.example/", into=tmp_path / "file"), [])
    assert (answer.status, answer.body, (tmp_path / "file").read_text()) == (200, "", "there")
    assert web.asked[0] == request
    with pytest.raises(UnavailableError, match="not in the table"):
        await web.ask(HttpRequest(url="http://b.example/"), [])
