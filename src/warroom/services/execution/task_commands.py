"""The built-in command that completes tasks of playbooks which wait for a person."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

from warroom.content.playbook import DEFAULT_LABEL, Task
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.plan import ENDED, Answer, Frame, PlanKind, PlanRecord, QueueJob, TaskRecord, TaskState, WaitKind
from warroom.services.commands.word_list import words_of
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.server import Server, named_incident, text_entry
from warroom.services.plans.scopes import PRIVATE_PREFIX
from warroom.services.ports.store import Changes
from warroom.services.writing.commit_retry import written
from warroom.services.writing.lines import Line


@dataclass(frozen=True, slots=True)
class _Manual:
    """A task that waits for a person, as its playbook has it."""

    plan: PlanRecord
    record: TaskRecord
    task: Task
    scope: str  # of the (sub-)playbook that it is in


async def task_complete(server: Server, call: Call) -> Outcome:
    """Complete the manual tasks with an id or a tag; `input` is the branch of a condition.

    A question with a form is for a person: what it approves, and by whom, is not for content to say.
    """
    wanted = str(call.args.get("id") or "")
    if not wanted:
        raise InvalidInputError("taskComplete needs id: the id of a task, or one of its tags. Write id=polling.")
    incident = await named_incident(server, call, call.args.get("incidentId"))
    parent = str(call.args.get("parentPlaybookID") or "")
    found = [
        one
        async for one in _manual(server, incident.id)
        if (one.task.id == wanted or wanted.casefold() in {tag.casefold() for tag in one.task.tags})
        and (not parent or one.scope.removeprefix(PRIVATE_PREFIX) == parent)
    ]
    if not found:
        raise NotFoundError(
            f"No task of incident {incident.id} with the id or tag {wanted!r} waits for a person. Check id."
        )
    answers = [_answer(server, call, one) for one in found]
    await _commit(server, incident.id, found, answers)
    names = ", ".join(repr(one.record.name) for one in found)
    return Outcome(raw=[text_entry(f"Completed {names}.")])


async def _manual(server: Server, incident: IncidentId) -> AsyncIterator[_Manual]:
    """Yield the tasks of an incident's playbooks that wait for a person."""
    for plan in await server.store.plans(incident):
        if plan.state in ENDED or plan.kind is PlanKind.COMMAND:
            continue
        records = await server.store.tasks(plan.id)
        frames = {_prefix(record, record.frame): record.frame for record in records if record.frame}
        frames[""] = plan.frame
        for record in records:
            if record.state is TaskState.WAITING and record.wait and record.wait.kind is WaitKind.PERSON:
                head, slash, task_id = record.key.rpartition("/")
                frame = frames[head + slash]
                task = (await server.library.pinned(frame)).tasks[task_id]
                yield _Manual(plan, record, task, frame.scope)


def _prefix(owner: TaskRecord, frame: Frame) -> str:
    return f"{owner.key}#{frame.turn}/" if frame.turn >= 0 else f"{owner.key}/"


def _answer(server: Server, call: Call, one: _Manual) -> Answer:
    wait, name = one.record.wait, one.record.name
    assert wait is not None
    if wait.data.get("form"):
        raise ConflictError(
            f"{name!r} asks a person with a form, which taskComplete cannot fill in. Answer it by hand."
        )
    offered = [str(option) for option in wait.data.get("options") or ()]
    given = str(call.args.get("input") or "")
    choice = next((option for option in offered if option.casefold() == given.casefold()), given)
    if offered and choice not in offered and DEFAULT_LABEL not in one.task.next:
        raise InvalidInputError(f"{given!r} is no answer to {name!r}. Give input one of: {', '.join(offered)}.")
    comments = words_of(call.args.get("comment") or call.args.get("comments"))
    return Answer(
        plan=one.plan.id,
        key=one.record.key,
        attempt=one.record.attempts,
        choice=choice,
        comment=", ".join(comments),
        actor=call.origin.actor,
        at=server.now,
    )


async def _commit(server: Server, incident: IncidentId, found: Sequence[_Manual], answers: Sequence[Answer]) -> None:
    """Commit the answers at once, with a line for each; a second answer to one task is refused."""
    lines = [
        Line(
            incident=incident,
            text=f"{answer.actor} completed {one.record.name!r}"
            + (f" with {answer.choice!r}." if answer.choice else ".")
            + (f" {answer.comment}" if answer.comment else ""),
            at=answer.at,
            actor=answer.actor,
            plan=answer.plan,
            task=answer.key,
        )
        for one, answer in zip(found, answers, strict=True)
    ]
    entries = [await written(partial(line.entry, server.store), server.clock) for line in lines]
    plans = dict.fromkeys(answer.plan for answer in answers)
    changes = Changes(
        actor=answers[0].actor,
        at=server.now,
        answers=answers,
        entries=entries,
        jobs=[QueueJob(kind="people", target=plan) for plan in plans],
        durable=True,
    )
    await written(lambda: server.journal.commit(changes), server.clock)
