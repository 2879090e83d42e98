"""Plays a script: who is cast for what, and each step at its time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from visionone_sim.scenarios.alert import Cast
from visionone_sim.scenarios.models import DetectionModel
from visionone_sim.scenarios.script import Noise, Script, ScriptError, Step
from visionone_sim.scenarios.story import Story

# Each step runs a program of its own; all else that was drawn for a host is one attacker's and stays.
OWN_WORDS = ("pid", "sha1", "sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a user may ask of a scenario."""

    seed: int
    more_alerts: int = 0
    dump_size: int | None = None
    dump_after_seconds: float = 0


@dataclass(slots=True)
class Stage:
    """A story, its script, and the endpoints that its hosts turned out to be."""

    story: Story
    script: Script
    _hosts: dict[str, Cast] = field(default_factory=dict)

    def play(self, wish: Wish) -> None:
        start = self.story.tenant.clock.now()
        for step in self.script.timeline:
            at = wish.dump_after_seconds if step.main and wish.dump_after_seconds else step.at
            for _ in range(step.count):
                self._play_step(step, at, start)
        if self.script.noise is not None:
            self._make_noise(self.script.noise, start)

    def _play_step(self, step: Step, at: float, start: datetime) -> None:
        model = self.script.model(step.detect)
        casts = [self._cast(name) for name in step.hosts] or [self._anybody(model)]
        moment = start + timedelta(seconds=at)
        if not step.alert:
            self.story.leave(model, casts, moment)
        elif at > 0:
            self.story.tell(model, casts, after_seconds=at)
        else:
            self.story.tell(model, casts, created=moment)

    def _anybody(self, model: DetectionModel) -> Cast:
        fitting = self.story.suitable([model])
        if not fitting:
            raise ScriptError(f"{model.key} fits none of the company's endpoints.")
        return self.story.cast(self.story.tenant.rng.choice(fitting))

    def _cast(self, name: str) -> Cast:
        """Return who plays a host, with words that are new in this step."""
        if name not in self._hosts:
            self._hosts[name] = self._choose(name)
        known = self._hosts[name]
        fresh = self.story.cast(known.endpoint)
        return Cast(endpoint=known.endpoint, words=known.words | {word: fresh.words[word] for word in OWN_WORDS})

    def _choose(self, name: str) -> Cast:
        models = [self.script.model(step.detect) for step in self.script.timeline if name in step.hosts]
        taken = {cast.endpoint.agent_guid for cast in self._hosts.values()}
        fitting = [each for each in self.story.suitable(models) if each.agent_guid not in taken]
        if not fitting:
            keys = ", ".join(sorted({model.key for model in models}))
            raise ScriptError(f"No endpoint is left that host {name!r} could be; it has to suit {keys}.")
        return self.story.cast(self.story.tenant.rng.choice(fitting))

    def _make_noise(self, noise: Noise, start: datetime) -> None:
        rng = self.story.tenant.rng
        for _ in range(round(noise.per_hour * noise.hours_before)):
            age = rng.uniform(0, noise.hours_before * 3600)
            self.story.make_noise(created=start - timedelta(seconds=age))
        ahead: Sequence[float] = sorted(
            rng.uniform(1, noise.hours_after * 3600) for _ in range(round(noise.per_hour * noise.hours_after))
        )
        for after in ahead:
            self.story.make_noise(after_seconds=after)
