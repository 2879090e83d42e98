"""The gate before every action: it allows the action, or returns what a person has to approve first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from warroom.model.codec import to_json
from warroom.model.entry import Entry
from warroom.model.errors import ConflictError
from warroom.model.ids import PlanId, TaskKey, task_of
from warroom.model.plan import (
    Approved,
    Frame,
    PlanKind,
    PlanRecord,
    PlanState,
    QueueJob,
    TaskRecord,
    TaskState,
    TypedCommand,
    Wait,
)
from warroom.services.approvals.deciding import Approvals, same_requests
from warroom.services.approvals.grants import Grants
from warroom.services.approvals.halting import Halting
from warroom.services.approvals.judge import declared_by
from warroom.services.approvals.request import ExactAction, Request, shown_of, waiting
from warroom.services.commands.command_line import title
from warroom.services.commands.targets import CommandTarget, Target, instance_id, instance_name
from warroom.services.execution.call import Call
from warroom.services.plans.preparing import new_plan_id
from warroom.services.ports.store import Changes
from warroom.services.writing.commit_retry import written
from warroom.services.writing.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says of a call: it may pass, as `approved` where it had to be, or `request` waits."""

    approved: Approved | None = None
    request: Request | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Stops actions that need approval, and those that are paused, at the command."""

    approvals: Approvals
    grants: Grants
    halting: Halting
    _filing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def check(self, call: Call, targets: Sequence[Target]) -> Verdict:
        """Say whether an action may pass now."""
        judge, origin = self.approvals.judge, call.origin
        exact = exact_of(call, targets)
        why = await judge.why(exact, call.incident)
        if not why:
            return Verdict()
        declared = declared_by(judge.library.catalogue, exact)
        if origin.plan and origin.task:
            by_name = {argument.name: argument for argument in declared}
            approved = await self.grants.take(origin.plan, task_of(origin.task), exact, by_name)
            if approved:
                return Verdict(approved=replace(approved, instances=exact.instances))
        shown = shown_of(exact, declared, await judge.known(call.incident))
        shown |= {"why": why, "asked_by": await self._asker(call), "approvers": await self._approvers()}
        return Verdict(request=Request(shown=shown, sealed=self.approvals.store.seal(to_json(exact))))

    async def let_pass(self, call: Call, targets: Sequence[Target]) -> Approved | None:
        """Check an action of a script, which cannot wait; raises ConflictError once its request is stored."""
        verdict = await self.check(call, targets)
        if verdict.request is None:
            return verdict.approved
        async with self._filing:
            plan, task = await self._filed(call, verdict.request)
        raise ConflictError(
            f"{verdict.request.said} It needs approval because {verdict.request.shown['why']}. Nothing was done: the"
            f" request waits as plan {plan}, task {task}; `warroom task list` shows it."
        )

    async def refuse_second(self, plan: PlanRecord, request: Request) -> None:
        """Raise ConflictError when the same action waits already: typed again, it is not asked twice."""
        for other in await same_requests(self.approvals.store, plan, request.digest):
            raise ConflictError(
                f"The same action waits for approval already: plan {other.plan}, task {other.key}. It is decided"
                " there, and done once."
            )

    def wait_for(self, request: Request) -> Wait:
        """Make the wait for an answer to a request."""
        clock, rules = self.approvals.clock, self.approvals.judge.rules
        return waiting(request, clock.now(), clock.after(rules.hours * 3600))

    async def told(self, request: Request, call: Call, plan: PlanId, task: TaskKey) -> Entry:
        """Make the line of the War Room that says what waits, and how it is answered."""
        told = (
            f"{request.asker} asks for approval of {request.said} It is needed because {request.shown['why']}."
            f" {await self._how(request, plan, task)}"
        )
        line = Line(
            incident=call.incident.id,
            text=told,
            at=self.approvals.clock.now(),
            actor=call.origin.actor,
            plan=plan,
            task=task,
        )
        return await line.entry(self.approvals.store)

    async def _how(self, request: Request, plan: PlanId, task: TaskKey) -> str:
        """Say how a request is answered, and who may."""
        answer = f"`warroom task answer {plan} {task}"
        if others := await self.approvals.people.asked_instead(request.asked_by):
            return (
                f"Nothing is done until somebody else approves it, signed in to the console: {', '.join(others)}."
                f" {answer} Reject --comment WHY` rejects it."
            )
        return f"Nothing is done until somebody answers: {answer} Approve --comment WHY`."

    async def _approvers(self) -> int:
        return len(await self.approvals.people.who_may())

    async def _asker(self, call: Call) -> str:
        """Return who wants an action: the person who started its plan."""
        if call.origin.plan is None:
            return call.origin.actor
        return (await self.approvals.store.plan(call.origin.plan)).started_by

    async def _filed(self, call: Call, request: Request) -> tuple[PlanId, TaskKey]:
        """File a request of a script as a typed command that waits, once for the same action."""
        store, now = self.approvals.store, self.approvals.clock.now()
        plan = _plan_of(call, request, now)
        for other in await same_requests(store, plan, request.digest):
            return other.plan, other.key
        wait = self.wait_for(request)
        start = TaskRecord(plan=plan.id, key=TaskKey("0"), name="", state=TaskState.COMPLETED, branch="#none#")
        task = TaskRecord(
            plan=plan.id,
            key=TaskKey("1"),
            name=title(call.name),
            state=TaskState.WAITING,
            started=now,
            wait=wait,
            inputs=dict(request.shown["args"]),
        )
        changes = Changes(
            actor=call.origin.actor,
            at=now,
            plans=[replace(plan, wake_at=wait.wake_at)],
            tasks=[replace(start, started=now, ended=now), task],
            entries=[await self.told(request, call, plan.id, task.key)],
            jobs=[QueueJob(kind="plan", target=plan.id, at=wait.wake_at)],
            durable=True,
        )
        await written(lambda: self.approvals.judge.journal.commit(changes), self.approvals.clock)
        return plan.id, task.key


def exact_of(call: Call, targets: Sequence[Target]) -> ExactAction:
    """Write an action down to the letter: on which instances, with the defaults that its declaration fills in."""
    args = dict(call.args)
    if len({type(target) for target in targets}) == 1:
        first = targets[0]
        same = all(target.arguments == first.arguments for target in targets)
        for argument in first.arguments if same else ():
            if args.get(argument.name) in (None, "", [], {}) and argument.default_value not in (None, ""):
                args[argument.name] = argument.default_value
    brands = {target.integration.id for target in targets if isinstance(target, CommandTarget)}
    return ExactAction(
        command=call.name,
        brand=brands.pop() if len(brands) == 1 else call.controls.using_brand,
        instances=tuple(name for target in targets if (name := instance_name(target))),
        instance_ids=tuple(found for target in targets if (found := instance_id(target))),
        args={name: value for name, value in args.items() if value is not None},
        controls=to_json(call.controls),
    )


def only(targets: Sequence[Target], call: Call) -> list[Target]:
    """Keep to the instances on which a call was approved; raises ConflictError when one of them is not there now."""
    wanted, ids = call.only or (), call.only_ids
    chosen = [
        target
        for target in targets
        if not instance_name(target) or (instance_name(target) in wanted and (not ids or instance_id(target) in ids))
    ]
    if gone := sorted(set(wanted) - {instance_name(target) for target in chosen}):
        raise ConflictError(
            f"{call.name} was approved on {', '.join(wanted)}, and {gone[0]} is not enabled now, or another instance"
            " has taken its name. Nothing was done; enable it and ask again."
        )
    return chosen


def _plan_of(call: Call, request: Request, now: datetime) -> PlanRecord:
    args = {name: value if isinstance(value, str) else str(value) for name, value in request.shown["args"].items()}
    name = title(call.name)
    return PlanRecord(
        id=new_plan_id(),
        incident=call.incident.id,
        kind=PlanKind.COMMAND,
        frame=Frame(playbook=name, name=name),
        command=TypedCommand(name=call.name, args=args),
        state=PlanState.WAITING,
        created=now,
        started_by=request.asked_by,
        rights=call.origin.rights,
    )
