"""What becomes of the evidence of one credential dump under each disturbance: plays the cases and writes the page.

Run as `make evidence-cases`; with ARGS, a part of their names, it plays those cases only, prints their rows, and leaves
the page alone. test_evidence_cases.py and test_kill_each_step.py play them, too, and compare.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.acceptance.killed_evidence import KILLED, KilledCase
from tests.acceptance.killed_evidence import play as play_killed
from tests.acceptance.kills import Kills
from tests.acceptance.proc import adopting_orphans
from tests.forked import FORK_SERVER
from tests.packs.visionone.playbooks.evidence_page import PAGE, line, page, reason_of
from tests.packs.visionone.playbooks.stage import Stage, set_stage
from tests.packs.visionone.theatre import LEGS, Played
from visionone_sim.faults import Fault
from visionone_sim.scenarios.evidence import endpoint_record
from visionone_sim.scenarios.models import CREDENTIAL_DUMPING, Trace
from visionone_sim.tenant.alerts import Alert
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.tasks import Outcome, TaskError
from visionone_sim.testing import RunningTwin, start_twin
from warroom.host.runner import WarmRunner
from warroom.model.ids import PlanId
from warroom.model.plan import PlanState, WaitKind

COLLECT = "Vision One - Credential Dumping - Collect Evidence"
HOST, SERVER = "HR-LT-171", "FILE-SRV-160"
DAY, HOUR, MINUTE = 86_400, 3_600, 60
MOVED = "C:\\ProgramData\\cache\\thumbs.db"
LINKS = r"/_files/.*"

Later = tuple[float, Callable[[], object]]  # seconds after the start, and what happens then


@dataclass(slots=True, kw_only=True)
class Scene:
    """One alert on one tenant, and what happens to it while the playbook runs."""

    stage: Stage
    alert: Alert
    later: list[Later] = field(default_factory=list)

    @property
    def twin(self) -> RunningTwin:
        return self.stage.twin

    @property
    def host(self) -> Endpoint:
        return self.twin.tenant.inventory.target(agent_guid=None, name=HOST)

    @property
    def path(self) -> str:
        indicators: Any = self.alert.document["indicators"]
        return next(str(one["value"]) for one in indicators if one["field"] == "objectFilePath")

    def connect(self, *, connected: bool) -> None:
        self.twin.tenant.response.connect(self.host.agent_guid, connected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A disturbance: prepared before the playbook starts, and what is done to the runtime meanwhile."""

    what: str
    prepare: Callable[[Scene], object] = lambda _scene: None
    raises: Callable[[RunningTwin], Alert] = lambda twin: twin.raise_alert(endpoints=(HOST,))
    is_stopped: bool = False
    plans: int = 1


def back_after(seconds: float) -> Callable[[Scene], None]:
    """Take the endpoint off the network, and bring it back later; never, when no time is given."""

    def prepare(scene: Scene) -> None:
        scene.connect(connected=False)
        scene.later = [(seconds, lambda: scene.connect(connected=True))] if seconds else []

    return prepare


def move(scene: Scene) -> None:
    """Let the attacker rename the dump, as Vision One's sensor sees it."""
    twin, host = scene.twin, scene.host
    file = host.file(scene.path)
    assert file is not None
    twin.tenant.place_file(host.agent_guid, replace(file, path=MOVED))
    twin.tenant.remove_file(host.agent_guid, scene.path)
    seen = {"uuid": draw_uuid(twin.tenant.rng), "eventId": "TELEMETRY_FILE", "eventSubId": "TELEMETRY_FILE_MOVE"}
    paths = {"srcFilePath": scene.path, "objectFilePath": MOVED}
    twin.tenant.telemetry.record("endpointActivities", endpoint_record(host, twin.clock.now()) | seen | paths)


def remove(scene: Scene) -> None:
    scene.twin.tenant.remove_file(scene.host.agent_guid, scene.path)


def goes_by(*timeline: Any, error: TaskError | None = None) -> Callable[[Scene], None]:
    """Let the collection take its course."""
    outcome = Outcome(action="collectFile", timeline=timeline, error=error)
    return lambda scene: scene.twin.tenant.tasks.expect(outcome)


def links_fail(times: int | None) -> Callable[[Scene], None]:
    fault = Fault(path=LINKS, status=403, code="AccessDenied", message="The link has expired.", count=times)
    return lambda scene: scene.twin.fail(fault)


def down_for(seconds: float, path: str = ".*") -> Callable[[Scene], None]:
    """Let the tenant answer nothing but 503 until some time has passed."""

    def prepare(scene: Scene) -> None:
        scene.twin.fail(Fault(path=path, status=503, code="InternalServerError", count=None))
        scene.later = [(seconds, scene.twin.twin.faults.clear)]

    return prepare


def told_by_command(line: str) -> Callable[[RunningTwin], Alert]:
    """Raise an alert whose dump only a command line names."""

    def raises(twin: RunningTwin) -> Alert:
        traces = (Trace("command_line", "processCmd", line), Trace("user_account", "logonUser", "{account}"))
        model = replace(CREDENTIAL_DUMPING, traces=traces)
        return twin.story.raise_alert(model, endpoints=[twin.tenant.inventory.target(agent_guid=None, name=HOST)])

    return raises


DUMP_LINE = r"rundll32.exe comsvcs.dll, MiniDump 624 C:\Users\{user}\AppData\Local\Temp\lsass.DMP full"
FORBIDDEN = Fault(path=".*/collectFile", status=403, code="AccessDenied", message="Not this role.", count=None)
REASON = TaskError(code="NotAllowed", message="Not this host.")
CASES = (
    Case(what="none"),
    Case(what="the endpoint is offline for ten minutes", prepare=back_after(10 * MINUTE)),
    Case(what="the endpoint is offline for an hour", prepare=back_after(HOUR)),
    Case(
        what="the endpoint is offline for two and a half days, and Vision One gives up after each",
        prepare=back_after(2.5 * DAY),
    ),
    Case(what="the endpoint does not come back", prepare=back_after(0)),
    Case(what="the file was moved and renamed", prepare=move),
    Case(what="the file was deleted", prepare=remove),
    Case(
        what="an approver rejects the collection",
        prepare=goes_by((0, "pendingApproval"), (60, "rejected"), error=REASON),
    ),
    Case(
        what="an approver takes a day",
        prepare=goes_by((0, "pendingApproval"), (DAY, "running"), (DAY + 5, "succeeded")),
    ),
    Case(what="the collection fails on the endpoint", prepare=goes_by((0, "queued"), (5, "failed"), error=REASON)),
    Case(what="the link is dead twice", prepare=links_fail(2)),
    Case(what="no link ever works", prepare=links_fail(None)),
    Case(what="the tenant is down for three hours from the start", prepare=down_for(3 * HOUR)),
    Case(
        what="the tenant is down for an hour once the file is asked for",
        prepare=down_for(HOUR, ".*/response/tasks/.*|/_files/.*"),
    ),
    Case(what="the role may not collect files", prepare=lambda scene: scene.twin.fail(FORBIDDEN)),
    Case(what="only a command line names the dump", raises=told_by_command(DUMP_LINE)),
    Case(
        what="only a command line names the dump, without its folder",
        raises=told_by_command("procdump.exe -ma lsass lsass.DMP"),
    ),
    Case(what="the alert names no file, but what was observed on the endpoint does", raises=told_by_command("whoami")),
    Case(
        what="the agent on the endpoint cannot collect files", raises=lambda twin: twin.raise_alert(endpoints=(SERVER,))
    ),
    Case(what="two plans on the incident", plans=2),
    Case(what="two plans on the incident, and the endpoint is offline for an hour", plans=2, prepare=back_after(HOUR)),
    Case(what="two plans on the incident, and the file was deleted", plans=2, prepare=remove),
    Case(what="the runtime is stopped after each number of requests", is_stopped=True),
    Case(
        what="the runtime is stopped after each number of requests, and the endpoint is offline for an hour",
        prepare=back_after(HOUR),
        is_stopped=True,
    ),
)


async def play(case: Case, stage: Stage) -> list[str]:
    """Play a case to its end; returns the cells of its row."""
    scene = Scene(stage=stage, alert=case.raises(stage.twin))
    fetched = await stage.theatre.fetch()
    incident = fetched[scene.alert.id][0]
    case.prepare(scene)
    began = stage.clock.now()
    plans = [await stage.begin(incident, COLLECT, {"Respond": "propose"}) for _ in range(case.plans)]
    lives = iter(range(1, LEGS)) if case.is_stopped else iter(())
    for _ in range(LEGS):
        for plan in plans:
            await _one_life(stage, plan, lives)
        rested = [await stage.app.store.plan(plan) for plan in plans]
        if all(plan.state is not PlanState.IN_PROGRESS and plan.wake_at is None for plan in rested):
            break
        await _pass(scene, began, min((plan.wake_at for plan in rested if plan.wake_at), default=None))
    took = (stage.clock.now() - began).total_seconds()
    return [case.what, _end([await stage.theatre.play(incident, plan) for plan in plans]), _span(took)]


async def _one_life(stage: Stage, plan: PlanId, lives: Iterator[int]) -> None:
    """Drive until the plan rests; each life of a runtime that is stopped has one request more than the one before."""
    until = next(lives, None)
    if until is None:
        await stage.theatre.drive(plan)
        return
    before = len(stage.twin.requests)
    driving = asyncio.create_task(stage.theatre.drive(plan))
    while not driving.done() and len(stage.twin.requests) < before + until:  # noqa: ASYNC110  # a thread's work
        await asyncio.sleep(0)
    if not driving.done():
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)
        await stage.restart()


async def _pass(scene: Scene, began: datetime, wake_at: datetime | None) -> None:
    """Let time pass until the plan wakes, and let happen what happens on the way."""
    theatre = scene.stage.theatre
    wake_at = wake_at or theatre.clock.now()
    while scene.later and began + timedelta(seconds=scene.later[0][0]) <= wake_at:
        seconds, happen = scene.later.pop(0)
        theatre.move_to(began + timedelta(seconds=seconds))
        happen()
    theatre.move_to(max(wake_at, theatre.clock.now()))


def _end(played: Sequence[Played]) -> str:
    """Say how it ended: what is saved and matches, and what a person is asked by each plan."""
    context = played[-1].context
    contexts = [context, *(value for key, value in context.items() if key.startswith("subplaybook-"))]
    rows = [
        one
        for context in contexts
        for kind in ("Verified_File", "Collected_File")
        for one in _records(context.get("VisionOne", {}).get(kind))
    ]
    saved = sorted({str(one["file_path"]) for one in rows if one["state"] == "match"})
    asked = [task for each in played for task in each.tasks if task.wait and task.wait.kind is WaitKind.PERSON]
    parts = [f"saved: `{path}`" for path in saved]
    parts += [f"open task *{task.name}*: {reason_of(task.wait.data['form'])}" for task in asked if task.wait]
    return "; ".join(parts) or f"the plan is {played[-1].plan.state}"


def _records(value: Any) -> list[dict[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _span(seconds: float) -> str:
    """Say roughly how long something took."""
    for unit, size in (("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {unit}s"
    return "seconds"


async def _played(cases: Sequence[Case], home: Path) -> list[list[str]]:
    runner = WarmRunner(home / "scratch")
    rows = []
    for number, case in enumerate(cases):
        with start_twin() as twin:
            stage = await set_stage(home / str(number), twin, runner)
            rows.append(_said(await play(case, stage)))
            await stage.app.conductor.close()
    await runner.close()
    return rows


def _killed(cases: Sequence[KilledCase], home: Path) -> list[list[str]]:
    if not cases:
        return []
    FORK_SERVER.start()
    with adopting_orphans():
        return [_said(play_killed(case, home / f"killed-{number}", Kills())) for number, case in enumerate(cases)]


def _said(row: list[str]) -> list[str]:
    print(line(row), flush=True)  # noqa: T201
    return row


def main() -> None:
    word = " ".join(sys.argv[1:])
    cases = [case for case in CASES if word in case.what]
    killed_cases = [case for case in KILLED if word in case.what]
    with tempfile.TemporaryDirectory() as folder:
        killed = _killed(killed_cases, Path(folder))
        played = asyncio.run(_played(cases, Path(folder)))
    if not word:  # what was played in part is no page
        PAGE.write_text(page(played, killed), encoding="utf-8")


if __name__ == "__main__":
    main()
