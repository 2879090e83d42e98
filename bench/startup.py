"""What a command costs before it does anything: CPU of whole processes, against the libraries of a command line.

    python -m bench.startup [--packs N] [--runs N]

Prints a table in Markdown: the least CPU (user and system) and the least wall time of some runs each. The goals:
`--version` under 0.25 s of CPU and at most twice that of importing Typer and Rich; `incident list` through a server
under 0.6 s; with 900 packs installed a command starts under 1 s.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from bench.content.many_packs import write_packs

BIN = Path(sys.executable).parent
WARROOM = str(BIN / "warroom")
LIBRARIES = "import typer, typer.rich_utils, rich.console, rich.table"
YOUNG = 3  # seconds after which a file that has just been written is believed to be as it is
HELP = ((), ("incident",), ("pack", "validate"), ("playbook",), ("serve",), ("demo",), ("shell",), ("simulator",))


def cpu() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(command: Sequence[str], runs: int, home: Path) -> tuple[float, float]:
    """The least CPU and wall seconds of a process; it must succeed."""
    taken = []
    for _ in range(runs):
        before, began = cpu(), time.perf_counter()
        subprocess.run(
            command, check=True, capture_output=True, cwd=home, env={**os.environ, "WARROOM_HOME": str(home)}
        )
        taken.append((cpu() - before, time.perf_counter() - began))
    return min(one[0] for one in taken), min(one[1] for one in taken)


def row(what: str, command: Sequence[str], home: Path, runs: int) -> float:
    used, wall = measured(command, runs, home)
    print(f"| {what} | {used:.2f} s | {wall:.2f} s |", flush=True)
    return used


@contextmanager
def server(home: Path) -> Iterator[None]:
    with subprocess.Popen(
        [WARROOM, "--home", str(home), "serve", "--no-console"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()


def plain(home: Path, runs: int) -> None:
    libraries = row("Typer and Rich, imported", [sys.executable, "-c", LIBRARIES], home, runs)
    version = row("`warroom --version`", [WARROOM, "--version"], home, runs)
    for words in HELP:
        row(f"`{' '.join(('warroom', *words))} --help`", [WARROOM, *words, "--help"], home, runs)
    for option in ("--version", "--help"):
        row(f"`visionone-sim {option}`", [str(BIN / "visionone-sim"), option], home, runs)
    with server(home):
        row("`incident list`, through a server", [WARROOM, "incident", "list"], home, runs)
        row("`run '!Print value=x'`, through a server", [WARROOM, "run", "!Print value=x"], home, runs)
    row("`incident list`, without a server", [WARROOM, "incident", "list"], home, runs)
    row("`run '!Print value=x'`, without a server", [WARROOM, "run", "!Print value=x"], home, runs)
    print(f"| `--version` over the libraries | {version / libraries:.2f} times | |")


def with_packs(home: Path, count: int, runs: int) -> None:
    write_packs(home / "packs", count)
    time.sleep(YOUNG)  # noqa: TID251  # what is waited for is the age of files
    row(f"{count} packs, the first command: all are read", [WARROOM, "pack", "list", "--json"], home, 1)
    row(f"{count} packs, `pack list --json`", [WARROOM, "pack", "list", "--json"], home, runs)
    row(f"{count} packs, `playbook list --json`", [WARROOM, "playbook", "list", "--json"], home, runs)
    row(f"{count} packs, `incident list`", [WARROOM, "incident", "list"], home, runs)
    row(f"{count} packs, `run '!Print value=x'`", [WARROOM, "run", "!Print value=x"], home, runs)
    for folder in (home / "packs").iterdir():
        (folder / "pack_metadata.json").touch()
    row(f"{count} packs, all touched: hashed again", [WARROOM, "pack", "list", "--json"], home, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=int, default=900)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}\n")
    print("| what | CPU | wall |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        plain(home, asked.runs)
        with_packs(home, asked.packs, asked.runs)


if __name__ == "__main__":
    main()
