from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from visionone_sim.clock import ManualClock
from visionone_sim.scenarios.catalog import SCENARIOS, ScriptError, Wish, begin, lint, scenario_settings
from visionone_sim.scenarios.story import Story


def told(name: str, wish: Wish) -> Story:
    story = begin(name, wish, clock=ManualClock(), api_key="k")
    story.tenant.close()
    return story


def dumps(story: Story) -> list[int]:
    files = [file for endpoint in story.tenant.endpoints.values() for file in endpoint.files.values()]
    return [file.content.size for file in files if file.path.endswith("lsass.DMP")]


@pytest.mark.parametrize("seed", range(20))
def test_credential_dumping_is_twelve_alerts_and_one_dump_whatever_the_seed(seed: int) -> None:
    story = told("credential-dumping", Wish(seed=seed))
    alerts = list(story.tenant.alerts.values())
    assert len({alert.document["model"] for alert in alerts}) == len(alerts) == 12
    assert max(Counter(alert.document["createdDateTime"] for alert in alerts).values()) >= 3
    assert len(dumps(story)) == 1


def test_five_alerts_are_on_a_page() -> None:
    assert scenario_settings("credential-dumping").alert_page_size == 5


def test_the_large_dump_is_large_unless_told_otherwise() -> None:
    assert dumps(told("large-dump", Wish(seed=1))) == [300_000_000]
    assert dumps(told("large-dump", Wish(seed=1, dump_size=9000))) == [9000]


def test_nothing_happens_in_the_empty_scenario() -> None:
    story = told("empty", Wish(seed=1))
    assert len(story.tenant.alerts) == 0
    assert len(story.tenant.endpoints) > 0


def test_more_alerts_are_older_and_none_of_them_dumps_credentials() -> None:
    story = told("credential-dumping", Wish(seed=1, more_alerts=300))
    assert len(story.tenant.alerts) == 312
    assert len(dumps(story)) == 1
    oldest = min(moment for alert in story.tenant.alerts.values() if (moment := alert.moment("createdDateTime")))
    assert oldest > story.tenant.clock.now() - timedelta(hours=24)


def test_the_dump_may_come_later() -> None:
    story = told("credential-dumping", Wish(seed=1, dump_after_seconds=30))
    now = story.tenant.clock.now()
    later = [alert for alert in story.tenant.alerts.values() if alert.visible_since > now]
    assert [alert.visible_since - now for alert in later] == [timedelta(seconds=30)]


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_that_comes_along_can_be_played(name: str) -> None:
    assert lint(name) == []


def test_a_company_can_be_large() -> None:
    assert len(told("noise", Wish(seed=1)).tenant.endpoints) == 90


def test_settings_of_a_scenario_are_checked(tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text("summary: Odd.\nsettings: {colour: red}\n")
    with pytest.raises(ScriptError, match="colour"):
        scenario_settings(str(file))
