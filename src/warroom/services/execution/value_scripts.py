"""Runs the scripts that values use as transformers and operators. They read: nothing that they do is kept."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Script
from warroom.context.scope import Scope
from warroom.context.scripted import ScriptNeededError, ScriptRun, Scripts, Use
from warroom.model.errors import InvalidInputError, WarroomError, WorkerDiedError
from warroom.model.json import Json, JsonObject
from warroom.model.user import SYSTEM
from warroom.services.commands.declared import DECLARED
from warroom.services.commands.targets import Resolved, ScriptTarget
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.expressions import EXPRESSION, answers_of
from warroom.services.execution.server_api import ServerApi, ServerBackend
from warroom.services.ports.value_scripts import Reader

MOST_RUNS = 1_000  # of scripts for one evaluation
READS = frozenset({"context", "dt", "executeCommand", "getAllSupportedCommands", "getModules"})

Found = TypeVar("Found")


class ScriptBackend(ServerBackend, Protocol):
    """What runs the scripts: the executor."""

    async def results_of(self, call: Call, target: ScriptTarget, api: ServerApi, *, anew: bool = False) -> list[Json]:
        """Run a script for its results alone; `anew`: in a process that has run nothing yet."""
        ...


@dataclass(frozen=True, slots=True)
class ScriptsOfValues:
    """Evaluates, and runs what is needed on the way."""

    backend: ScriptBackend

    async def evaluated(self, scope: Scope, reader: Reader, evaluate: Callable[[Scope], Found]) -> Found:
        """Evaluate; see `ValueScripts`."""
        scripts = Scripts(_tags_in(self.backend.library.catalogue))
        seen = replace(scope, scripts=scripts)
        while True:
            try:
                return evaluate(seen)
            except ScriptNeededError as needed:
                if len(scripts.answers) + len(needed.runs) > MOST_RUNS:
                    raise InvalidInputError(
                        f"More than {MOST_RUNS:,} runs of scripts are needed for one value ({needed}). "
                        "Filter the list before, or run the script in a task of its own."
                    ) from None
                for run in needed.runs:
                    scripts.answers[run] = await self._answer(run, reader)

    async def _answer(self, run: ScriptRun, reader: Reader) -> Json:
        if run.use is Use.EXPRESSION:
            return await self._expression(run, reader)
        script = self.backend.library.catalogue.script(run.script)
        secrets = frozenset(item.name for item in script.arguments if item.secret)
        try:
            return value_of(await self._results(script, secrets, run.args, reader))
        except WarroomError as error:
            raise InvalidInputError(f"The {run.use} {run.script}, a script, gave no value: {error}") from error

    async def _expression(self, run: ScriptRun, reader: Reader) -> Json:
        items = run.args["items"]
        args = {"source": run.script, "items": items}
        try:
            return answers_of(await self._results(EXPRESSION, frozenset(), args, reader), len(items))
        except WarroomError as error:
            raise InvalidInputError(f"The expression `{run.script}` gave no value: {error}") from error

    async def _results(
        self, script: Script, secrets: frozenset[str], args: Mapping[str, Json], reader: Reader
    ) -> list[Json]:
        """Run a script; once more when its worker dies, which is rarely its fault, since it changes nothing."""
        target = ScriptTarget(script=script)
        call = Call(
            incident=reader.incident,
            resolved=Resolved(name=script.name, here=target, secrets=secrets),
            args=args,
            origin=Origin(
                actor=SYSTEM.name, rights=reader.rights, scope=reader.scope, inputs=reader.inputs, lane=reader.lane
            ),
        )
        with suppress(WorkerDiedError):
            return await self.backend.results_of(call, target, ReadingApi(self.backend, call))
        return await self.backend.results_of(call, target, ReadingApi(self.backend, call), anew=True)


def _tags_in(catalogue: Catalogue) -> Callable[[str], frozenset[str] | None]:
    def tags(name: str) -> frozenset[str] | None:
        script = catalogue.find_script(name)
        return frozenset(tag.lower() for tag in script.tags) if script else None

    return tags


def value_of(results: list[Json]) -> Json:
    """Return what a script's results say: the contents of its entry, several as a list.

    >>> value_of([{"Type": 1, "Contents": ["a"]}]), value_of([True]), value_of([1, 2]), value_of([[]]), value_of([])
    (['a'], True, [1, 2], [], None)
    """
    found = [result.get("Contents") if isinstance(result, dict) and "Type" in result else result for result in results]
    return found[0] if len(found) == 1 else found or None


class ReadingApi(ServerApi):
    """The server API of a script that only reads: no commands but built-in ones that change nothing."""

    async def call(self, method: str, args: JsonObject, scratch: Path) -> Json:
        """Answer one call; what would change something is refused."""
        asked = str(args.get("command") or "") if method == "executeCommand" else ""
        declared = DECLARED.get(asked)
        if method not in READS or (asked and (declared is None or declared.writes)):
            what = f"the command {asked}" if asked else f"demisto.{method}"
            raise InvalidInputError(
                f"A script that is used as a transformer or an operator only reads, and may not call {what}. "
                "Run the script in a task of its own."
            )
        return await super().call(method, args, scratch)
