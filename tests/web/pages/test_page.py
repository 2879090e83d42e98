from datetime import UTC, datetime, timedelta

import pytest

from tests.web.desk import Desk
from warroom.web.pages.page import NAVIGATION, THEME_COOKIE, ago


@pytest.mark.parametrize(("seconds", "says"), [(5, "5 s ago"), (-7300, "in 2 h"), (0.2, "0 s ago")])
def test_a_moment_is_said_as_seen_from_now(seconds: float, says: str) -> None:
    assert ago(datetime.now(UTC) - timedelta(seconds=seconds)) == says


@pytest.mark.parametrize("place", NAVIGATION, ids=lambda place: place.name)
async def test_every_place_of_the_sidebar_is_there_and_marks_itself(desk: Desk, place: object) -> None:
    path = place.path  # type: ignore[attr-defined]  # pytest gives objects
    answer = await desk.reader.get(path)
    assert answer.status_code == 200
    assert f'<a href="{path}"' in answer.text.partition('aria-current="page"')[0].rpartition("<li>")[2]


@pytest.mark.parametrize(("cookie", "theme"), [("dark", ' data-theme="dark"'), ('"><script>', ""), ("", "")])
async def test_the_theme_is_drawn_as_chosen_and_nothing_else_of_the_cookie(desk: Desk, cookie: str, theme: str) -> None:
    page = (await desk.reader.get("/", headers={"cookie": f"{_session(desk)}; {THEME_COOKIE}={cookie}"})).text
    assert f'<html lang="en"{theme}>' in page


async def test_a_page_is_kept_by_no_cache_and_names_who_is_there(desk: Desk) -> None:
    answer = await desk.reader.get("/")
    assert answer.headers["cache-control"] == "no-store"
    assert 'data-user="reader" data-role="reader" data-may="see"' in answer.text


def _session(desk: Desk) -> str:
    ((name, value),) = desk.reader.cookies.items()
    return f"{name}={value}"
