"""Sub-playbooks: opening one with its inputs, its loop turn by turn, closing it by copying its outputs up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from warroom.content.playbook import Loop, Playbook, Task
from warroom.content.value import Value
from warroom.context.cast import MISSING
from warroom.context.condition import holds
from warroom.context.path import find
from warroom.context.scope import Scope
from warroom.context.semantics import STANDARD, Semantics
from warroom.context.value import resolve
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.lane import Lane, lane_of
from warroom.model.plan import Frame, PlanRecord, PlanState, TaskRecord, Wait, WaitKind
from warroom.model.user import SYSTEM, Role
from warroom.services.commands.library import Library
from warroom.services.commands.references import lost_part
from warroom.services.drive.performed import Done, Failed, NextTurn, Performed, Waits
from warroom.services.drive.play import FrameRun, Starting
from warroom.services.execution.call import Call, Origin, Outcome
from warroom.services.execution.executor import Executor
from warroom.services.execution.look_up import look_up
from warroom.services.plans.lists import lists_named_in
from warroom.services.plans.scopes import private_scope, scope_of
from warroom.services.ports.clock import Clock
from warroom.services.ports.value_scripts import Reader
from warroom.services.writing.journal import Edit, Journal

Found = TypeVar("Found")

DEEPEST_PLAYBOOK = 20
YES = frozenset({"yes", "true"})


@dataclass(frozen=True, slots=True)
class OuterScope:
    """What a sub-playbook can read besides its inputs."""

    incident: Incident
    context: JsonObject
    lists: Mapping[str, Json]
    lane: Lane

    def reader(self, frame: Frame, rights: Role) -> Reader:
        return Reader(incident=self.incident, rights=rights, scope=frame.scope, inputs=frame.inputs, lane=self.lane)

    def seen_from(self, frame: Frame, inputs: Mapping[str, Json]) -> Scope:
        """Return the same as seen from inside the sub-playbook."""
        seen = scope_of(self.context, self.incident, scope=frame.scope, inputs=inputs, lists=self.lists)
        return replace(seen, lost=frame.lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exits:
    """Whether a loop ends after this turn, and what its exit script did; `error` says why it could not decide."""

    holds: bool
    outcome: Outcome = field(default_factory=Outcome)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Frames:
    """Opens and closes the frames of sub-playbooks.

    A loop over items gives each turn a private context of its own and copies its outputs up after each turn; a loop
    until something holds keeps one private context, since conditions count in it, and copies at its end.
    """

    library: Library
    journal: Journal
    executor: Executor
    clock: Clock
    semantics: Semantics = STANDARD

    async def open(
        self, plan: PlanRecord, starting: Starting, patches: Sequence[ContextPatch], edit: Edit
    ) -> tuple[Frame, Playbook]:
        """Resolve a sub-playbook's inputs in the parent and return its frame; in a loop, the frame of the first turn.

        `patches` and `edit` are what the tasks before it did, in the same commit as this start.
        """
        task, parent = starting.task, starting.run.frame
        if starting.key.count("/") >= DEEPEST_PLAYBOOK:
            raise InvalidInputError(
                f"{task.playbook} is {DEEPEST_PLAYBOOK} playbooks deep. Does a playbook call itself?"
            )
        playbook = self.library.catalogue.playbook(task.playbook)
        incident = edit(await self.journal.incident(plan.incident))
        context = await self.journal.preview(plan.incident, patches)
        lists = await lists_named_in(self.executor.store, task.arguments, playbook.inputs)
        around = OuterScope(incident, context, lists, starting.lane)
        outside = around.seen_from(parent, parent.inputs)
        reader = around.reader(parent, plan.rights)
        inputs = await self._evaluated(outside, reader, partial(_resolved, task.arguments))
        frame = Frame(
            playbook=playbook.id,
            name=playbook.name,
            content=await self.library.pin(playbook),
            inputs=inputs,
            lost=await self._evaluated(outside, reader, partial(_lost_in, task.arguments)),
            scope=private_scope(plan.id, starting.key) if task.separate_context else parent.scope,
        )
        if task.loop:
            frame = _first_turn(frame, task.loop, own_context=task.separate_context)
        return await self._with_defaults(frame, playbook, around, plan.rights), playbook

    async def close(self, plan: PlanRecord, run: FrameRun, parent: FrameRun) -> Performed:
        """End a turn or the whole: outputs are copied up, then the next turn follows or the task is done.

        Those of a sub-playbook that failed are copied, too: what was done before the error has happened.
        """
        if run.state is PlanState.FAILED:
            failed = Failed(f"The sub-playbook {run.frame.name!r} ended in an error.")
            return Performed(key=run.owner, ending=failed, outcome=await self._outputs(plan, run, parent))
        loop = parent.playbook.tasks[run.owner.rpartition("/")[2]].loop
        if loop is None or run.frame.turn < 0:
            return Performed(key=run.owner, ending=Done(), outcome=await self._outputs(plan, run, parent))
        if loop.for_each:
            return await self._after_item(plan, run, parent)
        return await self._after_try(plan, run, parent, loop)

    async def _after_item(self, plan: PlanRecord, run: FrameRun, parent: FrameRun) -> Performed:
        outputs = await self._outputs(plan, run, parent)
        if run.frame.turn + 1 >= run.frame.turns:
            return Performed(key=run.owner, ending=Done(), outcome=outputs)
        task = parent.playbook.tasks[run.owner.rpartition("/")[2]]
        following = await self._turn_after(plan, run.frame, run.playbook, task, outputs.patches)
        return Performed(key=run.owner, ending=NextTurn(following, run.playbook), outcome=outputs)

    async def _after_try(self, plan: PlanRecord, run: FrameRun, parent: FrameRun, loop: Loop) -> Performed:
        """Ask whether the loop ends; what an exit script did is kept in any case."""
        incident = await self.journal.incident(plan.incident)
        exits = await self._exits(plan, run, loop, incident)
        performed = Performed(key=run.owner, ending=Done(), outcome=exits.outcome, base=incident)
        if exits.error:
            return replace(performed, ending=Failed(exits.error))
        if exits.holds:
            copied = await self._outputs(plan, run, parent, exits.outcome.patches)
            return replace(performed, outcome=exits.outcome + copied)
        if run.frame.turn + 1 >= loop.max:
            message = f"The loop of {run.frame.name!r} ran {loop.max} times and its exit condition never held."
            return replace(performed, ending=Failed(message))
        wait = Wait(kind=WaitKind.LOOP, since=self.clock.now(), wake_at=self.clock.after(loop.wait))
        return replace(performed, ending=Waits(wait))

    async def next_turn(self, plan: PlanRecord, starting: Starting, record: TaskRecord) -> Performed:
        """Start the next turn of a loop when its pause is over."""
        assert record.frame is not None
        playbook = await self.library.pinned(record.frame)
        frame = await self._turn_after(plan, record.frame, playbook, starting.task)
        return Performed(key=record.key, ending=NextTurn(frame, playbook))

    async def _turn_after(
        self, plan: PlanRecord, frame: Frame, playbook: Playbook, task: Task, patches: Sequence[ContextPatch] = ()
    ) -> Frame:
        assert task.loop is not None
        following = replace(frame, turn=frame.turn + 1)
        if task.loop.for_each:
            following = replace(
                following,
                inputs=_inputs_of_turn(frame.loop_inputs, following.turn),
                scope=_scope_of_turn(frame.scope, following.turn) if task.separate_context else frame.scope,
            )
        incident = await self.journal.incident(plan.incident)
        context = await self.journal.preview(plan.incident, patches)
        lists = await lists_named_in(self.executor.store, playbook.inputs)
        around = OuterScope(incident, context, lists, lane_of(incident.severity))
        return await self._with_defaults(following, playbook, around, plan.rights)

    async def _evaluated(self, scope: Scope, reader: Reader, evaluate: Callable[[Scope], Found]) -> Found:
        return await self.executor.scripts.evaluated(scope, reader, evaluate)

    async def _with_defaults(self, frame: Frame, playbook: Playbook, around: OuterScope, rights: Role) -> Frame:
        """Fill inputs that the task does not name with the sub-playbook's own defaults, evaluated inside it."""
        inputs, defaults = dict(frame.inputs), {}
        inside = around.seen_from(frame, inputs)
        reader = around.reader(frame, rights)
        for item in playbook.inputs:
            if item.key not in inputs and (value := item.value) is not None:
                inputs[item.key] = await self._evaluated(inside, reader, partial(resolve, value))
                defaults[item.key] = value
        if self.semantics.empty_required_input == "refused":
            _refuse_empty(playbook, inputs)
        return replace(frame, inputs=inputs, lost={**frame.lost, **_lost_in(defaults, inside)})

    async def _exits(self, plan: PlanRecord, run: FrameRun, loop: Loop, incident: Incident) -> Exits:
        """Say whether a loop's exit condition holds, looked at from inside the sub-playbook."""
        context = await self.journal.context(plan.incident)
        lists = await lists_named_in(self.executor.store, loop)
        around = OuterScope(incident, context, lists, lane_of(incident.severity))
        inside, reader = around.seen_from(run.frame, run.frame.inputs), around.reader(run.frame, plan.rights)
        if loop.script:
            args = await self._evaluated(inside, reader, partial(_resolved, loop.script_arguments))
            return await self._exit_script(plan, run, loop.script, args, incident)
        return Exits(holds=await self._evaluated(inside, reader, partial(holds, loop.until)))

    async def _exit_script(
        self, plan: PlanRecord, run: FrameRun, name: str, args: Mapping[str, Json], incident: Incident
    ) -> Exits:
        """Run an exit script as a call of the loop's task; an action is refused: it belongs into a task of its own."""
        resolved = look_up(self.library.catalogue, name)
        if resolved.is_action:
            raise InvalidInputError(
                f"{name} is an action, and a loop's exit script only decides. Run it in a task of the sub-playbook."
            )
        origin = Origin(
            actor=SYSTEM.name,
            rights=plan.rights,
            plan=plan.id,
            task=run.owner,
            attempt=run.frame.turn + 1,
            scope=run.frame.scope,
            inputs=run.frame.inputs,
            lane=lane_of(incident.severity),
        )
        outcome = await self.executor.run(Call(incident=incident, resolved=resolved, args=args, origin=origin))
        later = f"{name} asked to be run again later, which a loop's exit script cannot." if outcome.schedules else ""
        return Exits(holds=outcome.label.casefold() in YES, outcome=outcome, error=outcome.error or later)

    async def _outputs(
        self, plan: PlanRecord, run: FrameRun, parent: FrameRun, patches: Sequence[ContextPatch] = ()
    ) -> Outcome:
        """Copy the declared outputs of a private context up; `patches` are not committed yet."""
        if run.frame.scope == parent.frame.scope:
            return Outcome()
        context = await self.journal.preview(plan.incident, patches)
        private = context.get(run.frame.scope)
        paths = [path for output in run.playbook.outputs if (path := output.context_path.strip()) not in {"", "-"}]
        frame = run.frame
        reader = Reader(
            incident=await self.journal.incident(plan.incident),
            rights=plan.rights,
            scope=frame.scope,
            inputs=frame.inputs,
        )
        found = await self._evaluated(Scope(context={}), reader, partial(_values_at, paths, private))
        merging = partial(ContextPatch, incident=plan.incident, kind=PatchKind.MERGE, scope=parent.frame.scope)
        return Outcome(patches=[merging(value={path: value}) for path, value in found.items()])


def _values_at(paths: Iterable[str], data: Json, scope: Scope) -> dict[str, Json]:
    """Return what is at each path, without those that lead to nothing."""
    found = {path: find(data, path, scope.semantics, scope.scripts) for path in paths}
    return {path: value for path, value in found.items() if value is not MISSING and value is not None}


def _resolved(written: Mapping[str, Value], scope: Scope) -> dict[str, Json]:
    return {key: resolve(value, scope) for key, value in written.items()}


def _refuse_empty(playbook: Playbook, inputs: Mapping[str, Json]) -> None:
    """Raise InvalidInputError where a required input has no value."""
    for item in playbook.inputs:
        if item.required and inputs.get(item.key) in (None, "", []):
            raise InvalidInputError(f"Sub-playbook {playbook.name!r} needs its input {item.key!r}. Give it a value.")


def _lost_in(written: Mapping[str, Value], scope: Scope) -> dict[str, str]:
    """Return the inputs, as they are written, that lack a part, each with the reference that led nowhere."""
    return {key: lost for key, value in written.items() if (lost := lost_part(value, scope))}


def _first_turn(frame: Frame, loop: Loop, *, own_context: bool) -> Frame:
    if not loop.for_each:
        return replace(frame, turn=0, loop_inputs=frame.inputs)
    lengths = [len(value) for value in frame.inputs.values() if isinstance(value, list)]
    return replace(
        frame,
        turn=0,
        turns=max(lengths, default=1) or 1,
        loop_inputs=frame.inputs,
        inputs=_inputs_of_turn(frame.inputs, 0),
        scope=_scope_of_turn(frame.scope, 0) if own_context else frame.scope,
    )


def _inputs_of_turn(inputs: Mapping[str, Json], turn: int) -> dict[str, Json]:
    """Return a turn's items: lists side by side, nothing after a shorter one's end, a single value in the first turn.

    >>> [_inputs_of_turn({"x": [1, 2], "z": 9}, turn) for turn in (0, 1)]
    [{'x': 1, 'z': 9}, {'x': 2}]
    """
    given: dict[str, Json] = {}
    for key, value in inputs.items():
        items = value if isinstance(value, list) else [value]
        if turn < len(items):
            given[key] = items[turn]
    return given


def _scope_of_turn(scope: str, turn: int) -> str:
    """Name the private context of a turn.

    >>> _scope_of_turn("subplaybook-p1-5#0", 1)
    'subplaybook-p1-5#1'
    """
    return f"{scope.partition('#')[0]}#{turn}"
