from tests.hostile import MARKUP
from tests.web.clients import Clients
from warroom.web.api import API


async def test_what_is_paused_stands_above_every_page_and_only_an_admin_can_end_it(clients: Clients) -> None:
    for path in ("/", "/tasks", "/playbooks"):
        assert "paused every instance" not in (await clients.reader.get(path)).text
    await clients.admin.post(f"{API}/halts", json={"reason": "Wrong hosts."})
    for path in ("/", "/tasks", "/playbooks", "/fragments/halts"):
        page = (await clients.reader.get(path)).text
        assert "admin paused every instance at " in page
        assert "Wrong hosts." in page
        assert "data-resume" not in page
    assert "data-resume" in (await clients.admin.get("/fragments/halts")).text


async def test_a_reason_is_text(clients: Clients) -> None:
    await clients.admin.post(f"{API}/halts", json={"reason": MARKUP})
    page = (await clients.admin.get("/")).text
    assert MARKUP not in page
    assert "&lt;" in page[page.index("paused every instance") :][:400]


async def test_the_buttons_are_for_those_who_may(clients: Clients) -> None:
    seen = {}
    for role in ("reader", "responder", "admin"):
        page = (await getattr(clients, role).get("/tasks")).text
        seen[role] = ('data-stop="pause"' in page, 'data-stop="cancel"' in page)
    assert seen == {"reader": (False, False), "responder": (False, True), "admin": (True, True)}
