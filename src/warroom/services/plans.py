"""Work plans: start a playbook on an incident, look at it, answer what it asks."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from warroom.content.playbook import Playbook
from warroom.context.value import resolve
from warroom.model.entry import Entry, EntryFormat
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId, PlanId, TaskKey, entry_id
from warroom.model.incident import Incident, Status
from warroom.model.json import Json, JsonObject
from warroom.model.plan import Answer, Frame, Leg, PlanKind, PlanRecord, TaskRecord, TaskState, TypedCommand, Wait
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.command_line import title
from warroom.services.discretion import Discretion
from warroom.services.forms import checked
from warroom.services.journal import Edit, Journal
from warroom.services.library import Library
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import ALL_ASKED, AskedQuery, Changes, Store
from warroom.services.scopes import scope_of


def new_plan_id() -> PlanId:
    """Draw a plan's id: short, since it stands in the idempotency keys that Vision One keeps for us."""
    return PlanId(secrets.token_hex(6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """What can be done with work plans; whoever starts or answers one then lets the conductor know."""

    store: Store
    journal: Journal
    library: Library
    clock: Clock

    @property
    def discretion(self) -> Discretion:
        return Discretion(self.journal)

    async def prepare(
        self, incident: Incident, playbook: Playbook, inputs: Mapping[str, Json], started_by: str = ""
    ) -> PlanRecord:
        """Make the row of a new plan, with its inputs filled in; commits only the playbook's text."""
        unknown = sorted(set(inputs) - {item.key for item in playbook.inputs})
        if unknown:
            offered = ", ".join(item.key for item in playbook.inputs) or "none"
            raise InvalidInputError(f"Playbook {playbook.name!r} has no input {unknown[0]!r}. It takes: {offered}.")
        filled = await self._filled(incident, playbook, inputs) if playbook.inputs else dict(inputs)
        frame = Frame(playbook=playbook.id, name=playbook.name, content=await self.library.pin(playbook), inputs=filled)
        return PlanRecord(
            id=new_plan_id(), incident=incident.id, frame=frame, created=self.clock.now(), started_by=started_by
        )

    async def _filled(self, incident: Incident, playbook: Playbook, inputs: Mapping[str, Json]) -> dict[str, Json]:
        filled = dict(inputs)
        scope = scope_of(await self.journal.context(incident.id), incident, inputs=filled)
        for item in playbook.inputs:
            if item.key not in filled and item.value is not None:
                filled[item.key] = resolve(item.value, scope)
            if item.required and filled.get(item.key) in (None, "", []):
                raise InvalidInputError(f"Playbook {playbook.name!r} needs its input {item.key!r}. Give it a value.")
        return filled

    async def start(
        self, incident: Incident, playbook: Playbook, inputs: Mapping[str, Json], actor: Actor
    ) -> PlanRecord:
        """Start a playbook on an incident, which becomes active; it acts as the system, whoever starts it."""
        require(actor, Permission.RUN_PLAYBOOKS)
        plan = await self.prepare(incident, playbook, inputs, actor.name)
        return await self._launch(plan, actor, active_with(playbook.name))

    async def start_command(
        self, incident: Incident, command: TypedCommand, secret: Mapping[str, Json], actor: Actor
    ) -> PlanRecord:
        """Start a typed command with the rights of the one who typed it; whoever calls has asked for the right to it.

        `secret` are the arguments that the command has only a mask of; they are stored encrypted.
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
        """Commit a new plan with its first leg."""
        legs = [Leg(kind="plan", target=plan.id)]
        changes = Changes(actor=actor.name, at=self.clock.now(), plans=[plan], legs=legs)
        await self.journal.commit(changes, {plan.incident: edit})
        return plan

    async def of_incident(self, incident: IncidentId, actor: Actor) -> list[PlanRecord]:
        """List the work plans of an incident, oldest first; typed commands are among them."""
        require(actor, Permission.SEE)
        return await self.discretion.plans(incident, await self.store.plans(incident), actor)

    async def show(self, plan: PlanId, actor: Actor) -> tuple[PlanRecord, list[TaskRecord]]:
        """Give a work plan with its tasks."""
        require(actor, Permission.SEE)
        found = await self.store.plan(plan)
        (shown,) = await self.discretion.plans(found.incident, [found], actor)
        return shown, await self.discretion.tasks(found.incident, await self.store.tasks(plan), actor)

    async def waiting_for_people(
        self, actor: Actor, query: AskedQuery = ALL_ASKED
    ) -> list[tuple[PlanRecord, TaskRecord]]:
        """List the tasks that wait for a person, oldest first."""
        require(actor, Permission.SEE)
        shown = []
        for plan, task in await self.store.tasks_for_people(query):
            (seen_plan,) = await self.discretion.plans(plan.incident, [plan], actor)
            (seen_task,) = await self.discretion.tasks(plan.incident, [task], actor)
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
        answer = Answer(
            plan=plan,
            key=key,
            attempt=record.attempts,
            choice=_chosen(record.name, wait.data.get("options") or [], choice),
            comment=comment,
            form=_answers(record.name, wait.data.get("form"), form or {}),
            actor=actor.name,
            at=self.clock.now(),
        )
        answered = await self.store.plan(plan)
        await self.journal.commit(
            Changes(
                actor=actor.name,
                at=answer.at,
                answers=[answer],
                entries=[await self._told(answered.incident, record.name, answer)],
                legs=[Leg(kind="plan", target=plan)],
                durable=True,
            )
        )
        return answered

    async def _waiting(self, plan: PlanId, key: TaskKey) -> tuple[TaskRecord, Wait]:
        """Find a task that waits for a person, with what it asks."""
        record = next((task for task in await self.store.tasks(plan) if task.key == key), None)
        if record is None:
            raise NotFoundError(f"Plan {plan} has no task {key}. `warroom task list` shows what waits.")
        if record.state is not TaskState.WAITING or record.wait is None or record.wait.wake_at:
            raise ConflictError(f"Task {key} ({record.name}) does not wait for an answer; it is {record.state.value}.")
        return record, record.wait

    async def _told(self, incident: IncidentId, task: str, answer: Answer) -> Entry:
        """Make the line of the War Room that says who answered what."""
        said = f"{answer.actor} answered {task!r}" + (f" with {answer.choice!r}" if answer.choice else "") + "."
        return Entry(
            id=entry_id(await self.store.reserve_entries(incident, 1), incident),
            incident=incident,
            format=EntryFormat.TEXT,
            contents=f"{said} {answer.comment}".strip(),
            created=answer.at,
            actor=answer.actor,
            plan=answer.plan,
            task=answer.key,
        )


def active_with(playbook: str) -> Edit:
    """Make an incident active, with a playbook of this name; "" leaves it the one that it has."""

    def edit(current: Incident) -> Incident:
        status, name = max(current.status, Status.ACTIVE), playbook or current.playbook
        same = (status, name) == (current.status, current.playbook)
        return current if same else replace(current, status=status, playbook=name)

    return edit


def _chosen(task: str, offered: Sequence[Json], choice: str) -> str:
    """Give the choice as the playbook writes it."""
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
