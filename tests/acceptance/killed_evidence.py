"""What becomes of the evidence of one credential dump when the server is killed at each step, as real processes."""

from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.evidence import archives_of, nothing_was_lost_or_repeated
from tests.acceptance.folder import Folder
from tests.acceptance.gate import Gate, open_gate
from tests.acceptance.kills import Kills, Step, Way, at_each_commit, at_each_request, killed, moments_of
from tests.acceptance.twin import TwinProcess, started_twin

# A link lives for a minute, as in Vision One; from this seed the tenant is drawn the same each time.
TWIN = ("--speed", "5", "--setting", "link_lifetime_seconds=300", "--scenario", "empty", "--seed", "1")
LEAST = {  # whatever happens, these are steps
    "GET /v3.0/workbench/alerts",
    "GET /v3.0/eiqs/endpoints",
    "POST /v3.0/response/endpoints/collectFile",
    "GET /v3.0/response/tasks/{id}",
    "POST /v3.0/workbench/alerts/{id}/notes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KilledCase:
    """At which steps the server is killed, and what else happens."""

    what: str
    at_commits: bool = False
    is_deleted: bool = False
    """The attacker has cleaned up, and a person is asked what became of the file."""

    def way(self, folder: Folder, gate: Gate, kills: Kills) -> Way:
        return at_each_commit(folder, kills) if self.at_commits else at_each_request(gate, kills)

    def is_done(self, folder: Folder, twin: TwinProcess) -> bool:
        if not self.is_deleted:
            return folder.all_ended(1)()
        is_parked = {plan["state"] for plan in folder.plans()} == {"waiting"}
        return is_parked and bool(folder.call("task.list")) and bool(twin.state("notes"))


REQUESTS = (
    KilledCase(what="the server is killed in each request"),
    KilledCase(what="the server is killed in each request, and the file was deleted", is_deleted=True),
)
# These kill more often, so that only the program that writes the page plays them.
COMMITS = (
    KilledCase(what="the server is killed at each commit of the playbook", at_commits=True),
    KilledCase(
        what="the server is killed at each commit of the playbook, and the file was deleted",
        at_commits=True,
        is_deleted=True,
    ),
)
KILLED = (*REQUESTS, *COMMITS)


def play(case: KilledCase, home: Path, kills: Kills) -> list[str]:
    """Play a case to its end; returns the cells of its row."""
    home.mkdir()
    folder = Folder(home=home / "home")
    with started_twin(home, *TWIN) as twin, open_gate(twin.port) as gate:
        folder.add_instance(gate.url)
        twin.raise_alerts(model="credential-dumping")
        if case.is_deleted:
            _delete_dump(twin)
        with killed(folder, gate.url, case.way(folder, gate, kills), lambda: case.is_done(folder, twin)) as count:
            if not case.at_commits:
                _check_steps(twin, kills)
            assert len(twin.requests("collectFile", "POST")) == 1, "It was asked to collect more often than once."
            end = _open_task(folder, twin) if case.is_deleted else _saved(folder, twin)
    assert list((folder.home / "scratch").iterdir()) == [], "Dumps that killed runs had fetched lie about."
    return [case.what, end, f"{count} times"]


def _delete_dump(twin: TwinProcess) -> None:
    (file,) = twin.state("files")
    twin.control.seed.remove("files", f"{file['agentGuid']}/{file['path']}")


def _check_steps(twin: TwinProcess, kills: Kills) -> None:
    """Hold that no operation is in the twin's log at which the server was not killed, at both moments."""
    asked = {str(seen.operation) for seen in twin.control.asked()}
    assert {Step(each, moment) for each in asked for moment in moments_of(each)} <= set(kills.steps)
    assert asked >= LEAST


def _saved(folder: Folder, twin: TwinProcess) -> str:
    nothing_was_lost_or_repeated(folder, twin)
    return f"saved: `{twin.collected()['filePath']}`"


def _open_task(folder: Folder, twin: TwinProcess) -> str:
    """Hold that a person is asked about the file, and that the alert says it, too; why is worded after when it died."""
    (task,) = folder.call("task.list")
    (note,) = twin.state("notes")
    place, _, reason = str(task["form"]["description"]).removeprefix("- ").partition(": ")
    assert "FileNotFound" in reason
    assert place in note["content"], "The alert's note does not say what is missing."
    assert archives_of(folder) == []
    return f"open task *{task['name']}*: {place}"
