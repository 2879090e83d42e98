"""Calls actions on a served folder: as typed commands, and in a playbook of one action that waits for its tasks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from tests.acceptance.actions import ACTIONS, Action, Args
from tests.acceptance.folder import Folder
from tests.acceptance.waiting import until
from warroom.model.entry import EntryType
from warroom.model.json import Json, JsonObject

Way = Literal["typed", "played"]
ARGUMENTS = (
    "object_value", "object_type", "block_objects", "scan_action", "endpoint", "agent_guid", "query_op", "file_path",
    "collect_files", "file_url", "file_name", "submission_id", "message_id", "mailbox", "unique_id",
    "email_identifiers", "file_sha1", "process_identifiers", "endpoint_identifiers", "task_id", "description",
)  # fmt: skip
WAIT = "Vision One - Wait for Response Task"


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How a call ended."""

    state: str
    entries: Sequence[JsonObject] = ()
    refusal: str = ""  # what was said before anything ran

    @property
    def errors(self) -> list[str]:
        said = [entry["contents"] for entry in self.entries if entry["type"] == EntryType.ERROR]
        return [self.refusal, *said] if self.refusal else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A plan that runs on an incident of its own."""

    plan: str
    incident: str


def perform(folder: Folder, way: Way, action: Action, args: Args) -> Performance:
    """Call an action and see it through."""
    incident = folder.call("incident.create", name=action.title)["id"]
    if way == "played":
        answer = folder.ask("playbook.run", name=playbook_name(action), incident=incident, inputs=args, wait=True)
    else:
        answer = folder.ask("run", text=command_line(action, args), incident=incident)
    if not answer.is_success:
        return Performance(state="refused", refusal=answer.text)
    return Performance(state=answer.json()["result"]["state"], entries=folder.call("entries", incident=incident))


def begin(folder: Folder, way: Way, action: Action, args: Args) -> Begun:
    """Call an action without waiting for its end."""
    incident = folder.call("incident.create", name=action.title)["id"]
    if way == "played":
        plan = folder.call("playbook.run", name=playbook_name(action), incident=incident, inputs=args)["plan"]
    else:
        plan = folder.call("start", text=command_line(action, args), incident=incident)["plan"]
    return Begun(plan=plan, incident=incident)


def ended(folder: Folder, begun: Begun) -> Performance:
    """Wait until a plan has ended or asks a person."""

    def look() -> str:
        state = str(folder.call("plan.show", plan=begun.plan)["state"])
        return state if state in {"completed", "failed"} or question_of(folder, begun) else ""

    state = until(look, f"plan {begun.plan} ends")
    return Performance(state=state, entries=folder.call("entries", incident=begun.incident))


def question_of(folder: Folder, begun: Begun) -> JsonObject:
    """Return the task by which a plan asks a person; empty when it asks nobody."""
    asking = [task for task in folder.call("task.list") if task["plan"] == begun.plan]
    return dict(asking[0]) if asking else {}


def command_line(action: Action, args: Args) -> str:
    return " ".join((f"!{action.name}", *(f'{key}="{value}"' for key, value in args.items())))


def playbook_name(action: Action) -> str:
    return f"Do {action.command}"


def write_pack(folder: Folder) -> None:
    """Put a pack into the folder that has a playbook for each action."""
    pack = folder.home / "packs" / "Actions"
    (pack / "Playbooks").mkdir(parents=True)
    about = {"name": "Actions", "currentVersion": "1.0.0", "support": "community", "author": "warroom"}
    (pack / "pack_metadata.json").write_text(json.dumps(about), encoding="utf-8")
    for action in ACTIONS:
        _write_playbook(pack / "Playbooks", action)


def _write_playbook(place: Path, action: Action) -> None:
    given = {name: {"complex": {"root": "inputs", "accessor": name}} for name in _arguments(action)}
    tasks = [_task("0", "start", {"name": ""}, "1")]
    act = {"name": action.title, "script": f"VisionOneResponse|||{action.name}"}
    tasks.append(_task("1", "regular", act, "2" if action.outputs else "9", given))
    if action.outputs:
        wait = {"name": "Wait", "playbookName": WAIT}
        task_id = {"complex": {"root": action.outputs, "accessor": "task_id"}}
        tasks.append(_task("2", "playbook", wait, "9", {"TaskID": task_id, "PollInterval": {"simple": "10"}}))
    tasks.append(_task("9", "title", {"name": "Done"}))
    name = playbook_name(action)
    document = {
        "id": name,
        "version": -1,
        "name": name,
        "starttaskid": "0",
        "tasks": {str(task["id"]): task for task in tasks},
        "inputs": [{"key": key, "value": {}} for key in _arguments(action)],
    }
    (place / f"playbook-{action.command}.yml").write_text(yaml.safe_dump(document), encoding="utf-8")


def _arguments(action: Action) -> list[str]:
    declared = DECLARED[action.name]
    return [name for name in ARGUMENTS if name in declared]


def _declared() -> dict[str, set[str]]:
    path = Path(__file__).parents[2] / "Packs/VisionOneResponse/Integrations/VisionOneResponse/VisionOneResponse.yml"
    commands = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["script"]["commands"]
    return {command["name"]: {argument["name"] for argument in command["arguments"]} for command in commands}


DECLARED = _declared()


def _task(number: str, kind: str, task: JsonObject, after: str = "", arguments: Json = None) -> JsonObject:
    node: JsonObject = {"id": number, "taskid": number, "type": kind, "task": {"id": number, **task}}
    if after:
        node["nexttasks"] = {"#none#": [after]}
    if arguments:
        node["scriptarguments"] = arguments
    return node
