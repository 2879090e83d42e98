"""A page of the console: module, template, sidebar entry, icon, test, and a section of the how-to."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scaffold.draft import Draft, Insertion, ScaffoldError, read
from scaffold.words import checked, sentence
from warroom.web import metrics, push, signin
from warroom.web.api import API
from warroom.web.pages import page_routers
from warroom.web.pages.page import NAVIGATION

EXAMPLE = "make new-page ARGS=\"rules --title Rules --key r --says 'Shows the rules for alerts.'\""
WEB = "src/warroom/web"
CHECKS = ("tests/web/pages/test_page.py", "tests/architecture/test_mirror.py", "tests/docs")

MODULE = '''"""{says}"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from warroom.services.ports.store import IncidentQuery
from warroom.web.pages.page import show
from warroom.web.security import Asking, Served

router = APIRouter()


@router.get("/{name}")
async def {name}_page(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    # A page calls a use case as the signed-in user: `services` decide who may see what.
    found = {{"incidents": await app.incidents.count(IncidentQuery(), actor)}}
    return await show(request, "{name}.html", actor, "{name}", found)
'''
TEMPLATE = """{{% extends "base.html" %}}
{{% block title %}}{title}{{% endblock %}}
{{% block content %}}
<div class="bar"><h1>{title}</h1><span class="muted small">{says}</span></div>
<div class="body-scroll" tabindex="0" role="region" aria-label="{title}">
  <p>{{{{ incidents|counted("incident") }}}}</p>
</div>
{{% endblock %}}
"""
TEST = """from tests.web.clients import Clients


async def test_the_page_shows_what_the_use_case_returns(clients: Clients) -> None:
    await clients.incident()
    await clients.incident()
    page = (await clients.reader.get("/{name}")).text
    assert "<h1>{title}</h1>" in page
    assert "<p>2 incidents</p>" in page


async def test_without_a_session_it_redirects_to_the_sign_in(clients: Clients) -> None:
    answer = await clients.nobody.get("/{name}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")
"""
ICON = '  <symbol id="{name}" viewBox="0 0 16 16"><rect x="2.5" y="2.5" width="11" height="11" rx="2"/></symbol>\n'
PLACE = '    Place(name="{name}", says="{title}", path="/{name}", key="{key}"),\n'
HOWTO = """## The page *{title}*

{says} Open it from the sidebar, or with the keys `g` `{key}`.

"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the path of the page and the name of its module, such as rules")
    parser.add_argument("--title", required=True, help="the name in the sidebar")
    parser.add_argument("--key", required=True, help="the letter that opens the page when it is typed after g")
    parser.add_argument("--says", required=True, help="what it shows, in one sentence")


def draft(root: Path, wanted: argparse.Namespace) -> Draft:
    """Return a page that shows the number of incidents, as the pattern of what it is to show."""
    name = checked(wanted.name.strip("/"), r"[a-z]+(_[a-z]+)*", "rules")
    title = checked(wanted.title, r"[A-Z][\w ]{0,30}", "Rules")
    taken = {place.key: place.says for place in NAVIGATION}
    key = checked(wanted.key, r"[a-z]", "r")
    if key in taken:
        raise ScaffoldError(f"g {key} goes to {taken[key]}. Free are {' '.join(_free(taken))}.")
    if name in _paths():
        raise ScaffoldError(f"/{name} is served already. Choose another name for the page.")
    words = {"name": name, "title": title, "key": key, "says": sentence(wanted.says)}
    icons, pages, howto = f"{WEB}/static/icons.svg", f"{WEB}/pages/page.py", "docs/howto/use-the-console.md"
    if f'<symbol id="{name}"' in read(root, icons):
        raise ScaffoldError(f"{icons} has a symbol {name} already. Choose another name for the page.")
    return Draft(
        files={
            f"{WEB}/pages/{name}.py": MODULE.format(**words),
            f"{WEB}/templates/{name}.html": TEMPLATE.format(**words),
            f"tests/web/pages/test_{name}.py": TEST.format(**words),
        },
        insertions=(
            Insertion(file=icons, before="</svg>\n", text=ICON.format(**words)),
            Insertion(file=howto, before="## How fast it is\n", text=HOWTO.format(**words)),
            Insertion(file=pages, before='    Place(name="users"', text=PLACE.format(**words)),
        ),
        then=_then(name, icons),
    )


def _then(name: str, icons: str) -> Sequence[str]:
    return (
        f"In {WEB}/pages/{name}.py, call the use case that returns what the page shows.",
        f"Lay it out in {WEB}/templates/{name}.html; users.html has a table.",
        f"Draw the icon in {icons}: lines only, 16 by 16. The generated one is an empty square.",
        "If the page is not for every reader, add a line to PAGES in tests/web/test_permissions.py.",
        f"Put scripts and styles into files of {WEB}/static, and name them in the template's blocks.",
        f'make test ARGS="{" ".join((f"tests/web/pages/test_{name}.py", *CHECKS))}"',
        "Add the page to PAGES in scripts/take-screenshots, and a line to CHANGELOG.md: [Unreleased], The runtime.",
    )


def _paths() -> set[str]:
    """Return the first part of every path that the server has."""
    routers = (signin.router, metrics.router, push.router, *page_routers())
    paths = [API, "/static", *(str(getattr(route, "path", "")) for router in routers for route in router.routes)]
    return {path.split("/")[1] for path in paths}


def _free(taken: dict[str, str]) -> list[str]:
    return [letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in taken]
