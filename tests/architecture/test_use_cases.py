"""Pages and APIs ask use cases, for the person who asks; who goes past one stands here, with the reason."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

import pytest

from tests.architecture.repository import Repository
from warroom.services.app import App
from warroom.services.writing.journal import Journal

WEB = "src/warroom/web"
DOORS = "src/warroom/doors"
PAGES = f"{WEB}/pages/"
# The list may only become shorter, and no page is on it.
PAST_USE_CASES: Mapping[str, str] = {
    f"{DOORS}/events.py": "waits for commits",
    f"{DOORS}/halts.py": "reads again the plans that it has just cancelled for the same actor",
    f"{DOORS}/incidents.py": "reads which requests a closed incident withdraws, to wait for them",
    f"{DOORS}/doctor.py": "which database it is and whether it is sound, and the key that seals the log",
    f"{WEB}/hub.py": "it waits for commits; what they say it asks of the audit",
    f"{WEB}/idempotency.py": "answers are kept below the use cases, for each who asks",
    f"{WEB}/metrics.py": "asks the database whether it answers",
    f"{WEB}/places.py": "seals the sign of a browser with the key of the folder",
}
# What a page may read without saying for whom: it is the same for everybody who may see the page.
FOR_EVERYBODY: Mapping[str, str] = {
    "library": "content of packs",
    "clock": "the time",
    "fetching.health": "how an instance fares, which every reader sees",
    "mirroring.health": "how an instance fares, which every reader sees",
    "fetch_watch.concerns": "which fetches are late, which every reader sees",
    "guessing.concern": "shown to admins only, by the page itself",
}


def _ports() -> set[str]:
    """Name the fields of App that reach below the use cases; that which is added tomorrow is among them."""
    below = {
        field.name
        for field in fields(App)
        if inspect.isclass(field.type) and (".ports." in field.type.__module__ or field.type is Journal)
    }
    return below - {"clock"}


def _past_use_cases(tree: ast.Module) -> Iterator[str]:
    ports = _ports()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if name in ports:
                yield f"line {node.lineno}: .{name}"
            case ast.ImportFrom(module=str(module)) if module.split(".")[:2] == ["warroom", "store"]:
                yield f"line {node.lineno}: {module}"


def _for_nobody(tree: ast.Module) -> Iterator[str]:
    """Yield the calls of use cases that do not say who asks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).replace("app_of(request)", "app")
            given = (ast.unparse(value) for value in (*node.args, *(word.value for word in node.keywords)))
            if called.startswith("app.") and not _is_for_everybody(called) and not _says_who(given):
                yield f"line {node.lineno}: {called}"


def _is_for_everybody(called: str) -> bool:
    return called.startswith(tuple(f"app.{name}." for name in FOR_EVERYBODY)) or called[4:] in FOR_EVERYBODY


def _says_who(given: Iterable[str]) -> bool:
    return "actor" in given


def test_only_named_places_go_past_use_cases(repository: Repository) -> None:
    files = [path for path in repository.under("src") if str(path).startswith((WEB, DOORS))]
    found = {str(path) for path in files if list(_past_use_cases(repository.tree(path)))}
    assert found == set(PAST_USE_CASES), "Ask a use case of services, which asks for the permission."
    assert [path for path in PAST_USE_CASES if path.startswith(PAGES)] == []


def test_a_page_asks_for_the_person_who_looks(repository: Repository) -> None:
    pages = [path for path in repository.under("src") if str(path).startswith(PAGES)]
    found = [f"{path} {call}" for path in pages for call in _for_nobody(repository.tree(path))]
    assert found == [], "Hand the actor to the use case, or say in FOR_EVERYBODY why it is the same for all."


def test_no_exemption_outlives_its_need(repository: Repository) -> None:
    pages = "".join(repository.text(path) for path in repository.under("src") if str(path).startswith(PAGES))
    assert [name for name in FOR_EVERYBODY if f"app.{name}." not in pages and f"app.{name}(" not in pages] == []


@pytest.mark.parametrize(
    "code",
    [
        "found = await app.store.plan(plan)",
        "found = await open_requests(app.plans.store, incident)",
        "from warroom.store.incidents import read_incident",
        "listen = self._app.journal.listen",
    ],
)
def test_a_way_past_use_cases_is_found(code: str) -> None:
    assert list(_past_use_cases(ast.parse(code)))


def test_a_call_for_nobody_is_found() -> None:
    assert list(_for_nobody(ast.parse("found = app.incidents.list(query)"))) == ["line 1: app.incidents.list"]
    assert list(_for_nobody(ast.parse("app_of(request).pausing.halts()"))) == ["line 1: app.pausing.halts"]
    assert list(_for_nobody(ast.parse("found = app.incidents.list(query, actor)"))) == []
    assert list(_for_nobody(ast.parse("now = app.clock.now()"))) == []


def test_one_place_reserves_the_numbers_of_entries(repository: Repository) -> None:
    services = [path for path in repository.under("src") if str(path).startswith("src/warroom/services/")]
    found = {str(path) for path in services if ".reserve_entries(" in repository.text(path)}
    assert found == {"src/warroom/services/writing/lines.py"}, "Make the entry of a `Line`."
