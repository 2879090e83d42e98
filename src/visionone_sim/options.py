"""What a user may ask of a twin, and what there is to know about one that has started."""

import json
from dataclasses import dataclass, field
from pathlib import Path


class OptionError(Exception):
    """An option has a value that the twin cannot use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorOptions:
    """What a user may ask of a twin."""

    host: str = "127.0.0.1"
    port: int = 0
    scenario: str = "credential-dumping"
    speed: float = 1
    api_key: str | None = None
    tls: bool = False
    seed: int | None = None
    more_alerts: int = 0
    dump_size: int | None = None
    dump_after: float = 0
    settings: dict[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    state: Path | None = None
    with_parent: bool = False
    """It ends when its standard input is closed: when its parent process has ended."""
    tenants: dict[str, str] = field(default_factory=dict)
    """Further tenants: the scenario of each by its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What a client has to know about a twin that has started."""

    url: str
    api_key: str
    pid: int
    seed: int
    scenario: str
    authority: Path | None

    def sentence(self) -> str:
        trust = f", trust {self.authority}" if self.authority else ""
        return f"Twin of Vision One on {self.url} (scenario {self.scenario}, key {self.api_key}{trust})"

    def document(self) -> str:
        authority = {"ca": str(self.authority)} if self.authority else {}
        facts = {"url": self.url, "api_key": self.api_key, "pid": self.pid, "seed": self.seed}
        return json.dumps({**facts, "scenario": self.scenario, **authority})
