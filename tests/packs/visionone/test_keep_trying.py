"""Asking for a file until it is there: what waits, what is begun anew, and what ends it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.packs.visionone.live_pack import DUMP, LAPTOP
from visionone_sim.testing import RunningTwin

COMMAND, COLLECTED, LOST = "collect-and-download-file", "VisionOne.Collected_File", "VisionOne.Uncollected_File"
DAY = 86_400


def keep_trying(xsoar: Any, twin: RunningTwin, until: Callable[[float], Any] | None = None, **args: Any) -> Any:
    """Take looks until there is none any more, each when it is due; `until` sees the seconds that have passed."""
    ran = xsoar.run(COMMAND, keep_trying="true", **{"endpoint": LAPTOP, "file_path": DUMP, **args})
    passed, looks = 0.0, [ran]
    while ran.poll:
        [pause] = [float(entry["NextRun"]) for entry in ran.entries if entry.get("PollingCommand")]
        passed += pause
        twin.clock.advance(pause)
        if until:
            until(passed)
        ran = xsoar.rerun(ran.poll["command"], ran.poll["args"])
        looks.append(ran)
    return looks, passed


def offline(twin: RunningTwin, *, connected: bool = False) -> None:
    host = twin.tenant.inventory.target(agent_guid=None, name=LAPTOP)
    twin.tenant.response.connect(host.agent_guid, connected)


def back_after(twin: RunningTwin, seconds: float) -> Callable[[float], None]:
    return lambda passed: offline(twin, connected=True) if passed >= seconds else None


@pytest.mark.parametrize("hours", [0.2, 1, 30, 70])
def test_an_endpoint_that_comes_back_gives_its_file(xsoar: Any, twin: RunningTwin, hours: float) -> None:
    offline(twin)

    looks, passed = keep_trying(xsoar, twin, back_after(twin, hours * 3600))

    assert looks[-1].errors == []
    assert looks[-1].context(COLLECTED) is None or looks[-1].context(COLLECTED)[0]["match"]
    assert len([look for look in looks if look.context(COLLECTED)]) == 1
    # Vision One gives up after a day: the file is asked for anew, and by nobody twice at a time.
    assert len(twin.tenant.tasks) == 1 + int(hours // 24)
    assert hours * 3600 <= passed <= hours * 3600 + min(7300, hours * 3600 * 0.12 + 60)


def test_one_that_stays_away_is_told_when_the_days_are_over(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.params["collect_days"] = "3"
    offline(twin)

    looks, passed = keep_trying(xsoar, twin)

    [lost] = looks[-1].context(LOST)
    assert (lost["code"], lost["endpoint"], lost["file_path"]) == ("TooLate", LAPTOP, DUMP)
    assert "It was asked for during 3 days." in looks[-1].errors[0]
    assert 3 * DAY <= passed <= 3 * DAY + 3700
    assert len(looks) < 300
