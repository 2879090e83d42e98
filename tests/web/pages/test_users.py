from datetime import UTC, datetime, timedelta

import pytest

from tests.web.clients import Clients
from warroom.model.errors import SignInError
from warroom.model.user import SYSTEM, ApiKey, Role
from warroom.services.people.guessing import GUESSES
from warroom.services.people.tries import Place
from warroom.web.api import API
from warroom.web.pages.users import MAY, state_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("disabled", "expires", "state"),
    [
        (False, None, "active"),
        (False, NOW + timedelta(days=1), "active"),
        (False, NOW, "expired"),
        (True, NOW, "revoked"),
    ],
)
def test_a_key_says_whether_it_opens_anything(disabled: bool, expires: datetime | None, state: str) -> None:
    key = ApiKey(
        id="k", name="n", role=Role.READER, hash="h", prefix="p", created=NOW, expires=expires, disabled=disabled
    )
    assert state_of(key, NOW) == state


def test_every_role_says_what_it_may() -> None:
    assert set(MAY) == set(Role)


async def test_an_admin_sees_users_and_keys(clients: Clients) -> None:
    await clients.app.users.create_key("nightly", Role.READER, SYSTEM)
    page = (await clients.admin.get("/users")).text
    assert all(f'data-user="{role.label}"' in page for role in Role)
    assert "nightly" in page


async def test_an_admin_sees_from_where_passwords_are_guessed_and_no_name_that_may_be_a_password(
    clients: Clients,
) -> None:
    for name in ("reader", "hunter2", "reader"):
        for _ in range(3):
            await clients.nobody.post("/login", data={"name": name, "password": "wrong"})
    page = (await clients.admin.get("/users")).text
    assert "Wrong passwords lately" in page
    assert "<code>127.0.0.1</code>" in page
    assert "hunter2" not in page
    assert "3 wrong passwords" in page
    assert "Wrong passwords lately" not in (await clients.responder.get("/users")).text


async def test_an_admin_sees_that_passwords_are_guessed_for_whom_since_when_and_from_where(clients: Clients) -> None:
    for number in range(GUESSES):
        with pytest.raises(SignInError):
            await clients.app.users.sign_in("reader", "wrong", place=Place(address=f"203.0.113.{number}"))
    page = (await clients.admin.get("/users")).text
    assert f"Passwords are being guessed: {GUESSES} sign-ins have failed since " in page
    assert f"{GUESSES} wrong passwords" in page
    assert "last from 203.0.113.17, 203.0.113.18, 203.0.113.19" in page
    shown = {user["name"]: user for user in (await clients.admin.get(f"{API}/users")).json()["items"]}
    assert shown["reader"]["failing_from"] == ["203.0.113.17", "203.0.113.18", "203.0.113.19"]
    assert shown["admin"]["failing_since"] is None
    assert "Passwords are being guessed" not in (await clients.responder.get("/users")).text


async def test_others_see_their_own_sessions_only(clients: Clients) -> None:
    page = (await clients.responder.get("/users")).text
    assert page.count("data-session=") == 1
    assert "this one" in page
    assert "<tr data-user=" not in page


async def test_a_program_has_no_sessions_to_show(clients: Clients) -> None:
    secret, _ = await clients.app.users.create_key("nightly", Role.READER, SYSTEM)
    page = await clients.nobody.get("/users", headers={"Authorization": f"Bearer {secret}"})
    assert page.status_code == 200
    assert "data-session=" not in page.text
