"""The record of an exported item: its bytes and its origin, from the War Room and the audit; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from warroom.model.border import clean
from warroom.model.codec import picked, to_json
from warroom.model.entry import Entry, EntryType
from warroom.model.ids import PlanId, TaskKey
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanRecord, TaskRecord
from warroom.services.audit.audit import AuditRow
from warroom.services.proof.canonical import fitted

LONGEST_ID = 64  # characters of a text that is looked for as an id
DEEPEST = 4  # levels of an entry's contents in which objects are looked for
RESPONSE_TASK = "task_id"  # the key under which commands for Vision One name its response task
HASHES = ("sha256", "sha1", "md5", "sha512")


Said: TypeAlias = tuple[int, Entry, JsonObject]  # an object in an entry's contents, with its place among all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The parts of an incident from which an item's origin is read."""

    plans: Mapping[PlanId, PlanRecord]
    tasks: Mapping[tuple[PlanId, TaskKey], TaskRecord]
    actions: Mapping[PlanId, Sequence[AuditRow]]  # oldest first
    said: Mapping[tuple[PlanId, str], Sequence[Said]]  # by the plan of the entry and each short text in the object


def said_in(entries: Iterable[Entry]) -> Mapping[tuple[PlanId, str], Sequence[Said]]:
    """Index the objects in the contents of entries by the ids that they hold."""
    found: dict[tuple[PlanId, str], list[Said]] = {}
    number = count()
    for entry in entries:
        for each in _objects(entry.contents, DEEPEST) if entry.plan else ():
            said = (next(number), entry, each)
            for text in {str(item) for item in each.values() if _may_be_an_id(item)}:
                found.setdefault((entry.plan or PlanId(""), text), []).append(said)
    return found


def record_of(entry: Entry, story: Story, missing: str = "") -> JsonObject:
    """Say everything about an item; `missing` says why its bytes are not in the export, though they should be."""
    assert entry.file is not None
    said = _said_of(entry, story)
    actions = [row for row in story.actions.get(entry.plan or PlanId(""), ()) if _led_to(row, entry)]
    record = {
        "entry": entry.id,
        "kind": "report" if entry.type is EntryType.INFO_FILE else "file",
        **picked(entry.file, "name", "info", "size", *HASHES),
        "saved": to_json(entry.created),
        "saved_by": entry.actor,
        "missing": missing or _deletion(entry),
        "call": _call(entry, story),
        "playbook": _playbook(entry, story),
        "response_tasks": list(dict.fromkeys(str(says[RESPONSE_TASK]) for _, says in said if says.get(RESPONSE_TASK))),
        "said": [_statement(by, says) for by, says in said],
        "actions": [_action(row) for row in actions],
        "approved_by": list(dict.fromkeys(name for row in actions for name in row.approved_by)),
    }
    return dict(fitted(clean(record)))


def _deletion(entry: Entry) -> str:
    gone = entry.deleted
    return f"Deleted by {gone.by} at {to_json(gone.at)}: {gone.reason}" if gone else ""


def _call(entry: Entry, story: Story) -> JsonObject:
    """Say which call brought it, with its arguments as they were resolved, without secrets."""
    plan, task = _plan(entry, story), _task(entry, story)
    typed = plan.command if plan else None
    arguments = dict(typed.args) if typed else dict(task.inputs) if task else {}
    return {"command": entry.command, "instance": entry.instance, "arguments": arguments}


def _playbook(entry: Entry, story: Story) -> JsonObject | None:
    plan, task = _plan(entry, story), _task(entry, story)
    if plan is None or plan.command:
        return None
    key = entry.task or TaskKey("")
    outer = [TaskKey(key[:place]) for place, letter in enumerate(key) if letter == "/"]
    names = [found.name for each in outer if (found := story.tasks.get((plan.id, each)))]
    return {
        "plan": plan.id,
        "name": plan.frame.name,
        "started_by": plan.started_by,
        "within": names,
        "task": key,
        "task_name": task.name if task else "",
    }


def _said_of(entry: Entry, story: Story) -> list[tuple[Entry, JsonObject]]:
    """Return what other entries of the same plan say of an item by its id, and of the response tasks that they name."""
    if entry.plan is None:
        return []
    direct = [said for said in story.said.get((entry.plan, entry.id), ()) if said[1].id != entry.id]
    tasks = {str(says[RESPONSE_TASK]) for _, _, says in direct if says.get(RESPONSE_TASK)}
    about = [said for task in tasks for said in story.said.get((entry.plan, task), ()) if _is_about(said[2], task)]
    ordered = {said[0]: said for said in (*direct, *about)}
    return [ordered[place][1:] for place in sorted(ordered)]


def _is_about(says: JsonObject, task: str) -> bool:
    return task in {str(id_) for id_ in (says.get("id"), says.get(RESPONSE_TASK)) if _may_be_an_id(id_)}


def _may_be_an_id(item: Json) -> bool:
    return len(item) <= LONGEST_ID if isinstance(item, str) else isinstance(item, int) and abs(item) < 2**63


def _objects(value: Json, levels: int) -> Iterator[JsonObject]:
    if isinstance(value, Mapping):
        flat = {key: item for key, item in value.items() if isinstance(item, str | int | float | bool)}
        if flat:
            yield flat
        value = list(value.values())
    if isinstance(value, list) and levels:
        for item in value:
            yield from _objects(item, levels - 1)


def _statement(by: Entry, says: JsonObject) -> JsonObject:
    return {"entry": by.id, "at": to_json(by.created), "command": by.command, "instance": by.instance, "says": says}


def _led_to(row: AuditRow, entry: Entry) -> bool:
    """Whether an action came before an item, in the same run of a playbook or in one around it."""
    around = row.task.rpartition("/")[0]
    return row.started <= entry.created and (not around or (entry.task or "").startswith(f"{around}/"))


def _action(row: AuditRow) -> JsonObject:
    return {
        **picked(row, "task", "command", "actor", "started_by"),
        "began": to_json(row.started),
        "done": to_json(row.ended),
        **picked(row, "failed", "answer", "approved_by"),
        "target": dict(row.target),
        "approval": row.approval and picked(row.approval, "by", "at", "reason", "instances", "changed"),
    }


def _plan(entry: Entry, story: Story) -> PlanRecord | None:
    return story.plans.get(entry.plan) if entry.plan else None


def _task(entry: Entry, story: Story) -> TaskRecord | None:
    return story.tasks.get((entry.plan, entry.task)) if entry.plan and entry.task else None
