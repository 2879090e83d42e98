# ruff: noqa: TID252  # warroom is not importable in a worker
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .bounded_log import BoundedLog
from .channel import HostGoneError, encode
from .javascript import OUT_OF_MEMORY, Program
from .javascript_server import CodeServer
from .limits import resident_bytes
from .outcome import Outcome
from .surroundings import Surroundings

if TYPE_CHECKING:
    from .channel import Channel
    from .sources import Sources

# What a script finds beside what it calls; the rest of a run is not for it.
GIVEN = ("args", "params", "command")
OF_INVESTIGATION = ("name", "details", "type", "status")


class JavaScriptSession:
    """Runs scripts in JavaScript as the host asks, each in a QuickJS context of its own."""

    def __init__(self, channel: Channel, sources: Sources, limits: dict[str, Any]) -> None:
        self._channel = channel
        self._sources = sources
        self._log_limit: int = limits["log_limit"]
        self._result_limit: int = limits["result_limit"]
        self._memory: int | None = limits["address_space"]
        self._surroundings = Surroundings()

    def serve(self, run: dict[str, Any]) -> None:
        """Work until the host is gone, or until a run has used up the memory."""
        while self._serve_one(run):
            run = self._channel.receive()

    def _serve_one(self, run: dict[str, Any]) -> bool:
        outcome = Outcome(BoundedLog(self._log_limit), self._result_limit)
        self._sources.add(run["sources"], run["files"])
        self._surroundings.enter(run["scratch"], outcome.log)
        server = CodeServer(self._channel, run, outcome)
        try:
            end = self._execute(run, outcome, server)
        finally:
            self._surroundings.leave()
        if server.is_host_gone:
            raise HostGoneError
        keep = not str(end.get("error", "")).startswith(OUT_OF_MEMORY)
        end |= {"log": outcome.log.lines(), "keep": keep, "resident": resident_bytes()}
        self._channel.send(outcome.line(run["id"], end))
        return keep

    def _execute(self, run: dict[str, Any], outcome: Outcome, server: CodeServer) -> dict[str, object]:
        program = Program(server.ask, self._memory)
        modules = [self._sources.text(name, key) for name, key in run["modules"].items()]
        end = program.run(_given(run), modules, self._sources.text(run["name"], run["code"]))
        results = end.pop("results", ())
        if server.poll:
            end, results = {}, [server.poll]
        if (error := server.end()) and "error" not in end:
            end["error"] = error
        if run["is_integration"]:
            results = _of_integration(run, results, outcome)
        for result in results:
            outcome.add_result(encode(result))
        return end


def _of_integration(run: dict[str, Any], results: list[Any], outcome: Outcome) -> list[Any]:
    """Take what a fetch returns, as text or as a list, for its incidents; `true` of a test means that all is well."""
    match run["command"], results:
        case "test-module", [True]:
            return ["ok"]
        case "fetch-incidents", [str() as text]:
            found = _parsed(text)
        case "fetch-incidents", [[]]:
            found = []
        case "fetch-incidents", [dict() as first, *_] if "Type" not in first:
            found = results
        case _:
            return results
    if not isinstance(found, list):
        return results
    outcome.set_records("incidents", found, run["scratch"])
    return []


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _given(run: dict[str, Any]) -> dict[str, Any]:
    """Return the names that a script finds."""
    incident = run["incident"] or {}
    about = {name: incident[name] for name in OF_INVESTIGATION if name in incident}
    return {
        **{name: run[name] for name in GIVEN},
        "incidents": [incident] if incident else [],
        "investigation": {"id": run["investigation"], **about},
    }
