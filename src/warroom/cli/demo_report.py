"""What a demo found, checked against what the twin itself says about the file."""

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pyzipper

from warroom.cli.demo_twin import TwinProcess
from warroom.cli.output import console, severity_label, status_label
from warroom.cli.printable import printable
from warroom.context.path import get
from warroom.doors.plans import plan_of
from warroom.model.codec import picked
from warroom.model.entry import Entry
from warroom.model.ids import TaskKey
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanKind
from warroom.model.user import SYSTEM
from warroom.services.app import App
from warroom.services.execution.finding import PLAYGROUND
from warroom.services.plans.preparing import started_name
from warroom.services.ports.store import IncidentQuery

INFORMATION = "VisionOne.Download_Information_For_Collected_Forensic_File"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """The file inside the saved archive, as we hashed it ourselves."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The demo's result; the keys of `as_json` are a contract (issue: the main job)."""

    incidents: int
    incident: JsonObject | None = None
    endpoint: str = ""
    tasks: list[JsonObject] = field(default_factory=list)
    evidence: JsonObject | None = None
    dump: Dump | None = None
    timings: JsonObject = field(default_factory=dict)
    twin: JsonObject = field(default_factory=dict)
    mismatch: str = "No incident holds evidence."

    @property
    def is_right(self) -> bool:
        return not self.mismatch

    @property
    def incident_id(self) -> str | None:
        return str(self.incident["id"]) if self.incident else None

    def as_json(self) -> JsonObject:
        dump = {"name": self.dump.name, "size": self.dump.size, "sha256": self.dump.sha256} if self.dump else None
        return {
            "incidents": self.incidents,
            "incident": self.incident,
            "tasks": self.tasks,
            "evidence": self.evidence,
            "dump": dump,
            "timings": self.timings,
            "twin": self.twin,
        }


async def investigate(app: App, twin: TwinProcess) -> Report:
    """Find the evidence, open it, and compare the file inside with the one that the twin's endpoint held."""
    incidents = [
        incident
        for incident in await app.incidents.find(IncidentQuery(limit=1000), SYSTEM)
        if incident.type != PLAYGROUND
    ]
    state, asked = await asyncio.to_thread(twin.state), app.clock.now()
    facts: JsonObject = {"url": twin.url, "requests": await asyncio.to_thread(twin.requests)}
    files = [entry for entry in await app.evidence.list(SYSTEM) if entry.file]
    if not files:
        return Report(incidents=len(incidents), twin=facts)
    entry = files[0]
    incident = await app.incidents.get(entry.incident, SYSTEM)
    information = _first(get(await app.journal.context(incident.id), INFORMATION))
    path = await _taken_out(app, entry)
    dump, mismatch = await asyncio.to_thread(_open_archive, path, str(information.get("password") or ""))
    return Report(
        incidents=len(incidents),
        incident=_incident(incident, await _playbook(app, entry) or incident.playbook),
        endpoint=str(information.get("endpoint_name") or ""),
        tasks=await _tasks(app, incident),
        evidence=_evidence(entry, path, str(information.get("password") or "")),
        dump=dump,
        timings=_timings(state, asked, twin.speed, incident, entry),
        twin=facts,
        mismatch=mismatch or _compare(entry, path, dump, state),
    )


def print_report(report: Report) -> None:
    """Print the summary for people."""
    out = console()
    if report.incident is None or report.evidence is None or report.dump is None:
        out.print(report.mismatch, style="bold red", markup=False)
        return
    rows = (
        ("incident", f"{report.incident['id']}: {printable(report.incident['name'])}"),
        ("severity", f"{report.incident['severity']}, {report.incident['status']}"),
        ("endpoint", printable(report.endpoint)),
        ("file", printable(report.dump.name)),
        ("size", f"{report.dump.size:,} bytes"),
        ("SHA-256", report.dump.sha256),
        ("saved as", str(report.evidence["path"])),
        ("entry", f"{report.evidence['entry_id']} ({printable(report.evidence['file_name'])})"),
        ("alert to incident", f"{report.timings.get('alert_to_incident_s', 0):.2f} s"),
        ("alert to evidence", f"{report.timings.get('alert_to_evidence_s', 0):.2f} s"),
    )
    for name, value in rows:
        out.print(f"{name:>18}  {value}", markup=False, soft_wrap=True)
    verdict = "The file is the one that was on the endpoint." if report.is_right else report.mismatch
    out.print(verdict, style="green" if report.is_right else "bold red", markup=False)


def _incident(incident: Incident, playbook: str) -> JsonObject:
    return {
        "id": incident.id,
        "name": incident.name,
        "severity": severity_label(incident.severity.value),
        "type": incident.type,
        "playbook": playbook,
        "status": status_label(incident.status.value),
    }


async def _playbook(app: App, entry: Entry) -> str:
    """Name the playbook whose task saved the evidence: a sub-playbook of the one that the incident's type starts."""
    if entry.plan is None or entry.task is None:
        return ""
    owner = entry.task.rpartition("/")[0].partition("#")[0]
    frames = {task.key: task.frame for task in await app.store.tasks(entry.plan)}
    frame = frames.get(TaskKey(owner)) or (await app.store.plan(entry.plan)).frame
    return started_name(frame.name)


async def _tasks(app: App, incident: Incident) -> list[JsonObject]:
    plans = await app.store.plans(incident.id)
    shown = [plan_of(plan, await app.store.tasks(plan.id)) for plan in plans if plan.kind is not PlanKind.COMMAND]
    keys = ("id", "name", "state", "branch", "seconds", "error")
    return [picked(task, *keys) for plan in shown for task in plan.tasks]


async def _taken_out(app: App, entry: Entry) -> Path:
    """Export the archive, which is stored encrypted, so that it can be opened after the demo."""
    assert entry.file is not None
    folder = app.home / "evidence" / entry.file.sha256[:16]
    await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
    return await app.evidence.export(entry.id, folder, replace(SYSTEM, door="demo"), overwrite=True)


def _evidence(entry: Entry, path: Path, password: str) -> JsonObject:
    assert entry.file is not None
    return {
        "entry_id": entry.id,
        "file_name": entry.file.name,
        "size": entry.file.size,
        "sha256": entry.file.sha256,
        "path": str(path),
        "password": password,
    }


def _open_archive(path: Path, password: str) -> tuple[Dump | None, str]:
    """Hash the file inside by streaming; the archive is never unpacked."""
    try:
        with pyzipper.AESZipFile(path) as archive:
            archive.setpassword(password.encode())
            member = archive.infolist()[0]
            digest, size = hashlib.sha256(), 0
            with archive.open(member) as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
            return Dump(name=member.filename, size=size, sha256=digest.hexdigest()), ""
    except (OSError, RuntimeError, IndexError, pyzipper.BadZipFile) as error:
        return None, f"The saved archive cannot be opened with its password: {error}"


def _compare(entry: Entry, path: Path, dump: Dump | None, state: JsonObject) -> str:
    assert entry.file is not None
    with path.open("rb") as stream:
        stored = hashlib.file_digest(stream, "sha256").hexdigest()
    if stored != entry.file.sha256:
        return "The saved archive is not the one that the War Room names."
    wanted = {item["sha256"] for item in _files(state)}
    if dump is None or dump.sha256 not in wanted:
        return "The file inside the archive is not one that an endpoint of the tenant held."
    return ""


def _files(state: JsonObject) -> list[JsonObject]:
    """Return the files on the tenant's endpoints that the twin names with their hashes."""
    found = state.get("files") or []
    return [item for item in found if "sha256" in item]


def _timings(state: JsonObject, asked: datetime, speed: float, incident: Incident, entry: Entry) -> JsonObject:
    """Measure from the moment when the alert was visible; the tenant's clock is `speed` times as fast as ours."""
    alert = next(
        (item for item in state.get("alerts") or [] if incident.mirror and item["id"] == incident.mirror.id), None
    )
    if alert is None or not alert.get("visibleSince"):
        return {}
    ago = datetime.fromisoformat(state["now"]) - datetime.fromisoformat(alert["visibleSince"])
    visible = asked - ago / speed
    return {
        "alert_to_incident_s": round((incident.created - visible).total_seconds(), 3),
        "alert_to_evidence_s": round((entry.created - visible).total_seconds(), 3),
    }


def _first(value: Json) -> JsonObject:
    item = value[-1] if isinstance(value, list) and value else value
    return item if isinstance(item, dict) else {}
