"""XSOAR's half of mirroring, as far as its contract with an integration goes."""

from dataclasses import dataclass, field
from typing import Any

from tests.packs.visionone.live_pack import Xsoar
from visionone_sim.testing import RunningTwin
from visionone_sim.wire import wire_time

FIELDS = ("status", "investigationResult")
OWNER = "owner"
DONE = 2


@dataclass(slots=True, kw_only=True)
class Mirror:
    """One incident that mirrors one alert."""

    xsoar: Xsoar
    twin: RunningTwin
    alert: str
    fields: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    entries: list[dict[str, Any]] = field(default_factory=list)  # written here, tagged, not yet sent
    received: list[str] = field(default_factory=list)
    last_entry: int = 0
    last: str = "2020-01-01T00:00:00Z"

    def set(self, name: str, value: str) -> None:
        """Change a field as an analyst does."""
        if self.fields.get(name) != value:
            self.fields[name] = value
            self.changed.add(name)

    def write(self, text: str) -> None:
        self.last_entry += 1
        self.entries.append({"id": f"{self.last_entry}@42", "user": "asmith", "contents": text, "type": 1})

    def sync(self) -> None:
        """Send out what changed here, then take in what changed there."""
        now = wire_time(self.twin.clock.now())
        self.send()
        if self.alert in self.modified():
            self.receive()
        self.last = now

    def send(self, **more: Any) -> None:
        if self.changed or self.entries or more:
            delta = {name: self.fields[name] for name in self.changed}
            args = {"remoteId": self.alert, "delta": delta, "entries": self.entries, "incidentChanged": bool(delta)}
            ran = self.xsoar.rerun("update-remote-system", {**args, "data": dict(self.fields), **more})
            assert ran.errors == []
            self.changed, self.entries = set(), []

    def modified(self) -> list[str]:
        ran = self.xsoar.rerun("get-modified-remote-data", {"lastUpdate": self.last})
        assert ran.errors == []
        return list(ran.entries[0]["Contents"])

    def receive(self) -> list[dict[str, Any]]:
        ran = self.xsoar.rerun("get-remote-data", {"id": self.alert, "lastUpdate": self.last})
        assert ran.errors == []
        remote, *entries = [entry.get("Contents", entry) if "Type" not in entry else entry for entry in ran.entries]
        self.fields |= {name: remote[name] for name in (*FIELDS, OWNER) if name in remote}
        self.received += [entry["Contents"] for entry in entries if entry.get("Note")]
        return entries
