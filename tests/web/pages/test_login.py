from tests.web.desk import Desk
from warroom.web.api.simulator import REGIONS


async def test_the_sign_in_shows_why_it_was_refused_as_text(desk: Desk) -> None:
    page = (await desk.nobody.get("/login", params={"error": "<b>no</b>", "next": "//elsewhere"})).text
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert 'name="next" value="/"' in page


async def test_the_set_up_asks_for_an_admin_with_its_token(desk: Desk) -> None:
    page = (await desk.nobody.get("/setup/a-token")).text
    assert 'data-token="a-token"' in page
    assert 'minlength="12"' in page


async def test_the_second_step_offers_every_region_and_proposes_read_only(desk: Desk) -> None:
    page = (await desk.admin.get("/start")).text
    assert all(url in page for _, url in REGIONS)
    assert 'name="read_only" checked' in page


async def test_only_who_manages_instances_connects_one(desk: Desk) -> None:
    assert (await desk.responder.get("/start")).status_code == 403
    assert (await desk.nobody.get("/start")).headers["location"] == "/login?next=%2Fstart"
