"""An opened data folder: settings from their places, our packs and the user's, everything wired."""

import asyncio
import gc
import os
from pathlib import Path

import pytest

from tests.content.written import a_pack
from warroom.bootstrap import Settings, Unqueued, open_app
from warroom.model.errors import ContentError, FolderInUseError
from warroom.model.plan import Leg, PlanState
from warroom.services.ports.store import IncidentQuery
from warroom.testing.samples import an_actor

ANA = an_actor()


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start with no setting of the developer, in an empty folder."""
    for name in [name for name in os.environ if name.startswith("WARROOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


# -- settings -----------------------------------------------------------------------------------------------------


def test_without_settings_the_data_lies_in_an_embedded_database_in_the_home_folder() -> None:
    settings = Settings()
    assert settings.home == Path.home() / ".local" / "share" / "warroom"
    assert settings.url == f"sqlite:///{settings.home}/warroom.db"
    assert (settings.fetch_seconds, settings.speed, settings.allowed_origins) == (15, 1, ())


def test_the_environment_counts_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "warroom.toml").write_text('speed = 5\nfetch_seconds = 2\nallowed_origins = ["http://127.0.0.1:1"]\n')
    monkeypatch.setenv("WARROOM_SPEED", "10")
    monkeypatch.setenv("WARROOM_DATABASE_URL", "postgresql+psycopg://db/warroom")
    settings = Settings()
    assert (settings.speed, settings.fetch_seconds) == (10, 2)
    assert settings.allowed_origins == ("http://127.0.0.1:1",)
    assert settings.url == "postgresql+psycopg://db/warroom"
    assert Settings(speed=3).speed == 3


@pytest.mark.parametrize("wrong", [{"speed": 0}, {"fetch_seconds": -1}, {"nope": 1}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)  # type: ignore[arg-type]


def test_the_time_to_close_is_set_by_severity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "warroom.toml").write_text("[sla_hours]\ncritical = 1\nlow = 100\n")
    assert Settings().sla_hours == {"critical": 1, "low": 100}
    monkeypatch.setenv("WARROOM_SLA_HOURS", '{"critical": 0.5}')
    assert Settings().sla_hours["critical"] == 0.5


@pytest.mark.parametrize("wrong", [{"urgent": 1}, {"high": 0}, {"high": "soon"}])
def test_a_time_to_close_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="sla_hours"):
        Settings(sla_hours=wrong)  # type: ignore[arg-type]  # it is wrong on purpose


def test_the_secret_key_is_not_printed() -> None:
    assert "hunter2" not in repr(Settings(secret_key="hunter2"))


# -- packs --------------------------------------------------------------------------------------------------------


async def test_an_item_of_the_users_pack_wins_over_ours(tmp_path: Path) -> None:
    a_pack(tmp_path / "packs" / "Mine", "Mine", "Print")
    async with open_app(Settings(home=tmp_path)) as app:
        assert app.library.catalogue.script("Print").pack == "Mine"


async def test_a_command_keeps_the_indexes_of_the_packs_in_the_folder(tmp_path: Path) -> None:
    async with open_app(Settings(home=tmp_path)):
        assert (tmp_path / "cache" / "packs.json").is_file()


async def test_a_broken_pack_is_said_when_the_folder_is_opened(tmp_path: Path) -> None:
    pack = a_pack(tmp_path / "packs" / "Mine", "Mine", "Hello")
    (pack / "Scripts" / "Hello" / "Hello.yml").write_text("name: [")
    with pytest.raises(ContentError, match=r"Hello\.yml:1"):
        async with open_app(Settings(home=tmp_path)):
            pass


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


async def test_a_process_that_does_not_serve_queues_nothing() -> None:
    legs = Unqueued()
    await legs.start(_never)
    await legs.enqueue(Leg(kind="plan", target="p1"))
    await legs.stop()


async def _never(_: Leg) -> None:
    raise AssertionError("Nothing is delivered.")


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
    before = gc.get_threshold()
    async with open_app(Settings(home=tmp_path)):
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() > before
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, before)


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
