from tests.hostile import MARKUP
from tests.web.desk import Desk
from warroom.web.api import API


async def test_what_is_paused_stands_above_every_page_and_only_an_admin_can_end_it(desk: Desk) -> None:
    for path in ("/", "/tasks", "/playbooks"):
        assert "paused every instance" not in (await desk.reader.get(path)).text
    await desk.admin.post(f"{API}/halts", json={"reason": "Wrong hosts."})
    for path in ("/", "/tasks", "/playbooks", "/fragments/halts"):
        page = (await desk.reader.get(path)).text
        assert "admin paused every instance at " in page
        assert "Wrong hosts." in page
        assert "data-resume" not in page
    assert "data-resume" in (await desk.admin.get("/fragments/halts")).text


async def test_a_reason_is_text(desk: Desk) -> None:
    await desk.admin.post(f"{API}/halts", json={"reason": MARKUP})
    page = (await desk.admin.get("/")).text
    assert MARKUP not in page
    assert "&lt;" in page[page.index("paused every instance") :][:400]


async def test_the_buttons_are_for_those_who_may(desk: Desk) -> None:
    seen = {}
    for role in ("reader", "responder", "admin"):
        page = (await getattr(desk, role).get("/tasks")).text
        seen[role] = ('data-stop="pause"' in page, 'data-stop="cancel"' in page)
    assert seen == {"reader": (False, False), "responder": (False, True), "admin": (True, True)}
