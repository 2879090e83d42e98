"""The wiring: what an operator sets reaches the use case that acts on it, and all of them share what they stand on."""

from operator import attrgetter
from pathlib import Path

import pytest

from warroom.bootstrap.settings import Settings
from warroom.bootstrap.wiring import Adapters, wire
from warroom.durable.local_jobs import LocalJobs
from warroom.host.runner import WarmRunner
from warroom.model.ids import WorkerId
from warroom.services.app import App
from warroom.services.notifying.rules import Rule
from warroom.store.blobs import FolderBlobs
from warroom.testing.clock import ManualClock
from warroom.testing.store import MemoryStore


def wired(home: Path, **settings: object) -> App:
    adapters = Adapters(
        [],
        MemoryStore(),  # type: ignore[arg-type]  # any adapter of the port will do
        FolderBlobs(home / "blobs"),
        WarmRunner(home / "scratch"),
        LocalJobs(),
        ManualClock(),  # type: ignore[arg-type]  # the same
        WorkerId("worker-1"),
    )
    return wire(Settings(home=home, **settings), adapters)  # type: ignore[arg-type]  # pydantic checks them


@pytest.mark.parametrize(
    ("setting", "value", "place"),
    [
        ("fetch_seconds", 7, "fetching.seconds"),
        ("group_minutes", 30, "fetching.pages.rule.minutes"),
        ("group_same", ("owner",), "fetching.pages.rule.same"),
        ("group_shared", ("hosts",), "fetching.pages.rule.shared"),
        ("silent_hours", 3, "fetch_watch.silent_hours"),
        ("silent_hours", 3, "notifying.notices.fetch_watch.silent_hours"),
        ("mirror_seconds", 9, "mirroring.seconds"),
        ("approve_commands", ("kill-*",), "war_room.plans.approvals.judge.rules.commands"),
        ("approve_above", 2, "plans.approvals.judge.rules.above"),
        ("approval_hours", 5, "plans.approvals.judge.rules.hours"),
        ("scrub_days", 4, "scrubbing.days"),
        ("pause_lets_pass", ("look-*",), "pausing.halting.goes_on"),
        ("standing_days", 6, "standings.days"),
        ("standing_days", 6, "notifying.notices.standings.days"),
        ("notify", (Rule(to="https://hooks.example/1"),), "notifying.rules"),
        ("allowed_origins", ("http://127.0.0.1:1",), "fetching.executor.settings.allowed_origins"),
        ("set_aside_after", 8, "fetching.deaths.limit"),
        ("set_aside_after", 8, "mirroring.deaths.limit"),
    ],
)
def test_a_setting_reaches_who_acts_on_it(tmp_path: Path, setting: str, value: object, place: str) -> None:
    assert attrgetter(place)(wired(tmp_path, **{setting: value})) == value


def test_megabytes_that_checks_read_are_bytes(tmp_path: Path) -> None:
    assert wired(tmp_path, scrub_megabytes_per_second=2.5).scrubbing.bytes_per_second == 2_500_000


def test_exports_are_stamped_where_an_authority_is_set(tmp_path: Path) -> None:
    assert wired(tmp_path).exporting.authority is None
    assert wired(tmp_path, timestamp_url="http://stamps.example").exporting.authority is not None


def test_all_use_cases_stand_on_one_journal(tmp_path: Path) -> None:
    app = wired(tmp_path)
    holders = ("plans", "incidents", "instances", "war_room", "mirroring", "runtime", "fetching.executor")
    assert {id(attrgetter(f"{holder}.journal")(app)) for holder in holders} == {id(app.journal)}
