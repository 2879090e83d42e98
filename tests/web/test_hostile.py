"""Hostile text in alerts, file names and commands: it comes back as it was, as data, and as text on a page."""

import re

import pytest

from tests.web.clients import Clients
from warroom.web.api import API

CORPUS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{% raw %}",
    "javascript:alert(1)",
    "'; DROP TABLE incident; --",
    '" OR words MATCH "a* NEAR (b)',
    "inv\u202egpj.exe",
    "a\0b",
    "\ud800 half",
    "![x](http://elsewhere/pixel.png)",
    "[x](javascript:alert(1))",
    "\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "x" * 500,
    "é" * 300,
    "1e999",
    "</textarea></title></style>",
]


@pytest.mark.parametrize("text", CORPUS)
async def test_it_comes_back_as_it_was(clients: Clients, text: str) -> None:
    incident = await clients.incident(details=text)
    assert (await clients.reader.get(f"{API}/incidents/{incident}")).json()["details"] == text
    entry = await clients.entry(text, incident)
    assert (await clients.reader.get(f"{API}/entries/{entry}")).json()["contents"] == text


@pytest.mark.parametrize("text", CORPUS)
async def test_it_can_be_searched_for_and_breaks_no_query(clients: Clients, text: str) -> None:
    incident = await clients.incident(f"a {text}")
    answer = await clients.reader.get(
        f"{API}/incidents", params={"text": text.encode("utf-8", "replace").decode()[:200]}
    )
    assert incident in [item["id"] for item in answer.json()["items"]]


async def test_half_a_character_is_refused_where_a_person_types_it(clients: Clients) -> None:
    answer = await clients.analyst.post(f"{API}/incidents", content=b'{"name": "\\ud800"}')
    assert answer.status_code == 422


@pytest.mark.parametrize("text", CORPUS)
async def test_pages_show_it_as_text(clients: Clients, text: str) -> None:
    incident = await clients.incident(f"a {text}", details=text)
    await clients.entry(text, incident)
    for path in (f"/incidents/{incident}", f"/fragments/incidents/{incident}/entries"):
        answer = await clients.reader.get(path)
        assert answer.status_code == 200, path
        page = answer.text
        assert "<script>alert" not in page
        assert not re.search(r"<img[^>]*(onerror|elsewhere)", page)
        assert 'href="javascript:' not in page
        assert "49{%" not in page
        assert not set("\u202e\0") & set(page)


async def test_a_note_of_a_megabyte_leaves_the_page_small(clients: Clients) -> None:
    incident = await clients.incident()
    await clients.analyst.post(f"{API}/incidents/{incident}/notes", json={"text": "<b>x</b> " * 110_000})
    answer = await clients.reader.get(f"/fragments/incidents/{incident}/entries")
    assert answer.status_code == 200
    assert len(answer.content) < 3_000_000
