"""Redaction for roles: passwords of archives are part of the evidence, and are shown to responders only (design 6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from warroom.model.entry import Entry
from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject
from warroom.model.plan import Frame, PlanRecord, TaskRecord
from warroom.model.user import Actor, Role
from warroom.services.people.access import Permission, may
from warroom.services.secrecy.masking import Mask, secrets_in
from warroom.services.writing.journal import Journal


def seen_with(rights: Role, context: JsonObject) -> JsonObject:
    """Return the context as a role sees it: secrets are masked wherever they are repeated."""
    if may(rights, Permission.SEE_SECRETS):
        return context
    return dict(Mask(secrets_in(context)).tree(context))


@dataclass(frozen=True, slots=True)
class Redaction:
    """Redacts an incident's values for an actor."""

    journal: Journal

    async def context(self, incident: IncidentId, actor: Actor) -> JsonObject:
        return seen_with(actor.role, await self.journal.context(incident))

    async def entries(self, incident: IncidentId, entries: Sequence[Entry], actor: Actor) -> list[Entry]:
        """Redact entries: values under a secret's key were masked when they were written; this masks their copies."""
        mask = await self._mask(incident, actor)
        shown = [_masked_entry(entry, mask) for entry in entries] if mask else list(entries)
        return shown if may(actor.role, Permission.SEE_CODE_OUTPUT) else [_results_only(entry) for entry in shown]

    async def plans(self, incident: IncidentId, plans: Sequence[PlanRecord], actor: Actor) -> list[PlanRecord]:
        mask = await self._mask(incident, actor)
        return [_masked_plan(plan, mask) for plan in plans] if mask else list(plans)

    async def tasks(self, incident: IncidentId, tasks: Sequence[TaskRecord], actor: Actor) -> list[TaskRecord]:
        mask = await self._mask(incident, actor)
        return [_masked_task(task, mask) for task in tasks] if mask else list(tasks)

    async def _mask(self, incident: IncidentId, actor: Actor) -> Mask | None:
        """Return the mask of the incident's secrets for an actor; None when nothing is to be hidden."""
        if may(actor.role, Permission.SEE_SECRETS):
            return None
        return Mask(secrets_in(await self.journal.context(incident)))


def _masked_entry(entry: Entry, mask: Mask) -> Entry:
    readable = entry.human_readable
    return replace(
        entry,
        contents=mask.tree(entry.contents),
        human_readable=None if readable is None else mask.text(readable),
        context=mask.tree(dict(entry.context)),
        trace=mask.text(entry.trace),
        log=mask.text(entry.log),
    )


def _results_only(entry: Entry) -> Entry:
    return replace(entry, trace="", log="")


def _masked_plan(plan: PlanRecord, mask: Mask) -> PlanRecord:
    command = plan.command and replace(plan.command, args=mask.tree(dict(plan.command.args)))
    return replace(plan, frame=_masked_frame(plan.frame, mask), command=command, error=mask.text(plan.error))


def _masked_task(task: TaskRecord, mask: Mask) -> TaskRecord:
    return replace(
        task,
        error=mask.text(task.error),
        inputs=mask.tree(task.inputs),
        wait=task.wait and replace(task.wait, data=mask.tree(dict(task.wait.data))),
        frame=task.frame and _masked_frame(task.frame, mask),
    )


def _masked_frame(frame: Frame, mask: Mask) -> Frame:
    return replace(frame, inputs=mask.tree(dict(frame.inputs)), loop_inputs=mask.tree(dict(frame.loop_inputs)))
