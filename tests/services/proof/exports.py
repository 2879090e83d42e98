"""Exports of a small case, for tests of what is written and of what is found when it was changed."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.services.approvals.approval_world import a_user
from warroom.model.entry import Entry, EntryType
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import Json
from warroom.model.plan import Approved, Frame, Intent
from warroom.services.audit.audit import Audit
from warroom.services.evidence.evidence import Evidence
from warroom.services.evidence.exporting import Exporting, Wanted
from warroom.services.ports.users import UserEvent
from warroom.services.proof.canonical import canonical
from warroom.services.proof.layout import DATA, PAYLOAD, TAGS, data_name, digest_lines
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.journal import Journal
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import START, ManualClock
from warroom.testing.samples import a_plan, a_task, an_actor, an_entry, an_incident, some_changes
from warroom.testing.signing import MemorySigner
from warroom.testing.store import MemoryStore

ANA = an_actor("ana")
CASE = IncidentId("1")
HOSTILE = "../../etc/cron.d/\u202egpj.\x1b[2J"
FILES = {"lsass.zip": b"the dump", HOSTILE: b"a second file", "report.pdf": b"a report"}
PLAN = PlanId("p1")
DUMP = data_name(hashlib.sha256(FILES["lsass.zip"]).hexdigest())
COLLECT = Intent(
    plan=PLAN,
    key=TaskKey("1/3"),
    attempt=1,
    command="trendmicro-visionone-collect-forensic-file",
    started=START,
    ended=START,
    actor="DBot",
    target={"file_path": "C:\\lsass.DMP"},
    answer="accepted",
    approved=Approved(by="bo", at=START, reason="It is our host.", key=TaskKey("1/3"), attempt=1),
)


async def exporting(files: dict[str, bytes] | None = None, signer: MemorySigner | None = None) -> Exporting:
    """An incident with some files of a playbook, the last one of which is a report."""
    store, blobs = MemoryStore(), MemoryBlobs()
    entries = await _entries(FILES if files is None else files, blobs)
    frame = Frame(playbook="router", name="Alert Router")
    tasks = [a_task("1", name="Collect"), a_task("1/3"), a_task("1/15", name="Save it", inputs={"url": "…"})]
    await store.commit(
        some_changes(
            incidents=[an_incident(1, mirrors="WB-1"), an_incident(2)],
            entries=entries,
            plans=[a_plan("p1", frame=frame, started_by="fetch")],
            tasks=tasks,
            intents=[COLLECT],
        )
    )
    await store.users.add_user(a_user("bob"), UserEvent(kind="user", actor="ana", at=START, payload={}))
    journal = Journal(store)
    return Exporting(
        store=store,
        evidence=Evidence(
            store=store, users=store.users, blobs=blobs, redaction=Redaction(journal), clock=ManualClock()
        ),
        audit=Audit(store=store),
        signer=signer or MemorySigner(),
        clock=ManualClock(),
    )


def exported(at: Path, wanted: Wanted | None = None, held: Exporting | None = None) -> Path:
    """Export, where no event loop runs."""

    async def export() -> Path:
        path, _ = await (held or await exporting()).to_path(wanted or Wanted(incident=CASE), at, ANA)
        return path

    return asyncio.run(export())


def relisted(export: Path) -> None:
    """Write the lists of the bag anew, as whoever changes an export would."""
    data = {f"{DATA}{path.name}": _sha256(path) for path in (export / DATA).iterdir()}
    (export / PAYLOAD).write_bytes(digest_lines(data))
    tags = {path.name: _sha256(path) for path in export.iterdir() if path.is_file() and path.name != TAGS}
    (export / TAGS).write_bytes(digest_lines(tags))


def changed(export: Path, name: str, change: Callable[[Json], object]) -> None:
    """Change a document, and write it as an export does."""
    value = json.loads((export / name).read_bytes())
    change(value)
    (export / name).write_bytes(canonical(value))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def _entries(files: dict[str, bytes], blobs: MemoryBlobs) -> Sequence[Entry]:
    last = len(files)
    of_plan: dict[str, Any] = {"plan": PLAN, "actor": "DBot", "instance": "v1"}
    entries = [
        an_entry(
            number,
            file=await blobs.put(data, name),
            type=EntryType.INFO_FILE if number == last else EntryType.FILE,
            task=TaskKey("1/15"),
            command="http",
            **of_plan,
        )
        for number, (name, data) in enumerate(files.items(), 1)
    ]
    checked = {"archive_entry": "1@1", "task_id": "00000001", "state": "match"}
    status = {"id": "00000001", "status": "succeeded", "account": "soc-bot", "inner": {"id": "00000002"}}
    return [
        *entries,
        an_entry(last + 1, contents=[checked], command="check", **of_plan),
        an_entry(last + 2, contents=[status], command="status", **of_plan),
        an_entry(last + 3, contents="a note by hand"),
    ]
