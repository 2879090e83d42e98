"""What an operator sets, and what cannot be set."""

from pathlib import Path

import pytest

from warroom.bootstrap.settings import Settings


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
