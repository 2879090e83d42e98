"""The scenarios that a twin can start with, by name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from visionone_sim.clock import Clock
from visionone_sim.scenarios.fleet import draw_fleet
from visionone_sim.scenarios.models import CREDENTIAL_DUMPING, OTHERS
from visionone_sim.scenarios.people import settle_people
from visionone_sim.scenarios.story import Story
from visionone_sim.settings import Settings
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.tenant.tenant import Tenant

LARGE_DUMP = 300_000_000

# Seconds before the start at which the alerts were made: several share a second, the dump is among the newest.
_DUMP_AGE = 20
_OTHER_AGES = (600, 600, 600, 432, 300, 300, 181, 120, 60, 20, 5)
_NOISE_SPAN_SECONDS = 20 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a user may ask of a scenario."""

    seed: int
    more_alerts: int = 0
    dump_size: int | None = None
    dump_after_seconds: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A name for people, what it sets, and what happens in it."""

    summary: str
    settings: dict[str, int]
    tell: Callable[[Story, Wish], None]


def _credential_dumping(story: Story, wish: Wish) -> None:
    tenant = story.tenant
    now = tenant.clock.now()
    models = list(OTHERS)
    tenant.rng.shuffle(models)
    for model, age in zip(models, _OTHER_AGES, strict=True):
        story.raise_alert(model, created=now - timedelta(seconds=age))
    if wish.dump_after_seconds:
        story.raise_alert(CREDENTIAL_DUMPING, after_seconds=wish.dump_after_seconds)
    else:
        story.raise_alert(CREDENTIAL_DUMPING, created=now - timedelta(seconds=_DUMP_AGE))


def _large_dump(story: Story, wish: Wish) -> None:
    story.dump_size = story.dump_size or LARGE_DUMP
    _credential_dumping(story, wish)


def _nothing(_story: Story, _wish: Wish) -> None:
    """Nobody does anything."""


SCENARIOS: dict[str, Scenario] = {
    "credential-dumping": Scenario(
        summary="Twelve alerts; in one of them Task Manager dumps LSASS to a file.",
        settings={"alert_page_size": 5},
        tell=_credential_dumping,
    ),
    "large-dump": Scenario(
        summary="The same, with a dump of 300 MB.", settings={"alert_page_size": 5}, tell=_large_dump
    ),
    "empty": Scenario(summary="Endpoints, but no alerts.", settings={}, tell=_nothing),
}


def scenario_settings(name: str, base: Settings | None = None) -> Settings:
    """Return the settings that a scenario starts with."""
    return replace(base or Settings(), **SCENARIOS[name].settings)  # type: ignore[arg-type]


def begin(name: str, wish: Wish, *, clock: Clock, api_key: str, settings: Settings | None = None) -> Story:
    """Make a tenant and let a scenario begin in it."""
    rng = Random(wish.seed)  # noqa: S311  # a story has to be told again from its seed
    keys = (ApiKey(token=api_key),)
    tenant = Tenant(clock=clock, rng=rng, keys=keys, settings=settings or scenario_settings(name))
    for endpoint in draw_fleet(rng):
        tenant.join(endpoint)
    settle_people(tenant)
    story = Story(tenant=tenant, dump_size=wish.dump_size)
    SCENARIOS[name].tell(story, wish)
    _add_noise(story, wish.more_alerts)
    return story


def _add_noise(story: Story, count: int) -> None:
    """Spread more alerts over the last hours, several of them in one second."""
    rng = story.tenant.rng
    now = story.tenant.clock.now()
    for _ in range(count):
        age = rng.randrange(60, _NOISE_SPAN_SECONDS)
        story.raise_alert(rng.choice(OTHERS), created=now - timedelta(seconds=age), background=True)
