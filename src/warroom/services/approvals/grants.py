"""Approvals in advance: a playbook's form declares commands and targets, and its answer approves them.

A grant is an answer of the plan. It lets each of its commands pass once, in one task: the intent says that it was used.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from warroom.content.integration import Argument
from warroom.model.ids import PlanId, TaskKey, task_of
from warroom.model.json import Json, JsonObject
from warroom.model.plan import Answer, Approved
from warroom.services.approvals.hosts import folded
from warroom.services.approvals.pieces import single_words_of, targets_of
from warroom.services.approvals.request import APPROVE, REJECT, ExactAction
from warroom.services.ports.store import Store

COMMAND_INPUT, TARGETS_INPUT = "Command", "Targets"
CHOICES = frozenset({APPROVE.casefold(), REJECT.casefold()})


def declared_in(inputs: Mapping[str, Json]) -> JsonObject | None:
    """Return what a playbook's form would approve: the commands and the targets among the playbook's inputs.

    >>> declared_in({"Command": "isolate", "Targets": ["A"]})
    {'commands': ['isolate'], 'targets': ['A']}
    """
    names = (name.strip().removeprefix("!") for name in single_words_of(inputs.get(COMMAND_INPUT)))
    commands, targets = list(dict.fromkeys(filter(None, names))), single_words_of(inputs.get(TARGETS_INPUT))
    return {"commands": commands, "targets": list(dict.fromkeys(targets))} if commands and targets else None


def decision_of(form: JsonObject, answers: Mapping[str, Json]) -> str:
    """Return the answer to the form's question that offers just Approve and Reject; empty without such a question."""
    asking = [item for item in form["questions"] if {str(one).casefold() for one in item["options"]} == CHOICES]
    return str(answers.get(asking[0]["id"]) or "") if len(asking) == 1 else ""


def covers(grant: Mapping[str, Json], exact: ExactAction, declared: Mapping[str, Argument]) -> bool:
    """Whether each target of an action is among those that were approved, and its command is.

    A form names no instance, so it covers what is done on one, not the same on several.
    """
    if exact.command not in grant["commands"] or len(exact.instances) > 1:
        return False
    approved = {folded(str(target)) for target in grant["targets"]}
    named = targets_of(exact.args, declared)
    return bool(named) and all(folded(piece) in approved for piece in named)


Mark: TypeAlias = tuple[TaskKey, int, str]  # of the answer and its attempt, for one of its commands


class Grants:
    """Hands out the grants of the plans that this process drives, each to one task."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._taken: defaultdict[PlanId, dict[Mark, TaskKey]] = defaultdict(dict)

    async def take(
        self, plan: PlanId, task: TaskKey, exact: ExactAction, declared: Mapping[str, Argument]
    ) -> Approved | None:
        """Take a grant that covers an action of a task; a retry of the task takes the same one."""
        given = [answer for answer in await self._store.answers(plan) if _is_grant(answer)]
        if not given:
            return None
        used = {
            (intent.approved.key, intent.approved.attempt, intent.command): task_of(intent.key)
            for intent in await self._store.intents(plan)
            if intent.approved
        }
        taken = self._taken[plan]
        for answer in given:  # no await from here on, so that no two tasks take the same one
            mark = (answer.key, answer.attempt, exact.command)
            owner = used.get(mark) or taken.get(mark)
            if owner in {None, task} and covers(answer.approves, exact, declared):
                taken[mark] = task
                return _approved(answer)
        return None

    def forget(self, plan: PlanId) -> None:
        """Forget the grants of a plan that is no longer driven here; its intents keep what was used."""
        self._taken.pop(plan, None)


def _is_grant(answer: Answer) -> bool:
    return bool(answer.approves.get("in_advance"))


def _approved(answer: Answer) -> Approved:
    return Approved(by=answer.actor, at=answer.at, reason=answer.comment, key=answer.key, attempt=answer.attempt)
