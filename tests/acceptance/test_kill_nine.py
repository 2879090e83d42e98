"""A killed runtime loses no alert and does nothing twice (design D3 to D5)."""

import random
import time
from pathlib import Path

import pytest

from tests.acceptance.evidence import nothing_was_lost_or_repeated
from tests.acceptance.folder import Folder, options_for
from tests.acceptance.kills import blame_no_task
from tests.acceptance.twin import TwinProcess, started_twin
from tests.acceptance.waiting import until
from tests.packs.stand_in import write_stand_in

pytestmark = pytest.mark.acceptance

ALERTS = 12
KILLS = 20
KILLS_OF_OTHERS = 4
PARKING_SPEED = 0.9  # the looks after 5 and 10 seconds are 5.6 s apart, which is too long to sit through
KILLED_IN_START = 0.15
LONGEST_LIFE = 12.0  # from when it serves to the kill, in times of its start, which is forked; it asks after five
FEWEST_BUSY = 3
TWIN = ("--speed", "5", "--setting", "link_lifetime_seconds=300")  # a link lives for a minute, as in Vision One
SLOW_TWIN = ("--speed", "0.7", *TWIN[2:])  # a collection takes 7 s
SLOW = (
    {"path": ".*/collectFile|.*/notes", "method": "POST", "count": None, "delaySeconds": 0.8},
    {"path": ".*/workbench/alerts", "count": None, "delaySeconds": 0.05},
    {"path": ".*", "count": None, "delaySeconds": 0.4},
)


def test_twenty_kills_at_random_moments_lose_nothing_and_repeat_nothing(folder: Folder, tmp_path: Path) -> None:
    _kill(folder, tmp_path, KILLS)


def test_kills_lose_and_repeat_nothing_with_a_library_that_guards_nothing(folder: Folder, tmp_path: Path) -> None:
    write_stand_in(folder.home / "packs")
    _kill(folder, tmp_path, KILLS_OF_OTHERS)


def _kill(folder: Folder, tmp_path: Path, kills: int) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    began = time.monotonic()
    least = max(1, FEWEST_BUSY * kills // KILLS)
    blame_no_task(folder)
    with started_twin(tmp_path, *TWIN) as twin:
        twin.fail(*SLOW)
        folder.add_instance(twin.url)
        lives = [_one_life(folder, twin, chance) for _ in range(kills)]
        while sum(count > 0 for count in lives) < least and len(lives) < 3 * kills:  # few kills may all come early
            lives.append(_one_life(folder, twin, chance))
        with folder.served(*options_for(twin.url)) as server:
            server.ready()
            until(folder.all_ended(ALERTS), f"every plan ends after the kills of seed {seed}")
            nothing_was_lost_or_repeated(folder, twin)
    said = ", ".join(map(str, lives))
    print(f"seed {seed}: {said} requests before each kill; {time.monotonic() - began:.1f} s in all")  # noqa: T201
    assert sum(count > 0 for count in lives) >= least, "The kills came before there was anything to disturb."


def _one_life(folder: Folder, twin: TwinProcess, chance: random.Random) -> int:
    """Serve, and be killed now and then while it starts, else some time after; gives how much the twin was asked."""
    before = len(twin.requests())
    began = time.monotonic()
    with folder.served(*options_for(twin.url)) as server:
        if chance.random() < KILLED_IN_START:
            life = chance.uniform(0, 1)
        else:
            server.ready()
            # As long as its start, more or less, so that a busy machine's servers come as far as an idle one's.
            life = chance.uniform(0, LONGEST_LIFE) * (time.monotonic() - began)
        assert not server.dies_within(life), server.log.read_text(encoding="utf-8")
        server.kill()
    return len(twin.requests()) - before


@pytest.mark.parametrize("is_killed", [False, True], ids=["and wakes", "is killed and wakes"])
def test_a_plan_is_parked_between_looks(folder: Folder, tmp_path: Path, *, is_killed: bool) -> None:
    with started_twin(tmp_path, *SLOW_TWIN) as twin:
        folder.add_instance(twin.url)
        options = options_for(twin.url, speed=PARKING_SPEED)
        with folder.served(*options) as server:
            server.ready()
            until(lambda: _is_parked(folder), "the plan is parked")
            if not is_killed:
                until(folder.all_ended(ALERTS), "the parked plan is woken")
        with folder.served(*options) as server:
            server.ready()
            until(folder.all_ended(ALERTS), "the parked plan is woken by another server")
            nothing_was_lost_or_repeated(folder, twin)


def _is_parked(folder: Folder) -> bool:
    return "waiting" in [plan["state"] for plan in folder.plans()]
