import pytest

from tests.web.clients import Clients
from warroom.doors.integrations import REGIONS

STRANGE = ["<b>no</b>", "Your account is locked, call 555-0100", "refused ", "REFUSED", "wait\0", "x" * 5000]


@pytest.mark.parametrize("text", STRANGE)
async def test_the_sign_in_shows_no_text_of_a_strangers_link(clients: Clients, text: str) -> None:
    page = (await clients.nobody.get("/login", params={"error": text, "next": "//elsewhere"})).text
    assert page == (await clients.nobody.get("/login")).text
    assert 'name="next" value="/"' in page


@pytest.mark.parametrize("seconds", ["0", "-1", "1e9", "999999999", "call us"])
async def test_the_time_to_wait_is_a_number_that_there_is(clients: Clients, seconds: str) -> None:
    page = await clients.nobody.get(
        "/login", params={"error": "wait", "seconds": seconds}, headers={"Accept": "text/html"}
    )
    assert "call us" not in page.text
    assert page.status_code == (200 if seconds == "0" else 422)


async def test_the_set_up_asks_for_an_admin_with_its_token(clients: Clients) -> None:
    page = (await clients.nobody.get("/setup/a-token")).text
    assert 'data-token="a-token"' in page
    assert 'minlength="12"' in page


async def test_the_second_step_offers_every_region_and_proposes_read_only(clients: Clients) -> None:
    page = (await clients.admin.get("/start")).text
    assert all(url in page for _, url in REGIONS)
    assert 'name="read_only" checked' in page


async def test_only_who_manages_instances_connects_one(clients: Clients) -> None:
    assert (await clients.responder.get("/start")).status_code == 403
    assert (await clients.nobody.get("/start")).headers["location"] == "/login?next=%2Fstart"
