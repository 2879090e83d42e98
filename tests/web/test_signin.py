import pytest

from tests.web.clients import PASSWORD, Clients
from warroom.model.errors import SignInError
from warroom.services.app import App
from warroom.web.api import API
from warroom.web.security import COOKIE
from warroom.web.signin import OneTimeLinks, first_session


async def test_a_form_signs_in_and_goes_on_to_where_the_browser_wanted(clients: Clients) -> None:
    form = {"name": "reader", "password": PASSWORD, "next": "/incidents/7?tab=plan"}
    answer = await clients.nobody.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/7?tab=plan")
    assert (await clients.nobody.get(f"{API}/session")).json()["name"] == "reader"


async def test_a_wrong_password_leads_back_to_the_form_with_the_reason_and_the_way(clients: Clients) -> None:
    answer = await clients.nobody.post("/login", data={"name": "reader", "password": "wrong", "next": "/tasks"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?error=refused&next=%2Ftasks"
    assert "set-cookie" not in answer.headers
    page = (await clients.nobody.get(answer.headers["location"])).text
    assert "The name or the password is wrong" in page
    assert 'name="next" value="/tasks"' in page


async def test_too_many_wrong_passwords_lead_back_to_the_form_with_the_time_to_wait(clients: Clients) -> None:
    for _ in range(5):
        await clients.nobody.post("/login", data={"name": "reader", "password": "wrong"})
    answer = await clients.nobody.post("/login", data={"name": "reader", "password": PASSWORD})
    assert answer.headers["location"] == "/login?error=wait&seconds=5&next=%2F"
    assert "Wait 5 s, then try again." in (await clients.nobody.get(answer.headers["location"])).text


@pytest.mark.parametrize("wanted", ["//elsewhere", "https://elsewhere/", "/\\elsewhere", "/a\r\nb", ""])
async def test_a_link_cannot_lead_elsewhere_after_signing_in(clients: Clients, wanted: str) -> None:
    answer = await clients.nobody.post("/login", data={"name": "reader", "password": PASSWORD, "next": wanted})
    assert answer.headers["location"] == "/"


async def test_signing_out_ends_the_session_everywhere(clients: Clients) -> None:
    token = clients.reader.cookies[COOKIE]
    answer = await clients.reader.post("/logout")
    assert answer.headers["location"] == "/login"
    with pytest.raises(SignInError):
        await clients.app.users.resume(token)


async def test_a_page_leads_to_the_sign_in_and_back(clients: Clients) -> None:
    answer = await clients.nobody.get("/tasks?open=7")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Ftasks%3Fopen%3D7")


async def test_who_has_to_sign_in_again_is_told_why(clients: Clients) -> None:
    gone = await clients.nobody.get("/tasks", headers={"cookie": f"{COOKIE}=gone"})
    assert gone.headers["location"] == "/login?error=ended&next=%2Ftasks"
    used = await clients.nobody.get("/enter/used-before")
    assert used.headers["location"] == "/login?error=used"
    for word, says in (("ended", "Your session has ended"), ("used", "This link has been used already")):
        assert says in (await clients.nobody.get(f"/login?error={word}")).text


async def test_a_one_time_link_works_once(app: App) -> None:
    links = OneTimeLinks()
    path = links.offer("session")
    token = path.rpartition("/")[2]
    assert links.take(token) == "session"
    with pytest.raises(SignInError, match="used already"):
        links.take(token)


async def test_the_demo_gets_an_admin_that_only_its_link_can_be(app: App) -> None:
    actor, _ = await app.users.resume(await first_session(app))
    assert actor.name == "demo"
