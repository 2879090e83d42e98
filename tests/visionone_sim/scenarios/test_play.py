from datetime import timedelta

import pytest

from visionone_sim.clock import ManualClock
from visionone_sim.scenarios.catalog import begin
from visionone_sim.scenarios.play import Stage, Wish
from visionone_sim.scenarios.script import Noise, Script, ScriptError, Step
from visionone_sim.scenarios.story import Story


@pytest.fixture
def story() -> Story:
    made = begin("empty", Wish(seed=3), clock=ManualClock(), api_key="k")
    made.tenant.close()
    return made


def play(story: Story, *steps: Step, **wish: float) -> None:
    script = Script(summary="x", timeline=steps)
    Stage(story, script).play(Wish(seed=1, **wish))  # type: ignore[arg-type]


def hosts(story: Story) -> list[str]:
    found = []
    for alert in story.tenant.alerts.values():
        scope = alert.document["impactScope"]
        assert isinstance(scope, dict)
        found.append(scope["entities"][0]["entityId"])
    return found


def test_the_same_name_is_the_same_endpoint_and_another_name_another(story: Story) -> None:
    play(
        story,
        Step(detect="beacon", hosts=("a",)),
        Step(detect="masquerade", hosts=("a",)),
        Step(detect="beacon", hosts=("b",)),
    )
    first, again, other = hosts(story)
    assert first == again != other


def test_steps_without_an_alert_leave_traces(story: Story) -> None:
    play(story, Step(detect="beacon", hosts=("a",), alert=False, at=-60))
    assert len(story.tenant.alerts) == 0
    assert len(story.tenant.telemetry.observations) == 1


def test_one_attacker_keeps_the_domain_and_each_step_its_process(story: Story) -> None:
    play(story, Step(detect="beacon", hosts=("a",)), Step(detect="beacon", hosts=("a",)))
    records = list(story.tenant.telemetry.activities["endpointActivities"])
    assert len({record["request"] for record in records}) == 1
    assert len({record["processPid"] for record in records}) == 2


def test_what_is_to_come_appears_later(story: Story) -> None:
    play(story, Step(detect="beacon", at=30), Step(detect="script", at=10, main=True), dump_after_seconds=90)
    now = story.tenant.clock.now()
    assert [alert.visible_since - now for alert in story.tenant.alerts.values()] == [
        timedelta(seconds=30),
        timedelta(seconds=90),
    ]


def test_a_host_that_nobody_can_be_is_said(story: Story) -> None:
    with pytest.raises(ScriptError, match="'a'"):
        play(story, Step(detect="brute-force", hosts=("a",)), Step(detect="beacon", hosts=("a",)))


def test_noise_fills_the_past_and_the_time_to_come(story: Story) -> None:
    script = Script(summary="x", noise=Noise(per_hour=10, hours_before=2, hours_after=3))
    Stage(story, script).play(Wish(seed=1))
    now = story.tenant.clock.now()
    later = [alert for alert in story.tenant.alerts.values() if alert.visible_since > now]
    assert (len(story.tenant.alerts), len(later)) == (50, 30)
