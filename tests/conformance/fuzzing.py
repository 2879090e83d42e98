"""Lets schemathesis try the twin's own OpenAPI document: no 5xx, no status that the document does not name."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx

from visionone_sim.testing import RunningTwin, start_twin

ENVIRONMENT = Path(__file__).parents[2] / ".venv/fuzzing"
TOOL = "schemathesis 4.32.5"
CHECKS = "not_a_server_error,status_code_conformance"


@dataclass(frozen=True, slots=True)
class Fuzzed:
    passed: bool
    cases: int
    report: str

    def sentence(self) -> str:
        what = "no 5xx, no status that the document does not name" if self.passed else "found faults, see its report"
        return f"{TOOL} tried the twin's own OpenAPI document with {self.cases} requests: {what}."


def program() -> Path | None:
    """Return schemathesis, if `make conformance` has made its environment."""
    found = ENVIRONMENT / "bin/schemathesis"
    return found if found.exists() else None


def fuzz(schemathesis: Path, *, examples: int) -> Fuzzed:
    """Try every operation with so many examples each."""
    with start_twin() as twin:
        _make_some(twin)
        done = subprocess.run(
            [
                schemathesis, "run", f"{twin.url}/_twin/openapi.json", "--url", twin.url,
                "-H", f"Authorization: Bearer {twin.api_key}", "--include-path-regex", "^/v3", "--checks", CHECKS,
                "--max-examples", str(examples), "--seed", "1", "--phases", "examples,coverage,fuzzing", "--no-color",
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )  # fmt: skip
    counted = re.search(r"(\d+) generated", done.stdout)
    return Fuzzed(done.returncode == 0, int(counted[1]) if counted else 0, done.stdout[-4000:])


def _make_some(twin: RunningTwin) -> None:
    """Make things that have ids, so that more than 404 can be reached."""
    with httpx.Client(base_url=f"{twin.url}/v3.0", headers={"Authorization": f"Bearer {twin.api_key}"}) as client:
        host = next(iter(twin.tenant.endpoints.values())).name
        client.post("/response/endpoints/isolate", json=[{"endpointName": host}])
        client.post("/sandbox/files/analyze", files={"file": ("a", b"x")})
        client.post("/response/customScripts", data={"fileType": "bash"}, files={"file": ("a.sh", b"x")})
        client.post("/oat/dataPipelines", json={"riskLevels": ["critical"], "hasDetail": True})
        client.post(f"/workbench/alerts/{next(iter(twin.tenant.alerts))}/notes", json={"content": "x"})
    twin.clock.advance(120)
