import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """How many workers there may be, how long they live, and what they may use. Sizes are bytes."""

    python: Path = field(default_factory=lambda: Path(sys.executable))
    script_workers: int = 4
    instance_workers: int = 4  # for each instance: XSOAR runs commands of one instance side by side
    workers_for_people: int = 1  # for each instance and for scripts, besides: a typed command waits for no fetch
    nesting: int = 16  # scripts that run scripts that run scripts …
    idle_seconds: float = 300.0
    runs_per_worker: int = 5000
    resident_ceiling: int = 512 << 20  # a worker that has grown past it is replaced after its run
    address_space: int | None = 4 << 30  # of each process
    file_size: int | None = 4 << 30
    scratch_size: int = 8 << 30  # of all that a run has in its folder
    processes: int = 64  # that a run may have besides its worker
    open_files: int = 1024
    result_limit: int = 64 << 20
    log_limit: int = 256 << 10
    start_seconds: float = 30.0  # to fork a worker, which takes a hundredth of one
    grace_seconds: float = 1.0  # between SIGTERM and SIGKILL
    environment: Mapping[str, str] = field(default_factory=dict)  # given to workers on purpose (REQUESTS_CA_BUNDLE, …)
