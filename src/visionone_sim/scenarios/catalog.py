"""The scenarios that a twin can start with, by name or as a file."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from visionone_sim.clock import Clock, ManualClock
from visionone_sim.scenarios.fleet import draw_fleet
from visionone_sim.scenarios.people import settle_people
from visionone_sim.scenarios.play import Stage, Wish
from visionone_sim.scenarios.script import Script, ScriptError, read_script
from visionone_sim.scenarios.story import Story
from visionone_sim.settings import Settings, changed
from visionone_sim.shipped import scenario_names
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.tenant.tenant import Tenant

__all__ = ["SCENARIOS", "ScriptError", "Wish", "begin", "lint", "scenario_settings"]

_NOISE_SPAN_SECONDS = 20 * 3600


# The names of those in the package.
SCENARIOS = tuple(scenario_names())


def scenario_settings(name: str, base: Settings | None = None) -> Settings:
    """Return the settings that a scenario starts with."""
    texts = {key: _text(value) for key, value in read_script(name).settings.items()}
    try:
        return changed(base or Settings(), texts)
    except ValueError as error:
        raise ScriptError(f"{name}, settings: {error}") from error


def begin(name: str, wish: Wish, *, clock: Clock, api_key: str, settings: Settings | None = None) -> Story:
    """Make a tenant and start a scenario in it."""
    script = read_script(name)
    rng = Random(wish.seed)  # noqa: S311  # a story has to be told again from its seed
    keys = (ApiKey(token=api_key),)
    tenant = Tenant(clock=clock, rng=rng, keys=keys, settings=settings or scenario_settings(name))
    for endpoint in draw_fleet(rng, script.fleet):
        tenant.join(endpoint)
    settle_people(tenant)
    story = Story(tenant=tenant, dump_size=wish.dump_size or script.dump_size)
    Stage(story, script).play(wish)
    _add_noise(story, wish.more_alerts)
    return story


def lint(name: str) -> list[str]:
    """Say what is wrong with a scenario, by playing it a few times."""
    try:
        script = read_script(name)
        for seed in range(3):
            _play(name, script, seed)
    except ScriptError as error:
        return [str(error)]
    return []


def _play(name: str, script: Script, seed: int) -> None:
    from_now = Wish(seed=seed)
    small = replace(script, fleet=min(script.fleet, 3), noise=None)
    rng = Random(seed)  # noqa: S311  # as above
    tenant = Tenant(clock=ManualClock(), rng=rng, keys=(), settings=scenario_settings(name))
    try:
        for endpoint in draw_fleet(rng, small.fleet):
            tenant.join(endpoint)
        settle_people(tenant)
        Stage(Story(tenant=tenant, dump_size=1000), small).play(from_now)
    finally:
        tenant.close()


def _add_noise(story: Story, count: int) -> None:
    """Spread more alerts over the last hours, several of them in one second."""
    rng = story.tenant.rng
    now = story.tenant.clock.now()
    for _ in range(count):
        age = rng.randrange(60, _NOISE_SPAN_SECONDS)
        story.make_noise(created=now - timedelta(seconds=age))


def _text(value: bool | float | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
