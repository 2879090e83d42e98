"""What it costs to write a frozen value as JSON text and to read it back: by hand, with cattrs, with msgspec.

    python -m bench.codec [--rounds 300]

By hand is what the store did before it had a codec: a function for each type and direction. cattrs is the codec as it
is. msgspec is no dependency of ours; it is measured where it is installed, all but the incident, since it reads no
enum of floats (`Severity`).
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, TypeAlias

from warroom.model.codec import from_json, writer
from warroom.model.entry import Entry, EntryFormat, EntryType, StoredFile
from warroom.model.incident import Incident, Label, Mirror, Severity, Status
from warroom.model.json import JsonObject
from warroom.model.mirror import MirrorRecord
from warroom.model.plan import Frame, Intent, PlanRecord, PlanState, TaskRecord, TaskState, Wait, WaitKind
from warroom.model.user import Role, User
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident

BEST_OF = 40
TEXT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode

Write: TypeAlias = Callable[[Any], JsonObject]
Read: TypeAlias = Callable[[JsonObject], object]


# -- values as a busy installation has them ------------------------------------------------------------------------


def samples() -> list[Any]:
    table = "| Endpoint | Status |\n|---|---|\n| WIN-7 | isolated |\n" * 3
    wait = Wait(kind=WaitKind.PERSON, since=START, data={"question": "Isolate?", "options": ["yes", "no"]})
    file = StoredFile(name="lsass.dmp", size=5_000_000, md5="a" * 32, sha1="b" * 40, sha256="c" * 64, sha512="d" * 128)
    labels = (Label(type="Brand", value="Vision One"),) * 3
    plan, task = a_plan(started_by="fetch"), a_task()
    return [
        an_incident(mirrors="WB-1", severity=Severity.HIGH, raw_json="x" * 2000, labels=labels),
        an_entry(contents={"endpoint": "WIN-7", "status": 202}, human_readable=table, tags=("evidence",), file=file),
        plan,
        a_task(wait=wait, frame=plan.frame, started=START, inputs={"endpoint": "WIN-7", "limit": 50}),
        Intent(plan=plan.id, key=task.key, attempt=1, command="isolate", started=START, target={"endpoint": "WIN-7"}),
        MirrorRecord(incident=plan.incident, instance="one", synced=START, fields={"status": "Open"}, entries=(1, 2)),
        User(name="ana", role=Role.ADMIN, password_hash="$argon2id$" + "x" * 80, created=START),
    ]


# -- by hand -------------------------------------------------------------------------------------------------------


def iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def from_iso(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def times(body: JsonObject, *names: str) -> dict[str, Any]:
    return {name: from_iso(body.pop(name)) for name in names}


def write_incident(incident: Incident) -> JsonObject:
    mirror = incident.mirror
    return {
        "id": incident.id,
        "name": incident.name,
        "type": incident.type,
        "severity": incident.severity.value,
        "status": incident.status.value,
        "owner": incident.owner,
        "occurred": iso(incident.occurred),
        "created": iso(incident.created),
        "modified": iso(incident.modified),
        "closed": iso(incident.closed),
        "details": incident.details,
        "raw_json": incident.raw_json,
        "labels": [[label.type, label.value] for label in incident.labels],
        "custom_fields": dict(incident.custom_fields),
        "playbook": incident.playbook,
        "source_brand": incident.source_brand,
        "source_instance": incident.source_instance,
        "mirror": [mirror.instance, mirror.id, mirror.direction, list(mirror.tags)] if mirror else None,
        "close_reason": incident.close_reason,
        "close_notes": incident.close_notes,
    }


def read_incident(body: JsonObject) -> Incident:
    mirror = body.pop("mirror")
    return Incident(
        severity=Severity(body.pop("severity")),
        status=Status(body.pop("status")),
        labels=tuple(Label(type=kind, value=value) for kind, value in body.pop("labels")),
        mirror=Mirror(instance=mirror[0], id=mirror[1], direction=mirror[2], tags=tuple(mirror[3])) if mirror else None,
        **times(body, "occurred", "created", "modified", "closed"),
        **body,
    )


def write_entry(entry: Entry) -> JsonObject:
    return {
        "id": entry.id,
        "incident": entry.incident,
        "type": entry.type.value,
        "format": entry.format.value,
        "contents": entry.contents,
        "human_readable": entry.human_readable,
        "context": dict(entry.context),
        "created": iso(entry.created),
        "modified": iso(entry.modified),
        "actor": entry.actor,
        "command": entry.command,
        "instance": entry.instance,
        "plan": entry.plan,
        "task": entry.task,
        "parent": entry.parent,
        "tags": list(entry.tags),
        "note": entry.note,
        "file": entry.file and asdict(entry.file),
    }


def read_entry(body: JsonObject) -> Entry:
    file = body.pop("file")
    return Entry(
        type=EntryType(body.pop("type")),
        format=EntryFormat(body.pop("format")),
        tags=tuple(body.pop("tags")),
        file=file and StoredFile(**file),
        **times(body, "created", "modified"),
        **body,
    )


def write_plan(plan: PlanRecord) -> JsonObject:
    return {
        "id": plan.id,
        "incident": plan.incident,
        "frame": asdict(plan.frame),
        "state": plan.state.value,
        "epoch": plan.epoch,
        "signal": plan.signal,
        "worker": plan.worker,
        "wake_at": iso(plan.wake_at),
        "created": iso(plan.created),
        "ended": iso(plan.ended),
        "error": plan.error,
        "started_by": plan.started_by,
        "rights": plan.rights.value,
        "sealed": plan.sealed,
    }


def read_plan(body: JsonObject) -> PlanRecord:
    return PlanRecord(
        frame=Frame(**body.pop("frame")),
        state=PlanState(body.pop("state")),
        rights=Role(body.pop("rights")),
        **times(body, "wake_at", "created", "ended"),
        **body,
    )


def write_task(task: TaskRecord) -> JsonObject:
    wait = task.wait
    return {
        "plan": task.plan,
        "key": task.key,
        "name": task.name,
        "state": task.state.value,
        "branch": task.branch,
        "attempts": task.attempts,
        "started": iso(task.started),
        "ended": iso(task.ended),
        "error": task.error,
        "wait": wait
        and {
            "kind": wait.kind.value,
            "since": iso(wait.since),
            "wake_at": iso(wait.wake_at),
            "deadline": iso(wait.deadline),
            "data": dict(wait.data),
        },
        "frame": task.frame and asdict(task.frame),
        "inputs": task.inputs,
    }


def read_task(body: JsonObject) -> TaskRecord:
    wait, frame = body.pop("wait"), body.pop("frame")
    if wait:
        wait = Wait(kind=WaitKind(wait.pop("kind")), **times(wait, "since", "wake_at", "deadline"), **wait)
    return TaskRecord(
        state=TaskState(body.pop("state")),
        wait=wait,
        frame=frame and Frame(**frame),
        **times(body, "started", "ended"),
        **body,
    )


def write_intent(intent: Intent) -> JsonObject:
    return {
        "plan": intent.plan,
        "key": intent.key,
        "attempt": intent.attempt,
        "command": intent.command,
        "idempotency_key": intent.idempotency_key,
        "started": iso(intent.started),
        "ended": iso(intent.ended),
        "actor": intent.actor,
        "target": dict(intent.target),
        "answer": intent.answer,
        "failed": intent.failed,
    }


def read_intent(body: JsonObject) -> Intent:
    return Intent(**times(body, "started", "ended"), **body)


def write_mirror_record(record: MirrorRecord) -> JsonObject:
    return {
        "incident": record.incident,
        "instance": record.instance,
        "fields": dict(record.fields),
        "unsure": list(record.unsure),
        "seen": dict(record.seen),
        "entries": list(record.entries),
        "is_closed": record.is_closed,
        "said_closed": record.said_closed,
        "owes": record.owes,
        "behind": record.behind,
        "due": record.due,
        "synced": iso(record.synced),
    }


def read_mirror_record(body: JsonObject) -> MirrorRecord:
    return MirrorRecord(
        entries=tuple(body.pop("entries")), unsure=tuple(body.pop("unsure")), **times(body, "synced"), **body
    )


def write_user(user: User) -> JsonObject:
    return {
        "name": user.name,
        "display_name": user.display_name,
        "role": user.role.value,
        "password_hash": user.password_hash,
        "disabled": user.disabled,
        "failures": user.failures,
        "locked_until": iso(user.locked_until),
        "created": iso(user.created),
    }


def read_user(body: JsonObject) -> User:
    return User(role=Role(body.pop("role")), **times(body, "locked_until", "created"), **body)


BY_HAND: Mapping[type, tuple[Write, Read]] = {
    Incident: (write_incident, read_incident),
    Entry: (write_entry, read_entry),
    PlanRecord: (write_plan, read_plan),
    TaskRecord: (write_task, read_task),
    Intent: (write_intent, read_intent),
    MirrorRecord: (write_mirror_record, read_mirror_record),
    User: (write_user, read_user),
}


# -- with a library ------------------------------------------------------------------------------------------------


def with_cattrs(kind: type) -> tuple[Write, Read]:
    return writer(kind), partial(from_json, kind)


def with_msgspec(kind: type) -> tuple[Write, Read] | None:
    """None where it cannot."""
    if find_spec("msgspec") is None or kind is Incident:
        return None
    msgspec = import_module("msgspec")
    return msgspec.to_builtins, partial(msgspec.convert, type=kind)


# -- the measurement -----------------------------------------------------------------------------------------------


def micros(once: Callable[[], object], rounds: int) -> float:
    """CPU for each round, of the best of many short runs: the machine's other work only ever adds."""
    best = float("inf")
    for _ in range(BEST_OF):
        start = time.process_time()
        for _ in range(rounds):
            once()
        best = min(best, time.process_time() - start)
    return best / rounds * 1e6


def measured(value: Any, way: tuple[Write, Read] | None, rounds: int) -> tuple[float, float] | None:
    """Microseconds to write the value as text and to read it; it must come back as it was."""
    if way is None:
        return None
    write, read = way
    text = TEXT(write(value))
    if read(json.loads(text)) != value:
        raise SystemExit(f"{value} does not come back from {text}")
    return micros(lambda: TEXT(write(value)), rounds), micros(lambda: read(json.loads(text)), rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the codec.")
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    names = ("cattrs", "msgspec") if find_spec("msgspec") else ("cattrs",)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in names)}; "
        "µs of CPU each, with the JSON text"
    )
    print(f"{'':<14}{'by hand':>18}{'cattrs':>18}{'msgspec':>18}")
    print(f"{'':<14}" + f"{'write':>10}{'read':>8}" * 3)
    for value in samples():
        kind = type(value)
        cells = [measured(value, way, rounds) for way in (BY_HAND[kind], with_cattrs(kind), with_msgspec(kind))]
        print(f"{kind.__name__:<14}" + "".join(f"{c[0]:>10.1f}{c[1]:>8.1f}" if c else f"{'-':>18}" for c in cells))


if __name__ == "__main__":
    main()
