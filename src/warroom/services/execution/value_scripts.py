"""Runs the scripts that values use as transformers and operators. They read: nothing that they do is kept."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Script
from warroom.context.scope import Scope
from warroom.context.scripted import Failed, ScriptNeededError, ScriptRun, Scripts, Use
from warroom.model.errors import InvalidInputError, WarroomError, WorkerDiedError
from warroom.model.json import Json, JsonObject
from warroom.model.user import SYSTEM
from warroom.services.commands.declared import DECLARED
from warroom.services.commands.targets import Resolved, ScriptTarget
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.expressions import EXPRESSION, answers_of
from warroom.services.execution.server_api import ServerApi, ServerBackend
from warroom.services.ports.value_scripts import Reader

MOST_RUNS = 1_000  # of scripts for one value
MOST_IN_A_ROW = 3  # runs of one script that failed: the others are not tried, because each may take its whole time
READS = frozenset(
    {"context", "demistoUrls", "dt", "executeCommand", "getAllSupportedCommands", "getModules", "searchIndicators"}
)

Item = TypeVar("Item")
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

    def open(self) -> Scripts:
        """Return the scripts that values may use now, without answers."""
        return Scripts(_tags_in(self.backend.library.catalogue))

    async def evaluated(self, scope: Scope, reader: Reader, evaluate: Callable[[Scope], Found]) -> Found:
        """Evaluate one value; see `ValueScripts`."""
        scripts = self.open()
        seen = replace(scope, scripts=scripts)
        while True:
            try:
                return evaluate(seen)
            except ScriptNeededError as needed:
                _refuse_too_many(scripts, needed.runs, 1)
                for group in _groups(needed.runs):
                    scripts.answers.update(zip(group, await self._answers(group, reader), strict=True))

    async def each(
        self,
        items: Sequence[Item],
        reader: Reader,
        evaluate: Callable[[Item, Scripts], Found],
        scripts: Scripts | None = None,
    ) -> list[Found]:
        """Evaluate for each item, in a thread; see `ValueScripts`."""
        answered = self.open() if scripts is None else scripts
        found: dict[int, Found] = {}
        while needed := await asyncio.to_thread(_left, items, evaluate, answered, found):
            _refuse_too_many(answered, needed, len(items))
            for group in _groups(needed):
                answered.answers.update(zip(group, await self._told(group, reader), strict=True))
        return [found[number] for number in range(len(items))]

    async def _told(self, group: Sequence[ScriptRun], reader: Reader) -> list[Json | Failed]:
        """Answer runs of one script; one that fails is answered by its error, and does not affect the others."""
        with suppress(InvalidInputError):
            if group[0].use is Use.EXPRESSION and len(group) > 1:
                return [*await self._answers(group, reader)]
        answers: list[Json | Failed] = []
        failures: list[Failed] = []  # in a row
        for run in group:
            if len(failures) < MOST_IN_A_ROW:
                try:
                    answers += await self._answers([run], reader)
                    failures = []
                    continue
                except InvalidInputError as error:
                    failures.append(Failed(str(error)))
            answers.append(failures[-1])
        return answers

    async def _answers(self, group: Sequence[ScriptRun], reader: Reader) -> list[Json]:
        """Answer runs of one script; those of an expression are one run of its worker."""
        if group[0].use is not Use.EXPRESSION:
            return [await self._answer(run, reader) for run in group]
        items = [item for run in group for item in run.args["items"]]
        answers = iter(await self._expression(group[0].script, items, reader))
        return [[next(answers) for _ in run.args["items"]] for run in group]

    async def _answer(self, run: ScriptRun, reader: Reader) -> Json:
        script = self.backend.library.catalogue.script(run.script)
        secrets = frozenset(item.name for item in script.arguments if item.secret)
        try:
            return value_of(await self._results(script, secrets, run.args, reader))
        except WarroomError as error:
            raise InvalidInputError(f"The {run.use} {run.script}, a script, gave no value: {error}") from error

    async def _expression(self, source: str, items: Sequence[Json], reader: Reader) -> list[Json]:
        args: JsonObject = {"source": source, "items": list(items)}
        try:
            return answers_of(await self._results(EXPRESSION, frozenset(), args, reader), len(items))
        except WarroomError as error:
            raise InvalidInputError(f"The expression `{source}` gave no value: {error}") from error

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


def _left(
    items: Sequence[Item], evaluate: Callable[[Item, Scripts], Found], scripts: Scripts, found: dict[int, Found]
) -> list[ScriptRun]:
    """Evaluate for the items that nothing was found for yet; returns the runs that some of them need."""
    needed: list[ScriptRun] = []
    for number, item in enumerate(items):
        if number not in found:
            try:
                found[number] = evaluate(item, scripts)
            except ScriptNeededError as error:
                needed += error.runs
    return list(dict.fromkeys(needed))


def _groups(runs: Iterable[ScriptRun]) -> list[list[ScriptRun]]:
    """Return the runs by script, in order."""
    groups: dict[tuple[Use, str], list[ScriptRun]] = {}
    for run in runs:
        groups.setdefault((run.use, run.script), []).append(run)
    return list(groups.values())


def _refuse_too_many(scripts: Scripts, runs: Sequence[ScriptRun], values: int) -> None:
    if len(scripts.answers) + len(runs) > MOST_RUNS * values:
        names = ", ".join(sorted({run.script for run in runs}))
        raise InvalidInputError(
            f"More than {MOST_RUNS:,} runs of scripts are needed for one value ({names}). "
            "Filter the list before, or run the script in a task of its own."
        )


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
