"""Rows of the response audit for requests that came to nothing; they never began, so they have no intent."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from warroom.model.ids import IncidentId
from warroom.model.plan import Answer, Intent, PlanKind, PlanRecord, QueueJob, TaskRecord, WaitKind
from warroom.model.user import SYSTEM
from warroom.services.approvals.request import WITHDRAW, request_of
from warroom.services.ports.store import AskedQuery, Changes, Store
from warroom.services.secrecy.shortening import shortened_text, shortened_values
from warroom.services.writing.lines import Line

EXPIRED, REJECTED, WITHDRAWN = "expired", "rejected", "withdrawn"


def refused(plan: PlanRecord, task: TaskRecord, how: str, why: str, at: datetime) -> Intent:
    """Make the audit row of a request that came to nothing; `how` is one of the words above."""
    assert task.wait is not None
    request = request_of(task.wait)
    return Intent(
        plan=plan.id,
        key=task.key,
        attempt=task.attempts,
        command=str(request.shown["command"]),
        started=at,
        ended=at,
        actor=request.asked_by if plan.kind is PlanKind.COMMAND else SYSTEM.name,
        target=shortened_values(request.shown["args"]),
        answer=shortened_text(why),
        failed=True,
        refused=how,
    )


def left_behind(plan: PlanRecord, tasks: Iterable[TaskRecord], why: str, at: datetime) -> list[Intent]:
    """Make the rows of the requests of a plan that ends while they wait."""
    return [
        refused(plan, task, WITHDRAWN, why, at) for task in tasks if task.wait and task.wait.kind is WaitKind.APPROVAL
    ]


async def open_requests(store: Store, incident: IncidentId) -> list[tuple[PlanRecord, TaskRecord]]:
    """Return an incident's unanswered requests with their plans, oldest first."""
    found = []
    for plan, task in await store.tasks_for_people(AskedQuery(incident=incident)):
        if task.wait and task.wait.kind is WaitKind.APPROVAL:
            answered = {(answer.key, answer.attempt) for answer in await store.answers(plan.id)}
            if (task.key, task.attempts) not in answered:
                found.append((plan, task))
    return found


async def with_withdrawals(store: Store, changes: Changes, incidents: Iterable[IncidentId]) -> Changes:
    """Withdraw the requests of incidents that a commit closes; without requests the commit stays the same."""
    for incident in incidents:
        why = f"{changes.actor} closed incident {incident}"
        for plan, task in await open_requests(store, incident):
            changes = await _without(store, changes, (plan, task), why)
    return changes


async def _without(store: Store, changes: Changes, asked: tuple[PlanRecord, TaskRecord], why: str) -> Changes:
    plan, task = asked
    assert task.wait is not None
    request = request_of(task.wait)
    text = (
        f"{request.asker} had asked for approval of {request.said} It was withdrawn, because {why}. Nothing was done."
    )
    line = Line(incident=plan.incident, text=text, at=changes.at, actor=changes.actor, plan=plan.id, task=task.key)
    answer = Answer(
        plan=plan.id,
        key=task.key,
        attempt=task.attempts,
        choice=WITHDRAW,
        comment=why,
        approves={**request.shown, "decision": WITHDRAW},
        actor=changes.actor,
        at=changes.at,
    )
    return replace(
        changes,
        answers=[*changes.answers, answer],
        entries=[*changes.entries, await line.entry(store)],
        intents=[*changes.intents, refused(plan, task, WITHDRAWN, f"Withdrawn, because {why}.", changes.at)],
        jobs=[*changes.jobs, QueueJob(kind="plan", target=plan.id)],
        durable=True,
    )
