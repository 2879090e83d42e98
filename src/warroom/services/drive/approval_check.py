"""Whether an action may run: whether it needs approval, what was decided, and what happens without a decision."""

from dataclasses import dataclass, replace

from warroom.model.codec import from_json, to_json
from warroom.model.entry import Entry
from warroom.model.errors import WarroomError
from warroom.model.incident import Incident
from warroom.model.plan import Answer, Approved, Intent, PlanKind, PlanRecord, TaskRecord, TaskState, Wait, WaitKind
from warroom.services.approvals.pieces import targets_of
from warroom.services.approvals.refusing import EXPIRED, refused
from warroom.services.approvals.request import (
    APPROVE,
    ASK_AGAIN,
    WITHDRAW,
    Clearance,
    ExactAction,
    Request,
    expired,
    request_of,
)
from warroom.services.commands.binding import EVERY
from warroom.services.commands.targets import UnavailableCommandError
from warroom.services.drive import deaths
from warroom.services.drive.perform import HAPPENED, PLAYBOOK_ACTOR, RUN_AGAIN, Performer
from warroom.services.drive.performed import Done, Failed, Performed, Ready, Resumed, Unavailable, Waits
from warroom.services.drive.play import Starting
from warroom.services.execution.call import Controls, Outcome
from warroom.services.execution.gate import Gate
from warroom.services.execution.look_up import look_up
from warroom.services.writing.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCheck:
    """Checks the actions of plans against the approval rules; commits nothing."""

    performer: Performer
    gate: Gate

    async def check(self, plan: PlanRecord, starting: Starting, record: TaskRecord) -> Performed:
        """Evaluate an action, and say whether it may run now."""
        try:
            return await self._checked(plan, starting, record)
        except WarroomError as error:
            if isinstance(error, UnavailableCommandError) and starting.task.skip_unavailable:
                return Performed(key=record.key, ending=Unavailable(str(error)), has_run=False)
            failed = await self.performer.fail(plan, starting, record, str(error))
            return replace(failed, has_run=False)

    async def _checked(self, plan: PlanRecord, starting: Starting, record: TaskRecord) -> Performed:
        incident = await self.performer.journal.incident(plan.incident)
        if record.approved:
            return await self._passed(plan, starting, record, incident)
        ready = await self.performer.evaluated(plan, starting, record, incident)
        if not ready.call.resolved.is_action:
            return Performed(key=record.key, ending=ready, has_run=False)
        verdict = await self.performer.executor.check(ready.call)
        if verdict.request is None:
            return Performed(key=record.key, ending=replace(ready, approved=verdict.approved), has_run=False)
        if plan.kind is PlanKind.COMMAND:
            await self.gate.refuse_second(plan, verdict.request)
        told = await self.gate.told(verdict.request, ready.call, plan.id, record.key)
        return self._asked(record, verdict.request, (told,))

    async def ask_about(self, plan: PlanRecord, record: TaskRecord, intent: Intent) -> Performed:
        """Ask a person about an action that started and may have happened; the question names its hosts."""
        known = await self.gate.approvals.judge.known(await self.performer.journal.incident(plan.incident))
        targets = [known.said(target) for target in targets_of(intent.target, {})]
        return self.performer.unknown(record, intent.command, targets)

    def after_answer(self, record: TaskRecord, wait: Wait, answer: Answer) -> Performed | Resumed:
        """Return how a task continues after a person's answer about its action."""
        if wait.kind is WaitKind.APPROVAL:
            return self.decided(record, answer)
        if wait.kind is WaitKind.EXPIRED:
            return self.after_expiry(record, answer)
        if wait.kind is WaitKind.SET_ASIDE:
            return deaths.after_answer(record, wait, answer, self.performer.clock.now())
        if answer.choice == RUN_AGAIN:
            return self.after_doubt(record, answer)
        reason = answer.comment or f"{answer.actor} says that it failed."
        return Performed(key=record.key, ending=Done() if answer.choice == HAPPENED else Failed(reason))

    def decided(self, record: TaskRecord, answer: Answer) -> Performed | Resumed:
        """Return how a task continues after the answer to its request."""
        assert record.wait is not None
        request, told = request_of(record.wait), answer.approves
        if answer.choice == WITHDRAW:
            return _ended(record, f"It was withdrawn, because {answer.comment}.")
        if answer.choice != APPROVE:
            return _ended(record, f"{answer.actor} rejected it: {answer.comment}")
        if other := told.get("done_by"):
            return _ended(
                record,
                f"{answer.actor} approved the same action, once: plan {other['plan']}, task {other['task']} does it,"
                " and its War Room entry says what came of it.",
            )
        if told.get("again"):
            shown = {name: told[name] for name in (*request.shown, "why") if name in told}
            return self._asked(record, Request(shown=shown, sealed=answer.sealed), is_new=True)
        return Resumed(replace(record, state=TaskState.IN_PROGRESS, wait=None, approved=self._sealed(request, answer)))

    async def expire(self, plan: PlanRecord, record: TaskRecord) -> Performed:
        """Make an open task of a request that was not answered in time."""
        assert record.wait is not None
        wait = expired(record.wait, self.performer.clock.now())
        line = Line(
            incident=plan.incident,
            text=str(wait.data["question"]),
            at=self.performer.clock.now(),
            actor=PLAYBOOK_ACTOR,
            plan=plan.id,
            task=record.key,
        )
        outcome = Outcome(entries=[await line.entry(self.gate.approvals.store)])
        row = refused(plan, record, EXPIRED, "There was no answer in time. Nothing was done.", line.at)
        return Performed(
            key=record.key,
            ending=Waits(wait),
            outcome=outcome,
            attempts=record.attempts + 1,
            has_run=False,
            refused=(row,),
        )

    def after_expiry(self, record: TaskRecord, answer: Answer) -> Performed:
        """Ask for the same action once more, or drop it."""
        assert record.wait is not None
        if answer.choice == ASK_AGAIN:
            return self._asked(record, request_of(record.wait), is_new=True)
        return _ended(record, f"{answer.actor} dropped it: it was not approved in time. {answer.comment}".strip())

    def after_doubt(self, record: TaskRecord, answer: Answer) -> Performed | Resumed:
        """Run an action again that may have happened; one that was approved is asked for once more: it passes once."""
        if not record.approved:
            return Resumed(replace(record, state=TaskState.IN_PROGRESS, wait=None))
        passing = self._pass_of(record)
        seal = self.gate.approvals.store.seal
        request = Request(
            shown={
                **passing.shown,
                "why": f"it was approved once, may have happened, and {answer.actor} wants it run again",
                "asked_by": answer.actor,
            },
            sealed=seal(to_json(passing.exact)),
        )
        return self._asked(record, request, is_new=True)

    def _asked(
        self, record: TaskRecord, request: Request, told: tuple[Entry, ...] = (), *, is_new: bool = False
    ) -> Performed:
        """Wait for approval; a request after an earlier one of the task is a question of its own."""
        return Performed(
            key=record.key,
            ending=Waits(self.gate.wait_for(request)),
            outcome=Outcome(entries=told),
            inputs=dict(request.shown["args"]),
            attempts=record.attempts + is_new,
            has_run=False,
        )

    def _sealed(self, request: Request, answer: Answer) -> str:
        """Return the approved action: the one that was asked for, or the one that it was changed to."""
        store = self.gate.approvals.store
        exact = from_json(ExactAction, store.unseal(answer.sealed or request.sealed))
        shown = {name: answer.approves[name] for name in request.shown if name in answer.approves}
        approved = Approved(
            by=answer.actor,
            at=answer.at,
            reason=f"{answer.comment} ({note})" if (note := answer.approves.get("note")) else answer.comment,
            key=answer.key,
            attempt=answer.attempt,
            instances=exact.instances,
            changed=answer.approves.get("changed") or {},
        )
        suffix = f"~{exact.digest[:10]}" if answer.sealed else ""
        return store.seal(to_json(Clearance(exact=exact, approved=approved, shown=shown, key_suffix=suffix)))

    def _pass_of(self, record: TaskRecord) -> Clearance:
        return from_json(Clearance, self.gate.approvals.store.unseal(record.approved))

    async def _passed(self, plan: PlanRecord, starting: Starting, record: TaskRecord, incident: Incident) -> Performed:
        """Return exactly what was approved; nothing of it is evaluated again."""
        passing = self._pass_of(record)
        exact = passing.exact
        resolved = look_up(self.performer.executor.library.catalogue, exact.command, exact.brand)
        controls = from_json(Controls, dict(exact.controls))
        if resolved.here is None:  # its instances are named by `only`, since a comma in a name would split `using`
            controls = replace(controls, using=EVERY)
        call = self.performer.call(plan, replace(starting, resolved=resolved), record, incident, controls, exact.args)
        call = replace(
            call,
            only=exact.instances,
            only_ids=exact.instance_ids,
            idempotency_key=call.idempotency_key + passing.key_suffix,
        )
        retry = await self.performer.retry(plan, starting, incident)
        return Performed(key=record.key, ending=Ready(call=call, retry=retry, approved=passing.approved), has_run=False)


def _ended(record: TaskRecord, reason: str) -> Performed:
    return Performed(key=record.key, ending=Failed(reason), has_run=False)
