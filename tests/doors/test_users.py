"""Users and keys, on this machine and over the API."""

import pytest

from tests.web.clients import PASSWORD, Clients
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.user import Role
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform

EVE = {"name": "eve", "password": "correct horse staple", "role": "analyst", "display_name": "Eve"}


async def test_a_new_user_can_sign_in_and_is_one_of_the_people(clients: Clients) -> None:
    made = await clients.admin.post(f"{API}/users", json=EVE)
    assert (made.status_code, made.json()["role"]) == (201, "analyst")
    assert "password" not in made.text
    signed_in = await clients.nobody.post(f"{API}/session", json={"name": "eve", "password": EVE["password"]})
    assert signed_in.status_code == 204
    people = (await clients.reader.get(f"{API}/people")).json()["items"]
    assert {"name": "eve", "display_name": "Eve", "role": "analyst"} in people


async def test_somebody_who_is_disabled_cannot_sign_in_until_enabled(clients: Clients) -> None:
    body = {"name": "reader", "password": PASSWORD}
    await clients.admin.patch(f"{API}/users/reader", json={"disabled": True})
    assert (await clients.nobody.post(f"{API}/session", json=body)).status_code == 401
    await clients.admin.patch(f"{API}/users/reader", json={"disabled": False})
    assert (await clients.nobody.post(f"{API}/session", json=body)).status_code == 204


async def test_a_mail_address_is_given_and_one_that_is_none_changes_nothing(clients: Clients) -> None:
    changed = await clients.admin.patch(f"{API}/users/reader", json={"mail": "rita@example.com"})
    assert (changed.status_code, changed.json()["mail"]) == (200, "rita@example.com")
    refused = await clients.admin.patch(f"{API}/users/reader", json={"role": "analyst", "mail": "rita"})
    assert (refused.status_code, "is no mail address" in refused.text) == (422, True)
    (reader,) = [one for one in (await clients.admin.get(f"{API}/users")).json()["items"] if one["name"] == "reader"]
    assert (reader["role"], reader["mail"]) == ("reader", "rita@example.com")
    assert "rita@example.com" not in (await clients.reader.get(f"{API}/people")).text


async def test_the_last_admin_stays(clients: Clients) -> None:
    answer = await clients.admin.patch(f"{API}/users/admin", json={"role": "reader"})
    assert (answer.status_code, answer.json()["kind"]) == (409, "ConflictError")


async def test_a_role_that_there_is_not_is_refused(clients: Clients) -> None:
    assert (await clients.admin.patch(f"{API}/users/reader", json={"role": "king"})).status_code == 422


async def test_the_secret_of_a_key_is_shown_once(clients: Clients) -> None:
    made = (await clients.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "reader"})).json()
    assert made["secret"].startswith("wrk_")
    listed = (await clients.admin.get(f"{API}/api-keys")).text
    assert made["secret"] not in listed
    assert made["prefix"] in listed


async def test_everybody_changes_the_name_that_is_shown_of_themselves_and_nothing_else(clients: Clients) -> None:
    own = await clients.reader.patch(f"{API}/users/reader", json={"display_name": "Rita"})
    assert (own.status_code, own.json()["display_name"]) == (200, "Rita")
    refused = [("reader", {"role": "admin"}), ("reader", {"mail": "r@x.example"}), ("admin", {}), ("nobody", {})]
    for name, change in refused:
        assert (await clients.reader.patch(f"{API}/users/{name}", json=change)).status_code == 403
    assert (await clients.admin.patch(f"{API}/users/reader", json={})).json() == own.json()
    assert (await clients.admin.patch(f"{API}/users/nobody", json={})).status_code == 404


async def test_everybody_sees_their_own_sessions_and_nobody_elses(clients: Clients) -> None:
    assert len((await clients.reader.get(f"{API}/users/reader/sessions")).json()["items"]) == 1
    assert (await clients.reader.get(f"{API}/users/admin/sessions")).status_code == 403


ADMIN = an_actor()


async def test_a_user_gets_a_mail_address_and_loses_it(app: App) -> None:
    await app.users.create("ann", "correct horse battery", Role.RESPONDER, ADMIN)
    assert (await perform(app, "user.mail", {"name": "ann", "mail": "ann@example.com"}, ADMIN))["mail"] == (
        "ann@example.com"
    )
    assert [user["mail"] for user in await perform(app, "user.list", {}, ADMIN)] == ["ann@example.com"]
    assert (await perform(app, "user.mail", {"name": "ann"}, ADMIN))["mail"] == ""


async def test_what_cannot_be_is_refused(app: App) -> None:
    await app.users.create("ann", "correct horse battery", Role.RESPONDER, ADMIN)
    with pytest.raises(InvalidInputError, match="'nowhere' is no mail address"):
        await perform(app, "user.mail", {"name": "ann", "mail": "nowhere"}, ADMIN)
    with pytest.raises(NotFoundError, match="no user zoe"):
        await perform(app, "user.mail", {"name": "zoe", "mail": "zoe@example.com"}, ADMIN)
    with pytest.raises(ForbiddenError):
        await perform(app, "user.list", {}, an_actor(role=Role.RESPONDER))
