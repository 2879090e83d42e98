"""What a person's answer to a request for approval means, checked before it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from warroom.content.integration import Argument
from warroom.model.codec import from_json, to_json
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.plan import Answer, PlanRecord, TaskRecord, Wait, WaitKind
from warroom.model.user import Actor
from warroom.services.approvals.grants import decision_of
from warroom.services.approvals.judge import Judge, declared_by
from warroom.services.approvals.people import TWO, People
from warroom.services.approvals.pieces import FREE_TEXT, OWN, single_words_of
from warroom.services.approvals.refusing import open_requests
from warroom.services.approvals.request import APPROVE, ExactAction, Request, request_of, said_of, shown_of, written
from warroom.services.commands.arguments import refuse_missing, refuse_unknown
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Store


@dataclass(frozen=True, slots=True)
class Decided:
    """The answers to write, the first one, and the War Room line that reports it."""

    answers: Sequence[Answer]
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """Decides on requests and forms, and checks who may."""

    store: Store
    judge: Judge
    people: People
    clock: Clock

    async def decide(
        self, asked: tuple[PlanRecord, TaskRecord], answer: Answer, actor: Actor, incident: Incident
    ) -> Decided:
        """Check an answer to a request; `form` of the answer holds the arguments that are to be changed."""
        _, task = asked
        assert task.wait is not None
        request = request_of(task.wait)
        self._refuse_late(task.wait, request)
        if not answer.comment.strip():
            raise InvalidInputError(f"Say why: to {answer.choice.lower()} takes a reason. Give it as the comment.")
        shown: JsonObject = {**request.shown, "decision": answer.choice}
        if answer.choice != APPROVE:
            if answer.form:
                raise InvalidInputError("Arguments are changed with an approval only. Leave them out to reject.")
            told = f"{actor.name} rejected {request.said} {request.asker} had asked for it. Reason: {answer.comment}"
            decided = replace(answer, approves=shown)
            return Decided([decided, *await self._same(asked, request, decided)], told)
        note = await self.people.refuse(request.asked_by, actor, request.approvers)
        if answer.form:
            return await self._changed(request, answer, incident, note)
        decided = replace(answer, approves={**shown, "note": note} if note else shown)
        told = (
            f"{actor.name} approved {request.said} {request.asker} had asked for it. Reason: {answer.comment} {note}"
        ).strip()
        return Decided([decided, *await self._same(asked, request, decided)], told)

    async def in_advance(self, plan: PlanRecord, wait: Wait, answer: Answer, actor: Actor) -> Answer:
        """Return the answer to a form, with what it approves in advance when it does."""
        declared = wait.data.get("approves")
        if not declared or decision_of(wait.data["form"], answer.form).casefold() != APPROVE.casefold():
            return answer
        await self.people.refuse(plan.started_by, actor, int(wait.data.get("approvers") or 0))
        reasons = [str(text) for text in answer.form.values() if str(text).casefold() != APPROVE.casefold()]
        return replace(
            answer,
            comment=answer.comment or " ".join(reasons),
            approves={**declared, "in_advance": True, "decision": APPROVE},
        )

    async def refusal(self, plan: PlanRecord, wait: Wait, actor: Actor) -> str:
        """Say why an actor may not approve what a task waits with; empty when they may, or it asks for no approval."""
        if wait.kind is WaitKind.APPROVAL:
            request = request_of(wait)
            return await self.people.refusal(request.asked_by, actor, request.approvers)
        if wait.data.get("approves"):
            return await self.people.refusal(plan.started_by, actor, int(wait.data.get("approvers") or 0))
        return ""

    def _refuse_late(self, wait: Wait, request: Request) -> None:
        if wait.deadline and self.clock.now() >= wait.deadline:
            raise ConflictError(
                f"The request for {request.said} expired at {wait.deadline:%Y-%m-%d %H:%M} UTC; nothing was done."
                " Have it asked again, or drop it."
            )

    async def _changed(self, request: Request, answer: Answer, incident: Incident, note: str) -> Decided:
        """Approve with other arguments. What is more than was asked for is a request of the one who changes it."""
        before = from_json(ExactAction, self.store.unseal(request.sealed))
        changes = {name: value for name, value in answer.form.items() if value != before.args.get(name)}
        after = before.with_args(changes)
        declared = declared_by(self.judge.library.catalogue, after)
        _check(after, changes, declared)
        why = "" if _is_less(before, after, changes) else await self.judge.why(after, incident)
        shown: JsonObject = {
            **request.shown,
            **shown_of(after, declared, await self.judge.known(incident)),
            "decision": answer.choice,
        }
        shown["changed"] = {
            name: {"before": request.shown["args"].get(name), "after": shown["args"].get(name)} for name in changes
        }
        if why and (request.approvers >= TWO or await self.people.are_two()):
            shown |= {"again": True, "why": why, "asked_by": answer.actor}
        elif note:
            shown["note"] = note
        decided = replace(answer, approves=shown, form={}, sealed=self.store.seal(to_json(after)))
        return Decided([decided], _told_of_change(decided, request, note))

    async def _same(self, asked: tuple[PlanRecord, TaskRecord], request: Request, first: Answer) -> list[Answer]:
        """Answer the other requests for the same action, too: it is done once."""
        plan, task = asked
        return [
            replace(
                first,
                plan=other.plan,
                key=other.key,
                attempt=other.attempts,
                approves={**first.approves, "done_by": {"plan": plan.id, "task": task.key}},
            )
            for other in await same_requests(self.store, plan, request.digest)
            if (other.plan, other.key) != (plan.id, task.key)
        ]


async def same_requests(store: Store, plan: PlanRecord, digest: str) -> list[TaskRecord]:
    """Return the incident's unanswered approval requests for this action, oldest first."""
    waiting = await open_requests(store, plan.incident)
    return [task for _, task in waiting if task.wait and request_of(task.wait).digest == digest]


def _check(exact: ExactAction, changes: Mapping[str, Json], declared: Sequence[Argument]) -> None:
    if own := sorted(OWN & set(changes)):
        raise InvalidInputError(f"{own[0]} is filled by the runtime. Leave it out.")
    refuse_unknown(exact.command, declared, changes)
    refuse_missing(exact.command, declared, exact.args)
    for argument in declared:
        value = changes.get(argument.name)
        if argument.predefined and value not in {None, *argument.predefined}:
            offered = ", ".join(argument.predefined)
            raise InvalidInputError(f"{argument.name} is one of {offered}, not {value!r}. Choose one of them.")


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else list(single_words_of(value))


def _is_less(before: ExactAction, after: ExactAction, changes: Mapping[str, Json]) -> bool:
    """Whether an action only lost targets: then it is part of what was asked for.

    Only whole items of one list may be gone, in the order of the rest. Beside another list they are pairs: without an
    item of the one, the others would be paired wrongly.
    """
    changed = [name for name in changes if name.casefold() not in FREE_TEXT]
    if not changed:
        return True
    lists = [name for name, value in before.args.items() if name.casefold() not in FREE_TEXT and len(_items(value)) > 1]
    if changed != lists:
        return False
    was, now = (_items(exact.args.get(changed[0])) for exact in (before, after))
    left = iter(was)
    return bool(now) and all(item in left for item in now)


def _told_of_change(answer: Answer, request: Request, note: str) -> str:
    shown = answer.approves
    changed = "; ".join(
        f"{name}: {written(item['before'])} → {written(item['after'])}" for name, item in shown["changed"].items()
    )
    said = said_of(shown["command"], shown["instances"], shown["args"])
    if shown.get("again"):
        return (
            f"{answer.actor} changed the request for {request.said} (changed: {changed}) and asks for approval of"
            f" {said} Somebody else has to approve that because {shown['why']}. Reason: {answer.comment}"
        )
    return (
        f"{answer.actor} approved {said} Changed from what {request.asker} had asked for: {changed or 'nothing'}."
        f" Reason: {answer.comment} {note}"
    ).strip()
