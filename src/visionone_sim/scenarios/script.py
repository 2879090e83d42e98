"""A scenario as a file: which company, which models, what happens when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from visionone_sim.scenarios.alert import WORDS
from visionone_sim.scenarios.models import MODELS, DetectionModel, Strict
from visionone_sim.shipped import STORIES, scenario_names


class ScriptError(Exception):
    """A file holds no scenario; the sentence says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Strict):
    """One detection at a time, told in seconds from the start; what is negative has happened before."""

    detect: str
    at: float = 0
    hosts: tuple[str, ...] = ()
    """Names within the story: the same name is the same endpoint each time."""
    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    alert: bool = True
    """Without an alert it only leaves traces."""
    main: bool = False
    """What the story is about: its time and its dump's size can be chosen from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise(Strict):
    """Alerts of all kinds, spread evenly over the past and the time to come."""

    per_hour: Annotated[float, Field(gt=0, le=100_000)]
    hours_before: Annotated[float, Field(ge=0, le=24 * 30)] = 0
    hours_after: Annotated[float, Field(ge=0, le=24 * 30)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script(Strict):
    summary: str
    settings: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    fleet: Annotated[int, Field(ge=1, le=20_000)] = 1
    """How many times each post of the company exists."""
    like: str | None = None
    """The name of a scenario whose timeline comes first."""
    dump_size: int | None = None
    models: tuple[DetectionModel, ...] = ()
    timeline: tuple[Step, ...] = ()
    noise: Noise | None = None

    def model(self, key: str) -> DetectionModel:
        return next((model for model in self.models if model.key == key), None) or MODELS[key]

    def problems(self) -> list[str]:
        """Say what cannot be played."""
        keys = {model.key for model in self.models} | set(MODELS)
        found = [f"detect: there is no model {step.detect!r}" for step in self.timeline if step.detect not in keys]
        twice = {model.key for model in self.models} & set(MODELS)
        found += [problem for model in self.models for problem in _text_problems(model)]
        found += [f"models: {key!r} is the key of a model that comes along" for key in sorted(twice)]
        return found


def _text_problems(model: DetectionModel) -> list[str]:
    """Say which texts of a model name something that is not drawn for anybody."""
    bait = model.message
    texts = [
        model.program or "",
        *(trace.value for trace in model.traces),
        *(text for leftover in model.leftovers for text in (leftover.path, leftover.text or "")),
        *((bait.subject, bait.sender, bait.message_id, bait.url) if bait else ()),
    ]
    found = []
    for text in texts:
        try:
            words = {word for _, word, _, _ in Formatter().parse(text) if word is not None}
        except ValueError as error:
            found.append(f"models, {model.key}: {text!r} cannot be filled in ({error})")
            continue
        found += [f"models, {model.key}: {{{word}}} is not drawn for anybody" for word in sorted(words - WORDS)]
    return found


_SCRIPT = TypeAdapter(Script)


def read_script(name: str) -> Script:
    """Read a scenario by its name, or by the path of a file."""
    file = STORIES / f"{name}.yaml" if name in scenario_names() else Path(name)
    script = _parse(name, _text(name, file))
    if script.like is not None:
        script = _continued(read_script(script.like), script)
    problems = script.problems()
    if problems:
        raise ScriptError(f"{name}: {problems[0]}.")
    return script


def _text(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(
            f"There is no scenario {name!r}; use one of {', '.join(scenario_names())}, or a file."
        ) from error


@lru_cache(maxsize=32)  # many twins are started with few scenarios
def _parse(name: str, text: str) -> Script:
    try:
        return _SCRIPT.validate_python(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ScriptError(f"{name} is not YAML: {' '.join(str(error).split())}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ScriptError(f"{name}, {'.'.join(map(str, first['loc'])) or 'whole file'}: {first['msg']}.") from error


def _continued(first: Script, script: Script) -> Script:
    return Script(
        summary=script.summary,
        settings={**first.settings, **script.settings},
        fleet=max(first.fleet, script.fleet),
        dump_size=script.dump_size or first.dump_size,
        models=(*first.models, *script.models),
        timeline=(*first.timeline, *script.timeline),
        noise=script.noise or first.noise,
    )
