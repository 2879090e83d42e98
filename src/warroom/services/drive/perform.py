"""Performs one task: evaluates what it says and runs what it calls; commits nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from warroom.content.playbook import FieldMapping, Task, TaskKind
from warroom.content.read_task import CONTROLS
from warroom.content.value import Value
from warroom.context.condition import choose
from warroom.context.scope import Scope
from warroom.context.value import resolve
from warroom.model.errors import InvalidInputError, WarroomError
from warroom.model.ids import PlanId, TaskKey
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanKind, PlanRecord, TaskRecord, Wait, WaitKind
from warroom.model.user import SYSTEM
from warroom.services.approvals.grants import declared_in
from warroom.services.commands.binding import Binding, within_reach
from warroom.services.commands.references import of_person, of_playbook
from warroom.services.commands.targets import Resolved, UnavailableCommandError
from warroom.services.drive import deaths
from warroom.services.drive.extraction import enriched, with_extraction
from warroom.services.drive.performed import Done, Ending, Failed, Performed, Ready, Retry, Unavailable, Waits
from warroom.services.drive.play import Starting
from warroom.services.drive.polling import Poller
from warroom.services.execution.call import Call, Controls, Origin, Outcome, Schedule
from warroom.services.execution.executor import Executor
from warroom.services.execution.fields import known_people, with_fields
from warroom.services.execution.look_up import look_up
from warroom.services.execution.results import LONGEST_WAIT
from warroom.services.plans.forms import asked
from warroom.services.plans.last_entries import LAST_ENTRIES, last_entries
from warroom.services.plans.lists import lists_named_in
from warroom.services.plans.scopes import modules_of, scope_of
from warroom.services.ports.clock import Clock
from warroom.services.ports.value_scripts import Reader
from warroom.services.secrecy.masking import secrets_of
from warroom.services.secrecy.redaction import seen_with
from warroom.services.writing.journal import Journal

Found = TypeVar("Found")

PLAYBOOK_ACTOR = SYSTEM.name
HAPPENED, RUN_AGAIN, FAILED = UNKNOWN_CHOICES = ("it happened", "run it again", "it failed")


def actor_of(plan: PlanRecord) -> str:
    """Return who acts in a plan: the person in a typed command, the system in a playbook."""
    return plan.started_by if plan.kind is PlanKind.COMMAND else PLAYBOOK_ACTOR


@dataclass(frozen=True, slots=True)
class Performer:
    """Performs tasks of plans."""

    executor: Executor
    journal: Journal
    clock: Clock
    set_aside_after: int = deaths.SET_ASIDE_AFTER  # deaths of a task's workers, after which it is not tried again

    async def perform(self, plan: PlanRecord, starting: Starting, record: TaskRecord) -> Performed:
        """Perform a task that starts, or starts once more after a wait for its next try."""
        task = starting.task
        incident = await self.journal.incident(plan.incident)
        try:
            if task.script:
                return await self._command(plan, starting, record, incident)
            if task.cases:
                label = await self._evaluated(plan, starting, incident, partial(choose, task.cases))
                return await self._with_fields(
                    starting, plan, Performed(key=starting.key, ending=Done(label or "#default#"))
                )
            scope = await self._scope(plan, starting, incident)
            return Performed(key=starting.key, ending=Waits(await self._question(task, scope)))
        except WarroomError as error:
            return await self.fail(plan, starting, record, str(error))

    async def poll(self, plan: PlanRecord, starting: Starting, record: TaskRecord) -> Performed:
        """Run the next poll of a scheduled command."""
        wait = record.wait
        assert wait is not None
        if wait.deadline and self.clock.now() >= wait.deadline:
            message = f"{wait.data['name']} did not end within its time limit of {wait.data['timeout']:g} seconds."
            return await self.fail(plan, starting, record, message)
        incident = await self.journal.incident(plan.incident)
        try:
            controls = await self._evaluated(plan, starting, incident, partial(controls_of, starting.task.controls))
        except WarroomError as error:
            return await self.fail(plan, starting, record, str(error))
        call = self.call(plan, starting, record, incident, controls)
        outcome = sum([await self._poller.poll(call, poll) for poll in wait.data["looks"]], Outcome())
        ending = self._ending(plan, starting, record, outcome)
        performed = Performed(key=starting.key, ending=ending, outcome=outcome, base=incident, attempts=record.attempts)
        return await self._with_fields(starting, plan, performed)

    @property
    def _poller(self) -> Poller:
        return Poller(self.executor, self.journal, self.clock)

    def unknown(self, record: TaskRecord, command: str, targets: Sequence[str] = ()) -> Performed:
        """Ask a person about an action that started and may have happened (design D4)."""
        wait = self._doubt(record, command, targets)
        return Performed(key=record.key, ending=Waits(wait), attempts=record.attempts + 1)

    def _doubt(self, record: TaskRecord, command: str, targets: Sequence[str] = ()) -> Wait:
        on = f" on {', '.join(targets)}" if targets else ""
        question = (
            f"{record.name!r} had begun `{command}`{on} and was cut off, and nothing says whether it happened."
            " Check in the product, then say so."
        )
        data: JsonObject = {"question": question, "options": list(UNKNOWN_CHOICES)}
        return Wait(kind=WaitKind.UNKNOWN, since=self.clock.now(), data=data)

    async def _command(self, plan: PlanRecord, starting: Starting, record: TaskRecord, incident: Incident) -> Performed:
        ready = starting.ready or await self.evaluated(plan, starting, record, incident)
        call = ready.call
        try:
            outcome = await enriched(self.executor, call, await self.executor.run(call))
        except UnavailableCommandError as error:
            if starting.task.skip_unavailable:
                return Performed(key=starting.key, ending=Unavailable(str(error)))
            raise
        starting = replace(starting, resolved=call.resolved)
        performed = Performed(
            key=starting.key,
            ending=self._ending(plan, starting, record, outcome, ready.retry),
            outcome=outcome,
            base=incident,
            inputs=call.resolved.visible(call.args) or None,
            attempts=record.attempts + 1,
        )
        return await self._with_fields(starting, plan, performed)

    async def evaluated(self, plan: PlanRecord, starting: Starting, record: TaskRecord, incident: Incident) -> Ready:
        """Evaluate what a task calls, with which arguments, and how often it is tried."""
        task = starting.task

        def evaluate(scope: Scope) -> Ready:
            retry, controls = retry_of(task.controls, scope), controls_of(task.controls, scope)
            called = starting
            if controls.using_brand or starting.resolved is None:
                called = replace(starting, resolved=self.look_up(task.script, task.brand, controls.using_brand))
            args = self._arguments(plan, called, scope)
            return Ready(call=self.call(plan, called, record, incident, controls, args), retry=retry)

        return await self._evaluated(plan, starting, incident, evaluate)

    async def retry(self, plan: PlanRecord, starting: Starting, incident: Incident) -> Retry:
        """Evaluate how often a task is tried."""
        return await self._evaluated(plan, starting, incident, partial(retry_of, starting.task.controls))

    async def _evaluated(
        self, plan: PlanRecord, starting: Starting, incident: Incident, evaluate: Callable[[Scope], Found]
    ) -> Found:
        scope = await self._scope(plan, starting, incident)
        return await self.executor.scripts.evaluated(scope, self._reader(plan, starting, incident), evaluate)

    def _reader(self, plan: PlanRecord, starting: Starting, incident: Incident) -> Reader:
        frame = starting.run.frame
        return Reader(incident=incident, rights=plan.rights, scope=frame.scope, inputs=frame.inputs, lane=starting.lane)

    def _arguments(self, plan: PlanRecord, starting: Starting, scope: Scope) -> dict[str, Json]:
        """Resolve what the playbook or the person wrote, once; the result is never evaluated again."""
        resolved = starting.resolved or Resolved(name=starting.task.script)
        if plan.command is None:
            return of_playbook(resolved, starting.task.arguments, scope)
        typed = {**plan.command.args, **self._secret(plan)}
        return of_person(resolved, {name: str(typed[name]) for name in typed if name not in CONTROLS}, scope)

    def _ending(
        self, plan: PlanRecord, starting: Starting, record: TaskRecord, outcome: Outcome, retry: Retry | None = None
    ) -> Ending:
        """Say what an outcome means for the task; a later poll is no new attempt and is not retried."""
        if outcome.error:
            wait = self._next_try(starting, record, outcome, retry) if retry else None
            return Waits(wait) if wait else Failed(deaths.said(record, outcome, self.set_aside_after))
        if outcome.schedules:
            return Waits(self._poll_of(plan, record, outcome))
        return Done(outcome.label or "#default#") if starting.task.kind is TaskKind.CONDITION else Done()

    def _next_try(self, starting: Starting, record: TaskRecord, outcome: Outcome, retry: Retry) -> Wait | None:
        if record.attempts + 1 > retry.count or deaths.of_workers(record, outcome) >= self.set_aside_after:
            return None
        blind = [intent.command for intent in outcome.intents if not intent.idempotency_key]
        if outcome.interrupted and (blind or (starting.resolved and starting.resolved.acts_blindly)):
            return self._doubt(record, blind[0] if blind else starting.task.script)
        return Wait(kind=WaitKind.RETRY, since=self.clock.now(), wake_at=self.clock.after(retry.seconds))

    def look_up(self, name: str, brand: str = "", using_brand: str = "") -> Resolved:
        """Look up what a task or a later poll calls."""
        return look_up(self.executor.library.catalogue, name, brand, using_brand)

    def _poll_of(self, plan: PlanRecord, record: TaskRecord, outcome: Outcome) -> Wait:
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
                "looks": [self._poll_row(plan, schedule) for schedule in outcome.schedules],
            },
        )

    def _poll_row(self, plan: PlanRecord, schedule: Schedule) -> JsonObject:
        """Store the next poll; its secret arguments are encrypted, as it may wait for days."""
        texts = {text for value in self._secret(plan).values() for text in secrets_of(value)}
        hidden = self.look_up(schedule.command).secrets | {
            key for key, value in schedule.args.items() if any(text in str(value) for text in texts)
        }
        secret = {key: value for key, value in schedule.args.items() if key in hidden and value}
        return {
            "command": schedule.command,
            "args": {key: value for key, value in schedule.args.items() if key not in secret},
            "instance": schedule.instance,
            "instance_id": schedule.instance_id,
            "line": schedule.line,
            "sealed": self.executor.store.seal(secret) if secret else "",
        }

    def _secret(self, plan: PlanRecord) -> JsonObject:
        """Return the arguments of a typed command that its text leaves out."""
        return dict(self.executor.store.unseal(plan.sealed)) if plan.sealed else {}

    async def _question(self, task: Task, scope: Scope) -> Wait:
        options = [label for label in task.next if not label.startswith("#")]
        replies = (task.message or {}).get("replyOptions") or []
        data: JsonObject = {"question": task.description or task.name, "options": list(replies) or options}
        if task.form:
            data["form"] = asked(task.form, scope)
            if approves := declared_in(scope.inputs or {}):
                people = self.executor.gate.approvals.people
                data |= {"approves": approves, "approvers": len(await people.who_may())}
        return Wait(kind=WaitKind.PERSON, since=self.clock.now(), data=data)

    async def fail(self, plan: PlanRecord, starting: Starting, record: TaskRecord, message: str) -> Performed:
        """End a task in an error that no run reported; the War Room says why."""
        incident = await self.journal.incident(plan.incident)
        call = self.call(plan, starting, record, incident, Controls())
        outcome = await self.executor.error_outcome(call, message)
        return Performed(
            key=starting.key, ending=Failed(message), outcome=outcome, base=incident, attempts=record.attempts + 1
        )

    async def _with_fields(self, starting: Starting, plan: PlanRecord, performed: Performed) -> Performed:
        """Add the incident fields that the task maps, evaluated on the context with its own outputs in it."""
        if not starting.task.field_mappings or not isinstance(performed.ending, Done):
            return performed
        incident = await self.journal.incident(plan.incident)
        context = await self.journal.preview(plan.incident, performed.outcome.patches)
        frame = starting.run.frame
        lists = await lists_named_in(self.executor.store, starting.task.field_mappings)
        scope = scope_of(context, incident, scope=frame.scope, inputs=frame.inputs, lists=lists)
        try:
            mapped = await self.executor.scripts.evaluated(
                scope, self._reader(plan, starting, incident), partial(_mapped, starting.task.field_mappings)
            )
            fields = await known_people(self.executor.library.catalogue, self.executor.users, mapped)
            with_fields(self.executor.library.catalogue, incident, fields)
        except WarroomError as error:  # the command has run: its results are kept
            call = self.call(plan, starting, None, incident, Controls())
            outcome = performed.outcome + await self.executor.error_outcome(call, str(error))
            return replace(performed, ending=Failed(str(error)), outcome=outcome)
        return replace(performed, fields=fields, base=performed.base or incident)

    async def _scope(self, plan: PlanRecord, starting: Starting, incident: Incident) -> Scope:
        frame = starting.run.frame
        scope = scope_of(
            seen_with(plan.rights, await self.journal.context(plan.incident)),
            incident,
            scope=frame.scope,
            inputs=frame.inputs,
            lists=await lists_named_in(self.executor.store, starting.task, plan.command, self._secret(plan)),
            modules=modules_of(
                self.executor.library.catalogue,
                within_reach(await self.journal.instances(), Binding(incident=incident)),
            ),
        )
        if LAST_ENTRIES in repr(starting.task):
            last = await last_entries(self.executor.store, self.executor.library, plan.incident, plan.id, starting.key)
            scope = replace(scope, extra={**scope.extra, LAST_ENTRIES: last})
        return replace(scope, lost=frame.lost)

    def call(
        self,
        plan: PlanRecord,
        starting: Starting,
        record: TaskRecord | None,
        incident: Incident,
        controls: Controls,
        args: Mapping[str, Json] | None = None,
    ) -> Call:
        """Make the call of a task."""
        frame = starting.run.frame
        origin = Origin(
            actor=actor_of(plan),
            rights=plan.rights,
            plan=plan.id,
            task=starting.key,
            attempt=record.attempts + 1 if record else 0,
            scope=frame.scope,
            inputs=frame.inputs,
            tags=starting.task.tags,
            note=starting.task.note,
            lane=starting.lane,
        )
        return Call(
            incident=incident,
            resolved=starting.resolved or Resolved(name=starting.task.script),
            args=args or {},
            controls=with_extraction(controls, starting.task),
            origin=origin,
            idempotency_key="" if args is None else idempotency_key(plan.id, starting.key),
        )


def _mapped(mappings: Sequence[FieldMapping], scope: Scope) -> dict[str, Json]:
    return {item.incident_field: resolve(item.output, scope) for item in mappings}


def controls_of(controls: Mapping[str, Value], scope: Scope) -> Controls:
    """Evaluate XSOAR's own arguments of a task."""

    def text(name: str) -> str:
        value = resolve(controls[name], scope) if name in controls else None
        return ",".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)

    timeout = _number(controls, "execution-timeout", scope)
    return Controls(
        using=text("using"),
        using_brand=text("using-brand"),
        timeout=timeout if timeout > 0 else None,
        extend_context=text("extend-context"),
        ignore_outputs=text("ignore-outputs").lower() == "true",
        raw_response=text("raw-response").lower() == "true",
        auto_extract=text("auto-extract").strip().lower(),
    )


def retry_of(controls: Mapping[str, Value], scope: Scope) -> Retry:
    """Evaluate how often and after how long a task is tried again when it fails."""
    count = _number(controls, "retry-count", scope)
    return Retry(count=int(count), seconds=_number(controls, "retry-interval", scope))


def idempotency_key(plan: PlanId, key: TaskKey) -> str:
    """Return the key of a task's action: the same at each try, and unlike any other action's."""
    return f"wr-{plan}-{key}"


def _number(controls: Mapping[str, Value], name: str, scope: Scope) -> float:
    value = resolve(controls[name], scope) if name in controls else 0
    try:
        number = float(value or 0)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name} is {value!r}, which is not a number. Correct it in the task.") from error
    if not 0 <= number <= LONGEST_WAIT:
        raise InvalidInputError(f"{name} is {value!r}, which is out of range. Give it a number from 0 on.")
    return number
