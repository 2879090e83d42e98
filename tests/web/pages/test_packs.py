from base64 import b64encode
from pathlib import Path
from shutil import make_archive

import pytest

from tests.content.written import SCRIPT
from tests.web.clients import Clients
from warroom.doors.usable import ProblemShown
from warroom.web.api import API
from warroom.web.pages.packs import MOST_NAMED, together

LANTERNS = Path(__file__).parents[2] / "public_content" / "tree" / "Packs" / "Lanterns"


def _problem(item: str, why: str = "is old") -> ProblemShown:
    return ProblemShown(kind="script", item=item, why=why, advice="port it", is_certain=True)


async def _install(clients: Clients, name: str, content: bytes) -> None:
    asked = {"name": name, "content": b64encode(content).decode()}
    answer = await clients.admin.post(f"{API}/packs", json=asked)
    assert answer.status_code == 201, answer.text


def _zip_of_lanterns(folder: Path) -> bytes:
    return Path(make_archive(str(folder / "Lanterns"), "zip", LANTERNS.parent, "Lanterns")).read_bytes()


def test_items_with_the_same_in_the_way_are_one_row() -> None:
    rows = together([_problem("A"), _problem("B", "is broken"), _problem("C")])
    assert [(row.items, row.count, row.why) for row in rows] == [
        (["A", "C"], 2, "is old"),
        (["B"], 1, "is broken"),
    ]
    [many] = together(_problem(str(number)) for number in range(MOST_NAMED + 5))
    assert (len(many.items), many.count) == (MOST_NAMED, MOST_NAMED + 5)


async def test_packs_are_listed_with_their_items_and_ours_are_told(clients: Clients) -> None:
    page = (await clients.reader.get("/packs")).text
    mine = page.partition('data-pack="Desk"')[2].partition("</tr>")[0]
    assert all(word in mine for word in ("1.0.0", "3 scripts", "1 integration", "1 playbook"))
    assert "part of warroom" not in mine
    assert "part of warroom" in page.partition('data-pack="WarroomBase"')[2].partition("</tr>")[0]


async def test_a_pack_is_shown_with_what_of_it_cannot_run_and_what_to_do(clients: Clients, tmp_path: Path) -> None:
    await _install(clients, "Lanterns.zip", _zip_of_lanterns(tmp_path))
    page = (await clients.reader.get("/packs/Lanterns")).text
    stuck = page.partition("What cannot be used")[2]
    assert "DimLantern" in stuck
    assert "PowerShell" in stuck
    listed = (await clients.reader.get("/packs")).text.partition('data-pack="Lanterns"')[2].partition("</tr>")[0]
    assert "1 item</span>" in listed


async def test_only_who_may_is_offered_to_change_them(clients: Clients) -> None:
    for client, is_offered in ((clients.admin, True), (clients.responder, False)):
        assert ('id="install"' in (await client.get("/packs")).text) is is_offered
        assert ('id="remove"' in (await client.get("/packs/Desk")).text) is is_offered
    assert 'id="remove"' not in (await clients.admin.get("/packs/WarroomBase")).text


async def test_the_version_before_is_offered_on_the_list_and_at_the_pack(clients: Clients) -> None:
    text = SCRIPT.format(name="Hello")
    for says in ("mine", "more"):
        await _install(clients, "Hello.yml", text.replace("Says mine", f"Says {says}").encode())
    assert 'data-previous="Hello"' in (await clients.reader.get("/packs")).text
    assert "replaced <time" in (await clients.reader.get("/packs")).text
    assert 'data-do="restore"' not in (await clients.reader.get("/packs/Hello")).text
    assert "Restore 0.0.0" in (await clients.admin.get("/packs/Hello")).text
    await clients.admin.delete(f"{API}/packs/Hello")
    assert "removed <time" in (await clients.reader.get("/packs")).text


async def test_words_of_a_pack_are_text_on_the_page(clients: Clients) -> None:
    hostile = SCRIPT.format(name="'<img src=x onerror=alert(1)>'")
    await _install(clients, "Hostile.yml", hostile.encode())
    page = (await clients.reader.get("/packs/Hostile")).text
    assert "<img" not in page


@pytest.mark.parametrize("name", ["Gone", "WarroomBase/Scripts"])
async def test_a_pack_that_is_not_there_is_said(clients: Clients, name: str) -> None:
    assert (await clients.reader.get(f"/packs/{name}")).status_code == 404
