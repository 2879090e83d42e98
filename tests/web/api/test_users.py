from tests.web.desk import PASSWORD, Desk
from warroom.web.api import API

EVE = {"name": "eve", "password": "correct horse staple", "role": "analyst", "display_name": "Eve"}


async def test_a_new_user_can_sign_in_and_is_one_of_the_people(desk: Desk) -> None:
    made = await desk.admin.post(f"{API}/users", json=EVE)
    assert (made.status_code, made.json()["role"]) == (201, "analyst")
    assert "password" not in made.text
    signed_in = await desk.nobody.post(f"{API}/session", json={"name": "eve", "password": EVE["password"]})
    assert signed_in.status_code == 204
    people = (await desk.reader.get(f"{API}/people")).json()["items"]
    assert {"name": "eve", "display_name": "Eve", "role": "analyst"} in people


async def test_somebody_who_is_disabled_cannot_sign_in_until_enabled(desk: Desk) -> None:
    body = {"name": "reader", "password": PASSWORD}
    await desk.admin.patch(f"{API}/users/reader", json={"disabled": True})
    assert (await desk.nobody.post(f"{API}/session", json=body)).status_code == 401
    await desk.admin.patch(f"{API}/users/reader", json={"disabled": False})
    assert (await desk.nobody.post(f"{API}/session", json=body)).status_code == 204


async def test_a_mail_address_is_given_and_one_that_is_none_changes_nothing(desk: Desk) -> None:
    changed = await desk.admin.patch(f"{API}/users/reader", json={"mail": "rita@example.com"})
    assert (changed.status_code, changed.json()["mail"]) == (200, "rita@example.com")
    refused = await desk.admin.patch(f"{API}/users/reader", json={"role": "analyst", "mail": "rita"})
    assert (refused.status_code, "is no mail address" in refused.text) == (422, True)
    (reader,) = [one for one in (await desk.admin.get(f"{API}/users")).json()["items"] if one["name"] == "reader"]
    assert (reader["role"], reader["mail"]) == ("reader", "rita@example.com")
    assert "rita@example.com" not in (await desk.reader.get(f"{API}/people")).text


async def test_the_last_admin_stays(desk: Desk) -> None:
    answer = await desk.admin.patch(f"{API}/users/admin", json={"role": "reader"})
    assert (answer.status_code, answer.json()["kind"]) == (409, "ConflictError")


async def test_a_role_that_there_is_not_is_refused(desk: Desk) -> None:
    assert (await desk.admin.patch(f"{API}/users/reader", json={"role": "king"})).status_code == 422


async def test_the_secret_of_a_key_is_shown_once(desk: Desk) -> None:
    made = (await desk.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "reader"})).json()
    assert made["secret"].startswith("wrk_")
    listed = (await desk.admin.get(f"{API}/api-keys")).text
    assert made["secret"] not in listed
    assert made["prefix"] in listed


async def test_everybody_sees_their_own_sessions_and_nobody_elses(desk: Desk) -> None:
    assert len((await desk.reader.get(f"{API}/users/reader/sessions")).json()["items"]) == 1
    assert (await desk.reader.get(f"{API}/users/admin/sessions")).status_code == 403
