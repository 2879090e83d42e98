import re
from pathlib import Path

from tests.web.clients import Clients
from warroom.web.assets import ASK_FIRST, FOREVER, ROOT, STATIC, fingerprint


async def test_what_a_page_names_is_kept_by_the_browser_for_good(clients: Clients) -> None:
    page = (await clients.reader.get("/")).text
    named = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)
    assert len(named) > 5
    assert all(path.startswith(f"{ROOT}/") for path in named)
    for path in set(named):
        answer = await clients.nobody.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOREVER)


async def test_without_a_version_a_file_is_asked_for_anew(clients: Clients) -> None:
    answer = await clients.nobody.get("/static/css/base.css")
    assert answer.headers["cache-control"] == ASK_FIRST
    again = await clients.nobody.get("/static/css/base.css", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_another_version_is_not_served_under_this_one(clients: Clients) -> None:
    assert (await clients.nobody.get("/static/0123456789abcdef/css/base.css")).status_code == 404


def test_scripts_and_styles_name_others_by_relative_paths_only() -> None:
    files = [path for path in STATIC.rglob("*") if path.suffix in {".js", ".css"}]
    assert [path.name for path in files if "/static" in path.read_text(encoding="utf-8")] == []


def test_a_fingerprint_changes_with_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    (tmp_path / "a.js").write_text("2")
    second = fingerprint(tmp_path)
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert len({first, second, fingerprint(tmp_path)}) == 3
