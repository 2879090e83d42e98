"""An opened data folder: our packs and the user's, everything wired, and what ends with it."""

import asyncio
import gc
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from tests.content.written import a_pack
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.model.errors import FolderInUseError
from warroom.model.plan import PlanState
from warroom.services.ports.store import IncidentQuery
from warroom.testing.samples import an_actor

ANA = an_actor()


# -- packs --------------------------------------------------------------------------------------------------------


async def test_an_item_of_the_users_pack_wins_over_ours(tmp_path: Path) -> None:
    a_pack(tmp_path / "packs" / "Mine", "Mine", "Print")
    async with open_app(Settings(home=tmp_path)) as app:
        assert app.library.catalogue.script("Print").pack == "Mine"


async def test_a_command_keeps_the_indexes_of_the_packs_in_the_folder(tmp_path: Path) -> None:
    async with open_app(Settings(home=tmp_path)):
        assert (tmp_path / "cache" / "packs.json").is_file()


async def test_a_broken_file_of_a_pack_is_said_when_a_server_opens_the_folder(tmp_path: Path) -> None:
    pack = a_pack(tmp_path / "packs" / "Mine", "Mine", "Hello")
    (pack / "Scripts" / "Hello" / "Hello.yml").write_text("name: [")
    with structlog.testing.capture_logs() as logs:
        async with open_app(Settings(home=tmp_path), serve=True) as app:
            assert app.library.packs[-1].name == "Mine"
    (said,) = [line["file"] for line in logs if line["event"] == "a file of a pack cannot be read and is left out"]
    assert said.startswith("Scripts/Hello/Hello.yml:1: ")


# -- the opened folder --------------------------------------------------------------------------------------------


async def test_a_typed_command_runs_in_an_opened_folder_and_is_still_there_later(tmp_path: Path) -> None:
    async with open_app(Settings(home=tmp_path)) as app:
        incident, _ = await app.incidents.create("Odd login", ANA)
        plan = await app.war_room.run("!Set key=Host value=FIN-1", incident, ANA)
        assert (await app.conductor.see_through(plan.id)).state is PlanState.COMPLETED
    async with open_app(Settings(home=tmp_path)) as app:
        assert await app.journal.context(incident.id) == {"Host": "FIN-1"}
        assert (await app.store.plan(plan.id)).state is PlanState.COMPLETED


async def test_a_folder_is_held_by_one_process_at_a_time(tmp_path: Path) -> None:
    async with open_app(Settings(home=tmp_path)):
        with pytest.raises(FolderInUseError):
            async with open_app(Settings(home=tmp_path)):
                pass
    async with open_app(Settings(home=tmp_path)):
        pass


async def test_what_a_killed_process_left_in_its_scratch_folders_is_gone(tmp_path: Path) -> None:
    left = tmp_path / "scratch" / "worker-1" / "1_evidence"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"evidence")
    async with open_app(Settings(home=tmp_path)):
        assert not left.exists()


async def test_serving_drives_what_is_started(tmp_path: Path) -> None:
    async with open_app(Settings(home=tmp_path), serve=True) as app:
        incident, _ = await app.incidents.create("Odd login", ANA)
        plan = await app.war_room.run("!Set key=Host value=FIN-1", incident, ANA)
        listener = app.journal.listen()
        while (await app.store.plan(plan.id)).state is not PlanState.COMPLETED:
            await listener.wait()
            listener.clear()
        assert await app.journal.context(incident.id) == {"Host": "FIN-1"}


async def test_the_collector_leaves_the_content_alone_as_long_as_the_app_is_open(tmp_path: Path) -> None:
    of_the_tests, before = gc.get_threshold(), (700, 10, 10)  # as Python 3.11 has it
    gc.set_threshold(*before)
    try:
        async with open_app(Settings(home=tmp_path)):
            assert gc.get_freeze_count() > 0
            assert gc.get_threshold() > before
        assert (gc.get_freeze_count(), gc.get_threshold()) == (0, before)
    finally:
        gc.set_threshold(*of_the_tests)


async def test_a_process_seals_before_it_ends_and_a_server_all_along(tmp_path: Path) -> None:
    async with open_app(Settings(home=tmp_path / "home")) as app:
        await app.incidents.create("One", ANA)
        assert await app.sealing.waiting() > 0
    async with open_app(Settings(home=tmp_path / "home"), serve=True) as app:
        assert await app.sealing.waiting() == 0
        await app.incidents.create("Two", ANA)
        async with asyncio.timeout(30):
            while await app.sealing.waiting():
                await app.clock.sleep_until(app.clock.after(0.1))
        assert (await app.sealing.verify(ANA)).is_whole


async def test_a_signing_key_that_is_none_keeps_nothing_from_being_done(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    async with open_app(settings) as app:
        (settings.home / "signing.key").write_text("no key")
        await app.incidents.create("One", ANA)
    (settings.home / "signing.key").unlink()
    async with open_app(settings) as app:
        assert len(await app.incidents.find(IncidentQuery(), ANA)) == 1
        await app.sealing.seal()
        assert (await app.sealing.verify(ANA)).is_whole


# -- memory -------------------------------------------------------------------------------------------------------

SERVE_ONCE = """
import asyncio, pathlib, sys
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings

async def serve() -> None:
    async with open_app(Settings(home=pathlib.Path(sys.argv[1])), serve=True):
        print("psycopg" in sys.modules)

asyncio.run(serve())
"""


def test_a_server_on_sqlite_goes_without_the_driver_of_postgresql(tmp_path: Path) -> None:
    """DBOS imports it for every database, and it takes 10 MB."""
    ran = subprocess.run([sys.executable, "-c", SERVE_ONCE, str(tmp_path)], check=True, capture_output=True, text=True)
    assert ran.stdout == "False\n"
