"""Performs one task: evaluates what it says and runs what it calls; commits nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from warroom.content.playbook import Task, TaskKind
from warroom.content.value import Value
from warroom.context.condition import choose
from warroom.context.scope import Scope
from warroom.context.value import resolve
from warroom.model.errors import InvalidInputError, WarroomError
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanRecord, TaskRecord, Wait, WaitKind
from warroom.services.drive.performed import Done, Ending, Failed, Performed, Unavailable, Waits
from warroom.services.drive.play import Starting
from warroom.services.execution.call import Call, Controls, Origin, Outcome, Schedule
from warroom.services.execution.executor import Executor
from warroom.services.execution.masking import MASK, SECRET_KEYS, Mask
from warroom.services.execution.targets import UnavailableCommandError
from warroom.services.journal import Journal
from warroom.services.ports.clock import Clock
from warroom.services.scopes import modules_of, scope_of

PLAYBOOK_ACTOR = "DBot"
UNKNOWN_CHOICES = ("it happened", "run it again", "it failed")


@dataclass(frozen=True, slots=True)
class Performer:
    """Performs tasks of plans."""

    executor: Executor
    journal: Journal
    clock: Clock

    async def perform(self, plan: PlanRecord, starting: Starting, record: TaskRecord) -> Performed:
        """Perform a task that starts, or starts once more after a wait for its next try."""
        task = starting.task
        incident = await self.journal.incident(plan.incident)
        try:
            if task.script:
                return await self._command(plan, starting, record, incident)
            if task.cases:
                label = choose(task.cases, await self._scope(plan, starting, incident))
                return await self._with_fields(
                    starting, plan, Performed(key=starting.key, ending=Done(label or "#default#"))
                )
            return Performed(key=starting.key, ending=Waits(self._question(task)))
        except WarroomError as error:
            return await self.fail(plan, starting, record, str(error))

    async def look(self, plan: PlanRecord, starting: Starting, record: TaskRecord) -> Performed:
        """Take the next look of a scheduled command."""
        wait = record.wait
        assert wait is not None
        incident = await self.journal.incident(plan.incident)
        if wait.deadline and self.clock.now() >= wait.deadline:
            message = f"{wait.data['name']} did not end within its time limit of {wait.data['timeout']:g} seconds."
            return await self.fail(plan, starting, record, message)
        outcomes = []
        for look in wait.data["looks"]:
            controls = Controls(using=str(look["instance"]))
            call = replace(
                self._call(plan, starting, incident, controls), name=look["command"], args=look["args"], polling=True
            )
            try:
                outcomes.append(await self.executor.run(replace(call, brand="")))
            except WarroomError as error:
                return await self.fail(plan, starting, record, str(error))
        return self._ended(starting, record, incident, _joined(outcomes), {})

    def unknown(self, starting: Starting, record: TaskRecord) -> Performed:
        """Ask a person about an action that began and may have happened (design D4)."""
        question = (
            f"{record.name!r} had begun `{starting.task.script}` when the runtime stopped, and nothing says whether it"
            " happened. Check in the product, then say so."
        )
        data: JsonObject = {"question": question, "options": list(UNKNOWN_CHOICES)}
        return Performed(key=starting.key, ending=Waits(Wait(kind=WaitKind.UNKNOWN, since=self.clock.now(), data=data)))

    async def _command(self, plan: PlanRecord, starting: Starting, record: TaskRecord, incident: Incident) -> Performed:
        task = starting.task
        scope = await self._scope(plan, starting, incident)
        args = {key: value for key, item in task.arguments.items() if (value := resolve(item, scope)) is not None}
        controls = controls_of(task.controls, scope)
        call = replace(
            self._call(plan, starting, incident, controls),
            args=args,
            idempotency_key=f"wr-{plan.id}-{starting.key}",
        )
        try:
            outcome = await self.executor.run(call)
        except UnavailableCommandError as error:
            if task.skip_unavailable:
                return Performed(key=starting.key, ending=Unavailable(str(error)))
            raise
        performed = self._ended(starting, record, incident, outcome, _visible(args), scope)
        return await self._with_fields(starting, plan, performed)

    def _ended(
        self,
        starting: Starting,
        record: TaskRecord,
        incident: Incident,
        outcome: Outcome,
        inputs: JsonObject,
        scope: Scope | None = None,
    ) -> Performed:
        ending: Ending
        attempts = record.attempts + (0 if scope is None else 1)
        if outcome.error:
            ending = self._retry(starting.task, attempts, scope) or Failed(outcome.error)
        elif outcome.schedules:
            ending = Waits(self._poll(record, outcome))
        elif starting.task.kind is TaskKind.CONDITION:
            ending = Done(outcome.label or "#default#")
        else:
            ending = Done()
        return Performed(
            key=starting.key,
            ending=ending,
            outcome=outcome,
            base=incident,
            inputs=inputs or None,
            attempts=attempts,
        )

    def _retry(self, task: Task, attempts: int, scope: Scope | None) -> Waits | None:
        if scope is None or attempts > int(_number(task.controls, "retry-count", scope)):
            return None
        wake_at = self.clock.after(_number(task.controls, "retry-interval", scope))
        return Waits(Wait(kind=WaitKind.RETRY, since=self.clock.now(), wake_at=wake_at))

    def _poll(self, record: TaskRecord, outcome: Outcome) -> Wait:
        before = record.wait if record.wait and record.wait.kind is WaitKind.POLL else None
        timeout = max(schedule.timeout for schedule in outcome.schedules)
        return Wait(
            kind=WaitKind.POLL,
            since=before.since if before else self.clock.now(),
            wake_at=self.clock.after(min(schedule.seconds for schedule in outcome.schedules)),
            deadline=before.deadline if before else self.clock.after(timeout),
            data={
                "name": record.name,
                "timeout": before.data["timeout"] if before else timeout,
                "looks": [_look(schedule) for schedule in outcome.schedules],
            },
        )

    def _question(self, task: Task) -> Wait:
        options = [label for label in task.next if not label.startswith("#")]
        replies = (task.message or {}).get("replyOptions") or []
        data: JsonObject = {"question": task.description or task.name, "options": list(replies) or options}
        if task.form:
            data["form"] = task.form
        return Wait(kind=WaitKind.PERSON, since=self.clock.now(), data=data)

    async def fail(self, plan: PlanRecord, starting: Starting, record: TaskRecord, message: str) -> Performed:
        """End a task in an error that no run reported; the War Room says why."""
        incident = await self.journal.incident(plan.incident)
        outcome = await self.executor.error_outcome(self._call(plan, starting, incident, Controls()), message)
        return Performed(
            key=starting.key, ending=Failed(message), outcome=outcome, base=incident, attempts=record.attempts + 1
        )

    async def _with_fields(self, starting: Starting, plan: PlanRecord, performed: Performed) -> Performed:
        """Add the incident fields that the task maps, evaluated on the context with its own outputs in it."""
        if not starting.task.field_mappings or not isinstance(performed.ending, Done):
            return performed
        incident = await self.journal.incident(plan.incident)
        context = await self.journal.preview(plan.incident, [*performed.outcome.patches, *performed.patches])
        frame = starting.run.frame
        scope = scope_of(context, incident, scope=frame.scope, inputs=frame.inputs)
        fields = {item.incident_field: resolve(item.output, scope) for item in starting.task.field_mappings}
        return replace(performed, fields=fields, base=performed.base or incident)

    async def _scope(self, plan: PlanRecord, starting: Starting, incident: Incident) -> Scope:
        frame = starting.run.frame
        return scope_of(
            await self.journal.context(plan.incident),
            incident,
            scope=frame.scope,
            inputs=frame.inputs,
            modules=modules_of(self.executor.library.catalogue, await self.journal.instances()),
        )

    def _call(self, plan: PlanRecord, starting: Starting, incident: Incident, controls: Controls) -> Call:
        frame = starting.run.frame
        origin = Origin(
            actor=PLAYBOOK_ACTOR,
            plan=plan.id,
            task=starting.key,
            scope=frame.scope,
            inputs=frame.inputs,
            tags=starting.task.tags,
            note=starting.task.note,
        )
        return Call(
            incident=incident,
            name=starting.task.script,
            brand=starting.task.brand,
            controls=controls,
            origin=origin,
        )


def controls_of(controls: Mapping[str, Value], scope: Scope) -> Controls:
    """Evaluate XSOAR's own arguments of a task."""

    def text(name: str) -> str:
        value = resolve(controls[name], scope) if name in controls else None
        return "" if value is None else str(value)

    timeout = text("execution-timeout")
    return Controls(
        using=text("using"),
        using_brand=text("using-brand"),
        timeout=float(timeout) if timeout else None,
        extend_context=text("extend-context"),
        ignore_outputs=text("ignore-outputs").lower() == "true",
        raw_response=text("raw-response").lower() == "true",
    )


def _number(controls: Mapping[str, Value], name: str, scope: Scope) -> float:
    value = resolve(controls[name], scope) if name in controls else 0
    try:
        return float(value or 0)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name} is {value!r}, which is not a number. Correct it in the task.") from error


def _look(schedule: Schedule) -> JsonObject:
    return {"command": schedule.command, "args": schedule.args, "instance": schedule.instance}


def _visible(args: Mapping[str, Json]) -> JsonObject:
    shown = {key: MASK if SECRET_KEYS.search(key) else value for key, value in args.items()}
    return dict(Mask().tree(shown))


def _joined(outcomes: list[Outcome]) -> Outcome:
    """Join the outcomes of several looks into one."""
    return Outcome(
        entries=[entry for outcome in outcomes for entry in outcome.entries],
        patches=[patch for outcome in outcomes for patch in outcome.patches],
        incident=next((outcome.incident for outcome in outcomes if outcome.incident), None),
        error=next((outcome.error for outcome in outcomes if outcome.error), ""),
        label=next((outcome.label for outcome in outcomes if outcome.label), ""),
        schedules=[schedule for outcome in outcomes for schedule in outcome.schedules],
        raw=[raw for outcome in outcomes for raw in outcome.raw],
    )
