"""Runs product playbooks: a random choice, with vendors and people who answer from what content declares."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.public_content.selecting import calls_an_integration, reached
from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument, Command, Integration
from warroom.content.playbook import Playbook
from warroom.content.value import Simple
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanRecord, TaskRecord, WaitKind
from warroom.model.user import SYSTEM
from warroom.services.app import App
from warroom.services.packs.user_packs import PACKS

SEED = 2026
CHOSEN = 150
VENDORS = "zz-answers"  # the pack of the integrations that answer; the last by name is the one that counts
NOTHING = " (nothing found)"  # how the names of incidents end for which vendors find nothing
SAMPLE = "sample"
MOMENT = "2026-11-30T12:00:00Z"
VALUES: Mapping[str, Json] = {"number": 1, "boolean": True, "date": MOMENT, "int": 1}
ANSWERED = frozenset({WaitKind.PERSON, WaitKind.APPROVAL})
CODE = """
import json
found = json.loads({outputs!r}).get(demisto.command(), {{}})
if demisto.incident()["name"].endswith({nothing!r}):
    found = {{}}
demisto.results({{"Type": 1, "ContentsFormat": "json", "Contents": found, "HumanReadable": demisto.command(),
                 "EntryContext": found}})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One way to answer: what vendors find, and which choice people make."""

    name: str
    finds: bool

    async def answer(self, app: App, plan: PlanRecord) -> bool:
        """Answer each task of a plan that waits for a person; false when there is none that can be answered."""
        asked = [task for task in await app.store.tasks(plan.id) if task.wait and task.wait.kind in ANSWERED]
        for task in asked:
            choice, form = self._reply(task)
            await app.plans.answer(plan.id, task.key, choice, "", SYSTEM, form)
        return bool(asked)

    def _reply(self, task: TaskRecord) -> tuple[str, JsonObject | None]:
        assert task.wait is not None
        options = [str(option) for option in task.wait.data.get("options") or ()]
        choice = (options[0] if self.finds else options[-1]) if options else ""
        form = task.wait.data.get("form")
        return choice, {each["id"]: answer_to(each) for each in form["questions"]} if form else None


ROUNDS = (Round(name="vendors find something", finds=True), Round(name="vendors find nothing", finds=False))


def answer_to(question: JsonObject) -> Json:
    """Answer a question of a form: the first option, or a value of its type."""
    if question["options"]:
        return question["options"][0]
    return VALUES.get(question["type"], SAMPLE)


def some_of(playbooks: Mapping[str, Playbook], ids: Iterable[str], count: int = CHOSEN) -> list[Playbook]:
    """Choose playbooks at random, the same ones each time."""
    known = sorted(ids)
    return [playbooks[one] for one in random.Random(SEED).sample(known, min(count, len(known)))]  # no secret


def inputs_for(playbook: Playbook) -> dict[str, Json]:
    """Fill the inputs that have no text of their own: what commands require is seldom marked as required before."""
    return {each.key: SAMPLE for each in playbook.inputs if not _is_given(each.value)}


def _is_given(value: object) -> bool:
    match value:
        case Simple(value=str() as text):
            return bool(text) and "${" not in text
        case Simple(value=other):
            return other is not None
        case _:
            return False


def vendors_of(playbooks: Iterable[Playbook], catalogue: Catalogue) -> list[Integration]:
    """Return an integration for each command that playbooks reach: that of the task, or the first that offers it."""
    books = {book.id: book for playbook in playbooks for book in reached(playbook, catalogue)}
    found: dict[str, Integration] = {}
    for book in books.values():
        for task in book.tasks.values():
            offers = catalogue.command_integrations(task.script, task.brand)
            if offers and calls_an_integration(task, catalogue) and not any(one.id in found for one, _ in offers):
                found[offers[0][0].id] = offers[0][0]
    return list(found.values())


def write_vendors(vendors: Iterable[Integration], home: Path) -> None:
    """Write a pack in which these integrations answer from the outputs that they declare."""
    pack = home / PACKS / VENDORS
    (pack / "Integrations").mkdir(parents=True, exist_ok=True)
    (pack / "pack_metadata.json").write_text('{"name": "zz-answers", "currentVersion": "1.0.0"}', encoding="utf-8")
    for number, vendor in enumerate(vendors):
        file = pack / "Integrations" / f"integration-{number}.yml"
        file.write_text(json.dumps(answering(vendor)), encoding="utf-8")


def answering(vendor: Integration) -> JsonObject:
    """Return the yml of an integration that answers in the place of a vendor's."""
    outputs = {name: sample_of(command) for name, command in vendor.commands.items()}
    return {
        "commonfields": {"id": vendor.id, "version": -1},
        "name": vendor.name,
        "display": vendor.display or vendor.name,
        "category": "Utilities",
        "configuration": [],
        "script": {
            "type": "python",
            "subtype": "python3",
            "script": CODE.format(outputs=json.dumps(outputs), nothing=NOTHING),
            "commands": [_command(command) for command in vendor.commands.values()],
        },
    }


def _command(command: Command) -> JsonObject:
    return {
        "name": command.name,
        "arguments": [_argument(each) for each in command.arguments],
        "outputs": [
            {"contextPath": each.context_path, "description": "", "type": each.type} for each in command.outputs
        ],
    }


def _argument(argument: Argument) -> JsonObject:
    made: JsonObject = {"name": argument.name, "required": argument.required, "isArray": argument.is_array}
    if argument.default_value not in (None, ""):
        made["defaultValue"] = argument.default_value
    return made


def sample_of(command: Command) -> JsonObject:
    """Return what a command puts into the context, by its declared outputs.

    >>> from warroom.content.integration import CommandOutput
    >>> outputs = (CommandOutput(context_path="Host.Id", type="Number"), CommandOutput(context_path="Host"))
    >>> sample_of(Command(name="get-host", outputs=outputs))
    {'Host': {'Id': 1}}
    """
    found: JsonObject = {}
    for output in command.outputs:
        place: JsonObject = found
        *way, last = _steps(output.context_path)
        for step in way:
            held = place.get(step)
            place[step] = held if isinstance(held, dict) else {}
            place = place[step]
        place.setdefault(last, VALUES.get(output.type.lower(), SAMPLE))
    return found


def _steps(path: str) -> Sequence[str]:
    plain = path.partition("(")[0] + path.rpartition(")")[2] if "(" in path else path
    return [step for step in plain.replace("[0]", "").split(".") if step] or [SAMPLE]


async def add_instances(app: App) -> None:
    """Add an instance of each integration that answers."""
    [pack] = [pack for pack in app.library.packs if pack.path.name == VENDORS]
    for vendor in pack.integrations:
        await app.instances.add(vendor, vendor, {}, {}, SYSTEM)
