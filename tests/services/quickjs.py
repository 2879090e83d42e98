"""The evaluator of JavaScript in values, in this process: for worlds whose runner is a fake."""

from typing import Any

from warroom.host.guest.javascript import Program
from warroom.host.guest.sources import Text
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.services.execution.expressions import EXPRESSION, PROGRAM
from warroom.testing.runner import FakeCode, FakeFunction


def in_quickjs(args: Any) -> list[Json]:
    """Evaluate as the worker does; raises InvalidInputError where it throws."""
    given = {"args": args, "params": {}, "command": "", "incidents": [], "investigation": {}}
    end = Program(lambda *_: '{"value": null, "error": "asked"}', 1 << 28).run(
        given, [], Text("JavaScript", 0, PROGRAM)
    )
    if "error" in end:
        raise InvalidInputError(end["error"])
    results: list[Json] = end["results"]
    return results


def _evaluate(code: FakeCode) -> list[Json]:
    return in_quickjs(dict(code.run.args))


QUICKJS: dict[str, FakeFunction] = {EXPRESSION.name: _evaluate}
