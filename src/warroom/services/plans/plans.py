"""Work plans: start a playbook on an incident, read its state, answer its tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from warroom.content.playbook import Playbook
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.incident import Incident, Status
from warroom.model.json import Json, JsonObject
from warroom.model.plan import (
    FOR_PEOPLE,
    Answer,
    Frame,
    Intent,
    PlanKind,
    PlanRecord,
    QueueJob,
    TaskRecord,
    TaskState,
    TypedCommand,
    Wait,
    WaitKind,
    job_of,
)
from warroom.model.user import Actor
from warroom.services.approvals.deciding import Approvals, Decided
from warroom.services.approvals.refusing import REJECTED, refused
from warroom.services.approvals.request import REJECT, WITHDRAW
from warroom.services.commands.command_line import title
from warroom.services.people.access import Permission, require
from warroom.services.plans.forms import checked, told
from warroom.services.plans.preparing import Preparing, new_plan_id
from warroom.services.ports.store import ALL_ASKED, AskedQuery, Changes
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.journal import Edit
from warroom.services.writing.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans(Preparing):
    """What can be done with work plans; the commit that starts or answers one has it driven."""

    approvals: Approvals

    @property
    def redaction(self) -> Redaction:
        return Redaction(self.journal)

    async def start(
        self, incident: Incident, playbook: Playbook, inputs: Mapping[str, Json], actor: Actor
    ) -> PlanRecord:
        """Start a playbook on an incident, which becomes active; it acts as the system, not as its starter."""
        require(actor, Permission.RUN_PLAYBOOKS)
        plan = await self.prepare(incident, playbook, inputs, actor.name)
        return await self._launch(plan, actor, active_with(playbook.name))

    async def start_command(
        self, incident: Incident, command: TypedCommand, secret: Mapping[str, Json], actor: Actor
    ) -> PlanRecord:
        """Start a typed command with the rights of the actor; the caller has checked the permission.

        `secret` are the real values of arguments that are masked in `command`; they are stored encrypted.
        """
        plan = PlanRecord(
            id=new_plan_id(),
            incident=incident.id,
            kind=PlanKind.COMMAND,
            frame=Frame(playbook=title(command.name), name=title(command.name)),
            command=command,
            created=self.clock.now(),
            started_by=actor.name,
            rights=actor.role,
            sealed=self.store.seal(dict(secret)) if secret else "",
        )
        return await self._launch(plan, actor, active_with(""))

    async def _launch(self, plan: PlanRecord, actor: Actor, edit: Edit) -> PlanRecord:
        """Commit a new plan with its first job."""
        changes = Changes(actor=actor.name, at=self.clock.now(), plans=[plan], jobs=[job_of(plan)])
        await self.journal.commit(changes, {plan.incident: edit})
        return plan

    async def of_incident(self, incident: IncidentId, actor: Actor) -> list[PlanRecord]:
        """List the work plans of an incident, oldest first; typed commands are among them."""
        require(actor, Permission.SEE)
        return await self.redaction.plans(incident, await self.store.plans(incident), actor)

    async def show(self, plan: PlanId, actor: Actor) -> tuple[PlanRecord, list[TaskRecord]]:
        """Return a work plan with its tasks."""
        require(actor, Permission.SEE)
        found = await self.store.plan(plan)
        (shown,) = await self.redaction.plans(found.incident, [found], actor)
        return shown, await self.redaction.tasks(found.incident, await self.store.tasks(plan), actor)

    async def waiting_for_people(
        self, actor: Actor, query: AskedQuery = ALL_ASKED
    ) -> list[tuple[PlanRecord, TaskRecord]]:
        """List the tasks that wait for a person, oldest first."""
        require(actor, Permission.SEE)
        shown = []
        for plan, task in await self.store.tasks_for_people(query):
            (seen_plan,) = await self.redaction.plans(plan.incident, [plan], actor)
            (seen_task,) = await self.redaction.tasks(plan.incident, [task], actor)
            shown.append((seen_plan, seen_task))
        return shown

    async def answer(
        self,
        plan: PlanId,
        key: TaskKey,
        choice: str,
        comment: str,
        actor: Actor,
        form: Mapping[str, Json] | None = None,
    ) -> PlanRecord:
        """Answer a waiting task, `form` by the ids of its questions; the first answer counts, a second is refused."""
        require(actor, Permission.ANSWER_TASKS)
        record, wait = await self._waiting(plan, key)
        answered = await self.store.plan(plan)
        is_request = wait.kind is WaitKind.APPROVAL
        answer = Answer(
            plan=plan,
            key=key,
            attempt=record.attempts,
            choice=_chosen(record.name, wait.data.get("options") or [], choice),
            comment=comment,
            form=dict(form or {}) if is_request else _answers(record.name, wait.data.get("form"), form or {}),
            actor=actor.name,
            at=self.clock.now(),
        )
        if is_request:
            incident = await self.journal.incident(answered.incident)
            decided = await self.approvals.decide((answered, record), answer, actor, incident)
        else:
            answer = await self.approvals.in_advance(answered, wait, answer, actor)
            decided = Decided([answer], _said(record.name, answer, wait.data.get("form")))
        await self._write(answered, answer, decided)
        return answered

    async def _write(self, plan: PlanRecord, answer: Answer, decided: Decided) -> None:
        """Commit what was decided, and have each plan that it is an answer to go on."""
        rejected = [] if answer.choice != REJECT else await self._rejected(decided.answers)
        line = Line(
            incident=plan.incident, text=decided.told, at=answer.at, actor=answer.actor, plan=plan.id, task=answer.key
        )
        await self.journal.commit(
            Changes(
                actor=answer.actor,
                at=answer.at,
                answers=decided.answers,
                intents=rejected,
                entries=[await line.entry(self.store)],
                jobs=[
                    QueueJob(kind="people", target=each) for each in dict.fromkeys(one.plan for one in decided.answers)
                ],
                durable=True,
            )
        )

    async def _rejected(self, answers: Sequence[Answer]) -> list[Intent]:
        """Make the rows of the audit of what was rejected; a playbook's own question is no request."""
        rows = []
        for answer in answers:
            tasks = {task.key: task for task in await self.store.tasks(answer.plan)}
            task, plan = tasks[answer.key], await self.store.plan(answer.plan)
            if task.wait and task.wait.kind is WaitKind.APPROVAL:
                why = f"{answer.actor} rejected it: {answer.comment}"
                rows.append(refused(plan, task, REJECTED, why, answer.at))
        return rows

    async def is_overdue(self, plan: PlanId, key: TaskKey) -> bool:
        """Whether a task waits for an approval whose request has lapsed."""
        waits = [task.wait for task in await self.store.tasks(plan) if task.key == key and task.wait]
        now = self.clock.now()
        return any(wait.kind is WaitKind.APPROVAL and wait.wake_at and wait.wake_at <= now for wait in waits)

    async def _waiting(self, plan: PlanId, key: TaskKey) -> tuple[TaskRecord, Wait]:
        """Find a task that waits for a person, with what it asks."""
        record = next((task for task in await self.store.tasks(plan) if task.key == key), None)
        if record is None:
            raise NotFoundError(f"Plan {plan} has no task {key}. `warroom task list` shows what waits.")
        await self._refuse_withdrawn(record)
        wait = record.wait
        if record.state is not TaskState.WAITING or wait is None or wait.kind not in FOR_PEOPLE:
            raise ConflictError(f"Task {key} ({record.name}) does not wait for an answer; it is {record.state.value}.")
        return record, wait

    async def _refuse_withdrawn(self, record: TaskRecord) -> None:
        """Raise ConflictError when the last word on a task's request was that it is withdrawn."""
        answers = [answer for answer in await self.store.answers(record.plan) if answer.key == record.key]
        if answers and answers[-1].choice == WITHDRAW and answers[-1].attempt == record.attempts:
            raise ConflictError(
                f"The request was withdrawn at {answers[-1].at:%Y-%m-%d %H:%M} UTC, because {answers[-1].comment}."
                " Nothing was done; whoever still wants it asks for it again."
            )


def active_with(playbook: str) -> Edit:
    """Make an incident active, with a playbook of this name; "" leaves it the one that it has."""

    def edit(current: Incident) -> Incident:
        status, name = max(current.status, Status.ACTIVE), playbook or current.playbook
        same = (status, name) == (current.status, current.playbook)
        return current if same else replace(current, status=status, playbook=name)

    return edit


def _said(task: str, answer: Answer, form: JsonObject | None) -> str:
    """Say who answered what; of a form that approves in advance what exactly was approved."""
    said = f"{answer.actor} answered {task!r}" + (f" with {answer.choice!r}" if answer.choice else "") + "."
    if approved := answer.approves:
        said += f" Approved in advance: {', '.join(approved['commands'])} on {', '.join(approved['targets'])}."
    else:
        said = f"{said} {told(form, answer.form)}".strip()
    return f"{said} {answer.comment}".strip()


def _chosen(task: str, offered: Sequence[Json], choice: str) -> str:
    """Return the choice as the playbook writes it."""
    options = [str(option) for option in offered]
    chosen = next((option for option in options if option.casefold() == choice.casefold()), choice)
    if options and chosen not in options:
        raise InvalidInputError(f"{choice!r} is no answer to {task!r}. Choose one of: {', '.join(options)}.")
    return chosen


def _answers(task: str, form: JsonObject | None, given: Mapping[str, Json]) -> dict[str, Json]:
    if form is not None:
        return checked(form, given)
    if given:
        raise InvalidInputError(f"{task!r} asks no form. Answer it with a choice, or with none.")
    return {}
