"""Content packs in a browser: installed from a file, replaced, restored, removed; a broken one changes nothing."""

from collections.abc import Callable
from pathlib import Path
from shutil import make_archive

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import Console
from tests.content.written import a_pack

pytestmark = pytest.mark.acceptance

TREE = Path(__file__).parents[1] / "public_content" / "tree" / "Packs"


@pytest.fixture(scope="module")
def running(serve: Callable[..., Console]) -> Console:
    return serve("--fetch-seconds", "60")


def _install(page: Page, file: Path) -> None:
    page.goto("/packs")
    page.get_by_role("button", name="Install a pack").click()
    page.get_by_label("Zip or yml").set_input_files(file)
    page.get_by_role("dialog", name="Install a pack").get_by_role("button", name="Install", exact=True).click()


def _zipped(tmp_path: Path, name: str, script: str, version: str) -> Path:
    pack = a_pack(tmp_path / version / name, name, script)
    metadata = pack / "pack_metadata.json"
    metadata.write_text(metadata.read_text().replace("1.0.0", version))
    return Path(make_archive(str(tmp_path / f"{name}-{version}"), "zip", pack.parent))


def test_a_pack_is_installed_shows_what_cannot_run_and_is_removed(
    running: Console, browser: Browser, tmp_path: Path
) -> None:
    page = running.tab(browser, "ada")
    _install(page, Path(make_archive(str(tmp_path / "Lanterns"), "zip", TREE, "Lanterns")))
    expect(page.get_by_role("heading", name="Lanterns", level=1)).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("is installed.")
    expect(page.get_by_role("row", name="DimLantern")).to_contain_text("PowerShell")
    page.get_by_role("button", name="Remove…").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("heading", name="Content packs")).to_be_visible()
    expect(page.locator('[data-pack="Lanterns"]')).to_have_count(0)
    expect(page.locator('[data-previous="Lanterns"]')).to_contain_text("removed")
    assert running.trouble == []


def test_a_new_version_is_used_at_once_and_the_old_one_comes_back(
    running: Console, browser: Browser, tmp_path: Path
) -> None:
    page = running.tab(browser, "ada")
    _install(page, _zipped(tmp_path, "Mine", "Hello", "1.0.0"))
    expect(page.locator("#toasts")).to_contain_text("Mine 1.0.0 is installed.")
    _install(page, _zipped(tmp_path, "Mine", "Goodbye", "2.0.0"))
    expect(page.locator("#toasts")).to_contain_text("Mine 2.0.0 is installed in place of 1.0.0.")
    scripts = {pack["id"]: pack["scripts"] for pack in running.client("ada").get("/api/v1/packs").json()["items"]}
    assert scripts["Mine"] == ["Goodbye"]
    page.get_by_role("button", name="Restore 1.0.0").click()
    expect(page.locator("#toasts")).to_contain_text("Mine 1.0.0 is restored in place of 2.0.0.")
    expect(page.get_by_role("button", name="Restore 2.0.0")).to_be_visible()
    assert running.trouble == []


def test_a_broken_pack_is_refused_by_its_file_and_the_dialog_stays(
    running: Console, browser: Browser, tmp_path: Path
) -> None:
    page = running.tab(browser, "ada")
    broken = a_pack(tmp_path / "in" / "Broken", "Broken", "Hello")
    (broken / "Scripts" / "Hello" / "Hello.yml").write_text("name: [")
    _install(page, Path(make_archive(str(tmp_path / "Broken"), "zip", broken.parent)))
    dialog = page.get_by_role("dialog", name="Install a pack")
    expect(dialog.get_by_role("alert")).to_contain_text("Scripts/Hello/Hello.yml:1: Nothing of Broken can be read")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator('[data-pack="Broken"]')).to_have_count(0)
    assert running.trouble == []


def test_nobody_but_an_admin_is_offered_to_change_packs(running: Console, browser: Browser) -> None:
    running.add_user("ben", "responder")
    page = running.tab(browser, "ben")
    page.goto("/packs")
    expect(page.get_by_role("row", name="Warroom Base")).to_be_visible()
    expect(page.get_by_role("button", name="Install a pack")).to_have_count(0)
    assert running.trouble == []
