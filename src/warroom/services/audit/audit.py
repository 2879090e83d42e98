"""The response audit: who or what did which action on which target, when, with which answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from warroom.model.event import Event
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import Json
from warroom.model.plan import Answer, Approved, Intent
from warroom.model.user import Actor
from warroom.services.people.access import Permission, may, require
from warroom.services.plans.playbook_replacement import is_stop
from warroom.services.ports.store import Action, ActionMark, ActionQuery, Store

PRIVATE_KINDS = frozenset({"sign-in", "user", "api-key"})  # events for admins only


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One action. `actor` is the person who typed it, or DBot for a playbook that `started_by` started."""

    incident: IncidentId
    plan: PlanId
    playbook: str
    task: TaskKey
    attempt: int
    command: str
    actor: str
    started_by: str
    approved_by: tuple[str, ...]  # who approved it; else those who had answered the playbook's questions before it
    target: Mapping[str, Json]
    started: datetime
    ended: datetime | None  # None: it is under way, or its outcome is unknown
    failed: bool
    answer: str
    mark: ActionMark  # to page on from
    approval: Approved | None = None  # set when it needed one
    refused: str = ""  # rejected, expired or withdrawn: it never began


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Queries on the response audit."""

    store: Store

    async def list(self, query: ActionQuery, actor: Actor) -> Sequence[AuditRow]:
        """List actions, newest first; `before` of the query takes the last row's mark for the next page."""
        require(actor, Permission.SEE)
        actions = await self.store.actions(query)
        answers = {plan: await self.store.answers(plan) for plan in {action.plan.id for action in actions}}
        return [_row(action, answers[action.plan.id]) for action in actions]

    async def last(self, actor: Actor) -> int:
        """Return the sequence of the last event."""
        require(actor, Permission.SEE)
        return await self.store.last_event()

    async def events(self, after: int, actor: Actor, limit: int = 1000) -> Sequence[Event]:
        """Return the event log from a sequence on; events of sign-ins, users and keys are for admins only.

        An event that the actor may not see has no payload, so that a reader's position still moves past it.
        """
        require(actor, Permission.SEE)
        found = await self.store.events(after, limit)
        if may(actor.role, Permission.MANAGE_USERS):
            return found
        return [_hidden(event) if event.kind in PRIVATE_KINDS else event for event in found]


def _row(action: Action, answers: Sequence[Answer]) -> AuditRow:
    intent, plan = action.intent, action.plan
    return AuditRow(
        incident=plan.incident,
        plan=plan.id,
        playbook=plan.frame.name,
        task=intent.key,
        attempt=intent.attempt,
        command=intent.command,
        actor=intent.actor,
        started_by=plan.started_by,
        approved_by=_approvers(answers, intent),
        approval=intent.approved,
        refused=intent.refused,
        target=intent.target,
        started=intent.started,
        ended=intent.ended,
        failed=intent.failed,
        answer=intent.answer,
        mark=action.mark,
    )


def _approvers(answers: Sequence[Answer], intent: Intent) -> tuple[str, ...]:
    if intent.refused:
        return ()
    if intent.approved:
        return (intent.approved.by,)
    return tuple(dict.fromkeys(answer.actor for answer in answers if _approves(answer, intent)))


def _approves(answer: Answer, intent: Intent) -> bool:
    return answer.at <= intent.started and not is_stop(answer)


def _hidden(event: Event) -> Event:
    return Event(sequence=event.sequence, at=event.at, incident=event.incident, kind=event.kind, actor="", payload={})
