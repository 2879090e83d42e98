"""What an operator sets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from warroom.mapping.storm import OFF
from warroom.services.approvals.halting import COLLECTS_EVIDENCE
from warroom.services.audit.standing import STANDING_DAYS
from warroom.services.drive.deaths import SET_ASIDE_AFTER
from warroom.services.incidents.sla import SeverityName
from warroom.services.intake.fetch_watch import SILENT_HOURS
from warroom.services.notifying.rules import Rule


class ImageRow(BaseModel):
    """A row that the operator adds to the table of docker images: `[images."demisto/NAME"]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    packages: tuple[str, ...]  # as pip takes them
    python: str = ""  # versions that they can be installed with, such as "<3.14"


class Settings(BaseSettings):
    """What an operator sets: `WARROOM_*` in the environment, or `warroom.toml` in the current folder."""

    model_config = SettingsConfigDict(env_prefix="WARROOM_", toml_file="warroom.toml", extra="forbid")

    home: Path = Field(default_factory=lambda: Path.home() / ".local" / "share" / "warroom")
    database_url: str = ""  # empty: an embedded SQLite in the data folder
    secret_key: str | None = Field(default=None, repr=False)
    allowed_origins: tuple[str, ...] = ()  # local origins that the `http` script may fetch from
    content_environment: Mapping[str, str] = {}  # variables for pack code, such as https_proxy
    fetch_seconds: float = Field(default=15.0, gt=0)
    group_minutes: float = Field(default=0, ge=0, le=10_080)  # so long, alerts are linked to the first of a storm
    group_same: tuple[str, ...] = OFF.same  # fields that are equal in all of a storm
    group_shared: tuple[str, ...] = OFF.shared  # fields of which one has a value in common
    silent_hours: float = Field(default=SILENT_HOURS, ge=0)  # without an incident, before an instance is asked about
    mirror_seconds: float = Field(default=60.0, gt=0)
    sla_hours: Mapping[SeverityName, Annotated[float, Field(gt=0, le=87_600)]] = {}  # others stay as usual
    approve_commands: tuple[str, ...] = ()  # that always need approval: `command` or `command@instance`, patterns too
    approve_above: int = Field(default=5, ge=0)  # an action on more targets than this needs approval
    approval_hours: float = Field(default=24.0, gt=0, le=8_760)  # after them a request expires
    audit_keep_days: float = Field(
        default=0.0, ge=0, le=36_500
    )  # for which events are kept, 0: for ever; custody stays
    scrub_days: float = Field(default=30.0, gt=0, le=3_650)  # each stored blob is checked about once in this many days
    scrub_megabytes_per_second: float = Field(default=20.0, gt=0)  # that these checks read, at most
    pause_lets_pass: tuple[str, ...] = COLLECTS_EVIDENCE  # actions that a pause does not hold: patterns
    standing_days: float = Field(default=STANDING_DAYS, ge=0)  # until an isolation or a block is reported
    notify: tuple[Rule, ...] = ()  # who is notified of waiting tasks and of faults
    notify_smtp: str = ""  # smtp://NAME@HOST:587 or smtps://NAME@HOST
    notify_smtp_password: str = Field(default="", repr=False)
    notify_from: str = "warroom@localhost"
    public_url: str = ""  # where a proxy offers the console: one of its names, and for links in messages
    timestamp_url: str = ""  # an authority after RFC 3161 that stamps exports of evidence
    allowed_hosts: tuple[str, ...] = ()  # names by which the console may be asked, besides those of this machine
    trusted_proxies: tuple[str, ...] = ()  # who may say where a request came from: addresses and networks
    connections_per_address: int = Field(default=1_000, ge=10)  # that one may have open to the console
    body_bytes_per_second: float = Field(default=1_000.0, ge=1)  # minimum rate of a request's body, after 30 s
    worker_memory_mb: int = Field(default=4096, ge=256)  # address space of each process that runs content
    worker_file_mb: int = Field(default=4096, ge=1)  # the largest file that a run may write
    worker_disk_mb: int = Field(default=8192, ge=1)  # all that a run has in its folder
    worker_processes: int = Field(default=64, ge=0)  # that a run may have besides its worker
    images: Mapping[str, ImageRow] = {}  # what docker images bring, besides the rows of our table
    environment_constraints: Path | None = None  # a file for pip, when an environment is made
    environment_wheels: Path | None = None  # a folder that packages come from, without any network
    set_aside_after: int = Field(default=SET_ASIDE_AFTER, ge=1)  # deaths of the process or of a worker, under a task
    speed: float = Field(default=1.0, gt=0)  # shortens waits in playbooks and polls; for demonstrations and tests

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'warroom.db'}"
