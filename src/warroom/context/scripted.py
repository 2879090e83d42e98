"""Scripts of packs as transformers and operators, and JavaScript in paths: evaluation names the runs that it needs.

Evaluation is a pure function and runs nothing. Where a value needs a script's answer, `ScriptNeededError` says for
which arguments; the caller runs the script, keeps the answer in `Scripts` and evaluates again.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TypeVar

from warroom.context.cast import MISSING
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject


class Use(StrEnum):
    """What a script is used as; its file has the same word among its tags."""

    TRANSFORMER = "transformer"
    OPERATOR = "filter"
    EXPRESSION = "expression"  # JavaScript beyond comparisons; `script` is its source


WHOLE_LIST = "entirelist"  # the tag of a script that takes a list as it is, and not item by item
FindTags = Callable[[str], frozenset[str] | None]  # a script's tags by its name; None where there is no such script


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """A run of a script that a value needs. `key`: its arguments as JSON, by which runs are compared."""

    script: str
    use: Use
    key: str
    args: JsonObject = field(compare=False)


class ScriptNeededError(Exception):
    """A value cannot be evaluated before these runs are answered."""

    def __init__(self, runs: Iterable[ScriptRun]) -> None:
        self.runs = tuple(dict.fromkeys(runs))
        super().__init__(", ".join(sorted({run.script for run in self.runs})))


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer of a run that failed; `message` is a sentence."""

    message: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """The scripts that values may use, and the answers of their runs so far."""

    tags: FindTags
    answers: dict[ScriptRun, Json | Failed] = field(default_factory=dict)

    def find(self, name: str, use: Use) -> frozenset[str] | None:
        """The tags of a script that may be used so, None where there is none."""
        tags = self.tags(name)
        return tags if tags and use in tags else None

    def answer(self, name: str, use: Use, args: Mapping[str, Json]) -> Json:
        """The answer of a run; raises `ScriptNeededError` while there is none, InvalidInputError if the run failed."""
        known = {key: None if value is MISSING else value for key, value in args.items()}
        run = ScriptRun(name, use, json.dumps(known, sort_keys=True), known)
        if run not in self.answers:
            raise ScriptNeededError([run])
        answer = self.answers[run]
        if isinstance(answer, Failed):
            raise InvalidInputError(answer.message)
        return answer

    def evaluated(self, source: str, items: Iterable[Sequence[Json]]) -> list[Json]:
        """What a JavaScript expression makes of each item: MISSING where it is undefined, `Thrown` where it throws.

        An item is what the expression calls `val`; in the key of an output, also `obj`.
        """
        answer = self.answer(source, Use.EXPRESSION, {"items": [list(item) for item in items]})
        assert isinstance(answer, list)
        return answer


class Thrown(Enum):
    """What an expression that throws an exception gives."""

    THROWN = "thrown"


Item = TypeVar("Item")
Found = TypeVar("Found")


def for_each(items: Iterable[Item], evaluate: Callable[[Item], Found]) -> list[Found]:
    """Evaluate for each item; the runs that are needed for any of them are named at once."""
    found: list[Found] = []
    needed: list[ScriptRun] = []
    for item in items:
        try:
            found.append(evaluate(item))
        except ScriptNeededError as error:
            needed += error.runs
    if needed:
        raise ScriptNeededError(needed)
    return found
