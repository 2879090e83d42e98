"""What a store in memory keeps of a plan that is written again, and which actions a query wants."""

from collections.abc import Iterable
from dataclasses import astuple, replace

from warroom.model.plan import PlanRecord, PlanState
from warroom.services.ports.store import Action, ActionQuery


def kept(stored: PlanRecord | None, new: PlanRecord) -> PlanRecord:
    """What claim, release and answers move stays as it is; a plan that is not driven any more has no worker."""
    if stored is None:
        return new
    driven = new.state is PlanState.IN_PROGRESS
    return replace(
        new,
        epoch=stored.epoch,
        signal=stored.signal,
        worker=stored.worker if driven else None,
    )


def wanted_actions(actions: Iterable[Action], query: ActionQuery) -> list[Action]:
    """Return a page of those that a query wants, the newest first."""
    newest = sorted(actions, key=lambda action: astuple(action.mark), reverse=True)
    return [action for action in newest if _is_wanted(action, query)][: query.limit]


def _is_wanted(action: Action, query: ActionQuery) -> bool:
    intent = action.intent
    wanted = (
        query.actor in {None, intent.actor},
        query.command in {None, intent.command},
        query.incident in {None, action.plan.incident},
        query.since is None or intent.started >= query.since,
        query.until is None or intent.started < query.until,
        query.before is None or astuple(action.mark) < astuple(query.before),
    )
    return all(wanted)
