"""Makes context changes of a command's outputs, and evaluates the JavaScript in their keys and in `extend-context`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from warroom.context.extend import extend_context
from warroom.context.merge import asked, merge, needs_engine
from warroom.context.scope import Scope
from warroom.context.scripted import Scripts
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.entry import EntryType
from warroom.model.errors import InvalidInputError
from warroom.model.json import JsonObject
from warroom.services.execution.call import Call, reader_of
from warroom.services.execution.large import MOST_OUTPUTS, aside, refuse_large
from warroom.services.execution.results import RawEntry, error_entry
from warroom.services.plans.scopes import own_path, refuse_private
from warroom.services.ports.value_scripts import ValueScripts
from warroom.services.writing.journal import Journal

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outputs:
    """The outputs of results, as changes to the context at the call's place."""

    journal: Journal
    scripts: ValueScripts

    async def patches(
        self, call: Call, raws: Sequence[RawEntry], size: int
    ) -> tuple[list[ContextPatch], list[RawEntry]]:
        """Return the changes, and an error for each result whose outputs cannot be written."""
        extended = await self._extended(call, raws)
        patches, refused = await aside(size, _context_patches, call, raws, size, extended)
        done: list[ContextPatch] = []
        for patch in patches:
            done.append(await self._matched(call, patch, done) if needs_engine(patch.value) else patch)
        return done, refused

    async def _extended(self, call: Call, raws: Sequence[RawEntry]) -> list[JsonObject | InvalidInputError]:
        instruction = call.controls.extend_context
        if not instruction:
            return [{} for _ in raws]

        def extended(raw: RawEntry, scripts: Scripts) -> JsonObject | InvalidInputError:
            try:
                return {} if raw.type is EntryType.ERROR else extend_context(instruction, raw.contents, scripts=scripts)
            except InvalidInputError as error:
                return error

        return await self.scripts.each(raws, reader_of(call), extended)

    async def _matched(self, call: Call, patch: ContextPatch, earlier: Sequence[ContextPatch]) -> ContextPatch:
        """Return a change with the pairs that match by an expression that only JavaScript can evaluate.

        They are evaluated on the context as it is now, and stored with the change: whoever reads the log again comes to
        the same context. An expression that cannot be evaluated matches nothing, so that no output is lost.
        """
        whole = await self.journal.preview(call.incident.id, earlier)
        seen = whole.get(patch.scope) if patch.scope else whole
        context: JsonObject = seen if isinstance(seen, dict) else {}

        def matches(scope: Scope) -> tuple[str, ...]:
            assert scope.scripts is not None
            hits: set[str] = set()
            merge(context, patch.value, matches=asked(scope.scripts, hits))
            return tuple(sorted(hits))

        try:
            hits = await self.scripts.evaluated(Scope(context={}), reader_of(call), matches)
        except InvalidInputError as error:
            log.warning("the key of an output was not evaluated", command=call.name, error=str(error))
            return patch
        return replace(patch, hits=hits)


def _context_patches(
    call: Call, raws: Sequence[RawEntry], size: int, extended: Sequence[JsonObject | InvalidInputError]
) -> tuple[list[ContextPatch], list[RawEntry]]:
    patches: list[ContextPatch] = []
    refused: list[RawEntry] = []
    for raw, more in zip(raws, extended, strict=True):
        try:
            patches += [merging(call, outputs) for outputs in _outputs(call, raw, size, more)]
        except InvalidInputError as error:
            refused.append(error_entry(f"The outputs of {call.name} were not written to the context: {error}"))
    return patches, refused


def _outputs(call: Call, raw: RawEntry, size: int, extended: JsonObject | InvalidInputError) -> list[JsonObject]:
    if isinstance(extended, InvalidInputError):
        raise extended
    outputs = [{} if call.controls.ignore_outputs else raw.context, extended]
    for output in outputs:
        if size > MOST_OUTPUTS:
            refuse_large(output)
        for key in output:
            refuse_private(call.origin.scope, key)  # raises for an unreadable one, too: it could never be merged
    scope = call.origin.scope
    return [{own_path(scope, key): value for key, value in output.items()} for output in outputs if output]


def merging(call: Call, value: JsonObject) -> ContextPatch:
    """Return the change that merges outputs into the context at a call's place."""
    return ContextPatch(incident=call.incident.id, kind=PatchKind.MERGE, scope=call.origin.scope, value=value)
