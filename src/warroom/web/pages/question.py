"""What a playbook asks of a person, as a card with its answers: a choice, a form, or a word that it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from warroom.model.json import JsonObject
from warroom.model.plan import FOR_PEOPLE, PlanRecord, TaskRecord, WaitKind
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.ports.store import ALL_ASKED, AskedQuery
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

    @property
    def are_few(self) -> bool:
        return len(self.options) <= FEW


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
    incident_name: str = ""

    @property
    def id(self) -> str:
        return f"{self.plan}/{self.task}"


def question_of(plan: PlanRecord, task: TaskRecord, incident_name: str = "") -> Question | None:
    """Give the question of a task that waits for a person; None when it does not."""
    wait = task.wait
    if wait is None or wait.kind not in FOR_PEOPLE:
        return None
    form: JsonObject = wait.data.get("form") or {}
    options = [str(option) for option in wait.data.get("options") or ()]
    text = plain(str(wait.data.get("question") or ""))
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
        incident_name=one_line(incident_name),
    )


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
    """Give what a form says of itself, unless one of its questions says the same."""
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


async def waiting_questions(app: App, actor: Actor, query: AskedQuery = ALL_ASKED) -> list[Question]:
    """List what waits for a person, of one incident or of all, oldest first."""
    found = []
    names: dict[str, str] = {}
    for plan, task in await app.plans.waiting_for_people(actor, query):
        if plan.incident not in names:
            names[plan.incident] = (await app.incidents.get(plan.incident, actor)).name
        if question := question_of(plan, task, names[plan.incident]):
            found.append(question)
    return found
