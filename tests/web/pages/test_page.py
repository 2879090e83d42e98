import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.web.clients import Clients
from warroom.web.assets import STATIC
from warroom.web.pages.incident import TABS
from warroom.web.pages.page import NAVIGATION, THEME_COOKIE, ago

LITERAL = re.compile(r"""\bicon\(["']([\w-]+)["']""")
TABLE = re.compile(r"{% set (?:icons|names) = {(.*?)} -?%}")


@pytest.mark.parametrize(("seconds", "says"), [(5, "5 s ago"), (-7300, "in 2 h"), (0.2, "0 s ago")])
def test_a_moment_is_said_as_seen_from_now(seconds: float, says: str) -> None:
    assert ago(datetime.now(UTC) - timedelta(seconds=seconds)) == says


@pytest.mark.parametrize("place", NAVIGATION, ids=lambda place: place.name)
async def test_every_place_of_the_sidebar_is_there_and_marks_itself(clients: Clients, place: object) -> None:
    path = place.path  # type: ignore[attr-defined]  # pytest gives objects
    answer = await clients.reader.get(path)
    assert answer.status_code == 200
    assert f'<a href="{path}"' in answer.text.partition('aria-current="page"')[0].rpartition("<li>")[2]


def _drawn() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))


def _asked(file: Path) -> Iterator[str]:
    """Yield the icons that a template or a script names."""
    text = file.read_text(encoding="utf-8")
    yield from LITERAL.findall(text)
    for table in TABLE.findall(text) if "icon(" in text else ():
        yield from re.findall(r': "([a-z-]+)"', table)


def test_every_place_and_tab_has_its_icon_and_its_key() -> None:
    asked = {place.name for place in NAVIGATION} | {tab.icon for tab in TABS}
    assert asked - _drawn() == set(), "Draw it in web/static/icons.svg: a symbol with this id, 16 by 16, of lines."
    assert len({place.key for place in NAVIGATION}) == len(NAVIGATION)


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    files = [file for file in STATIC.parent.rglob("*") if file.suffix in {".html", ".js"}]
    asked = {(name, file.name) for file in files for name in _asked(file)}
    assert len(asked) > 20
    assert [(name, file) for name, file in sorted(asked) if name not in _drawn()] == []


@pytest.mark.parametrize(("cookie", "theme"), [("dark", ' data-theme="dark"'), ('"><script>', ""), ("", "")])
async def test_the_theme_is_drawn_as_chosen_and_nothing_else_of_the_cookie(
    clients: Clients, cookie: str, theme: str
) -> None:
    page = (await clients.reader.get("/", headers={"cookie": f"{_session(clients)}; {THEME_COOKIE}={cookie}"})).text
    assert f'<html lang="en"{theme}>' in page


async def test_a_page_is_kept_by_no_cache_and_names_who_is_there(clients: Clients) -> None:
    answer = await clients.reader.get("/")
    assert answer.headers["cache-control"] == "no-store"
    assert 'data-user="reader" data-role="reader" data-may="see"' in answer.text


def _session(clients: Clients) -> str:
    ((name, value),) = clients.reader.cookies.items()
    return f"{name}={value}"
