"""A playbook's question to a person, as a card with its answers: a choice, a form, or "done"."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from warroom.model.json import Json, JsonObject
from warroom.model.plan import FOR_PEOPLE, PlanRecord, TaskRecord, Wait, WaitKind
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.approvals.people import NOBODY
from warroom.services.ports.store import ALL_ASKED, AskedQuery
from warroom.services.secrecy.masking import MASK
from warroom.web.pages.text import one_line, plain

REFUSALS = frozenset({"reject", "rejected", "no", "deny", "denied", "decline", "refuse"})
INPUTS: Mapping[str, str] = {
    "shortText": "text",
    "longText": "area",
    "number": "number",
    "singleSelect": "one",
    "multiSelect": "several",
    "date": "date",
}
FEW = 6  # options that are all in sight; more go into a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One possible answer."""

    value: str
    label: str
    is_refusal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One question of a form."""

    id: str
    label: str
    kind: str
    required: bool
    options: tuple[str, ...]
    placeholder: str
    help: str

    value: str = ""  # it has already; only another one is sent

    @property
    def are_few(self) -> bool:
        return len(self.options) <= FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """What an answer would approve: one exact action or, for a form, the actions that it declares."""

    command: str
    instances: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    args: tuple[tuple[str, str], ...] = ()
    why: str = ""
    asked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A waiting task with everything that its card shows."""

    plan: str
    task: str
    incident: str
    playbook: str
    name: str
    text: str
    since: datetime
    deadline: datetime | None
    choices: tuple[Choice, ...]
    inputs: tuple[Input, ...]
    title: str
    description: str
    is_doubt: bool
    needs_reason: bool = False
    requested: Requested | None = None
    changes: tuple[Input, ...] = ()  # arguments of a request that may be approved with other values
    incident_name: str = ""
    refused: str = ""  # why the reader may not approve it

    @property
    def id(self) -> str:
        return f"{self.plan}/{self.task}"


def question_of(plan: PlanRecord, task: TaskRecord, incident_name: str = "") -> Question | None:
    """Return the question of a task that waits for a person; None when it does not."""
    wait = task.wait
    if wait is None or wait.kind not in FOR_PEOPLE:
        return None
    form: JsonObject = wait.data.get("form") or {}
    options = [str(option) for option in wait.data.get("options") or ()]
    text = "" if wait.kind is WaitKind.APPROVAL else plain(str(wait.data.get("question") or ""))
    return Question(
        plan=plan.id,
        task=task.key,
        incident=plan.incident,
        playbook=one_line(plan.frame.name),
        name=one_line(task.name),
        text="" if text.strip() == task.name.strip() else text,
        since=wait.since,
        deadline=wait.deadline,
        choices=choices_of(options, "Send the answers" if form else "Done"),
        inputs=tuple(_input(item) for item in form.get("questions") or ()),
        title=one_line(str(form.get("title") or "")),
        description=_description(form),
        is_doubt=wait.kind is WaitKind.UNKNOWN,
        needs_reason=wait.kind is WaitKind.APPROVAL,
        requested=requested_of(wait),
        changes=tuple(_changes(wait)) if wait.kind is WaitKind.APPROVAL else (),
        incident_name=one_line(incident_name),
    )


def requested_of(wait: Wait) -> Requested | None:
    """Return what an answer to a wait would approve; None when it approves nothing."""
    if shown := wait.data.get("request"):
        return Requested(
            command=one_line(shown["command"]),
            instances=tuple(map(one_line, shown["instances"])),
            targets=tuple(map(one_line, shown["targets"])),
            args=tuple((one_line(name), plain(_written(value))) for name, value in shown["args"].items()),
            why=plain(shown["why"]),
            asked_by="" if shown["asked_by"].casefold() in NOBODY else one_line(shown["asked_by"]),
        )
    if declared := wait.data.get("approves"):
        return Requested(
            command=one_line(", ".join(declared["commands"])), targets=tuple(map(one_line, declared["targets"]))
        )
    return None


def _changes(wait: Wait) -> Iterator[Input]:
    """Yield an input for each argument that is plain text; what is masked or has parts stays as it was asked for."""
    for name, value in wait.data["request"]["args"].items():
        if isinstance(value, str) and MASK not in value:
            yield Input(
                id=name, label=one_line(name), kind="area" if "\n" in value else "text", required=False, options=(),
                placeholder="", help="", value=value,
            )  # fmt: skip


def _written(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def choices_of(options: Sequence[str], otherwise: str = "Done") -> tuple[Choice, ...]:
    """Make the buttons of an answer; a task that offers none is simply done.

    >>> [choice.label for choice in choices_of([])], choices_of(["No"])[0].is_refusal
    (['Done'], True)
    """
    if not options:
        return (Choice(value="", label=otherwise),)
    return tuple(
        Choice(value=option, label=one_line(option, 80), is_refusal=option.strip().casefold() in REFUSALS)
        for option in options
    )


def _description(form: JsonObject) -> str:
    """Return a form's description, unless one of its questions says the same."""
    text = str(form.get("description") or "").strip()
    labels = [str(item.get("label")) for item in form.get("questions") or ()]
    return "" if any(label.startswith(text) for label in labels) else plain(text)


def _input(item: JsonObject) -> Input:
    return Input(
        id=str(item.get("id")),
        label=plain(str(item.get("label") or item.get("id"))),
        kind=INPUTS.get(str(item.get("type")), "text"),
        required=bool(item.get("required")),
        options=tuple(str(option) for option in item.get("options") or ()),
        placeholder=plain(str(item.get("placeholder") or ""), 200),
        help=plain(str(item.get("help") or ""), 1000),
    )


async def for_reader(app: App, plan: PlanRecord, task: TaskRecord, question: Question, actor: Actor) -> Question:
    """Adapt a question to its reader: name the people to ask where another person has to approve it."""
    assert task.wait is not None
    return replace(question, refused=plain(await app.plans.approvals.refusal(plan, task.wait, actor)))


async def waiting_questions(app: App, actor: Actor, query: AskedQuery = ALL_ASKED) -> list[Question]:
    """List what waits for a person, of one incident or of all, oldest first."""
    found = []
    names: dict[str, str] = {}
    for plan, task in await app.plans.waiting_for_people(actor, query):
        if plan.incident not in names:
            names[plan.incident] = (await app.incidents.get(plan.incident, actor)).name
        if question := question_of(plan, task, names[plan.incident]):
            found.append(await for_reader(app, plan, task, question, actor))
    return found
