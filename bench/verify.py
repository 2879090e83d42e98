"""What it costs to check evidence, stored or exported, in seconds of CPU per GB; and to seal and check the event log.

    python -m bench.verify [--items 10000] [--size 65536] [--events 20000] [--large 2000000000]

Each item is read, decrypted where it is encrypted, and hashed, as a download and the slow check do. Then all of them
are exported, as a folder and as a zip, and two programs check them, each in a process of its own and with its start:
the `verify.py` of the export, and `warroom evidence verify FILE`; custody against the signed seals of the log, too, of
which each line must be proven. The goal: under 5 s per GB for 10,000 items of 64 KiB. One large file goes the same way,
and memory stays flat.
"""

import argparse
import asyncio
import os
import platform
import resource
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from warroom.durable.clock import SystemClock
from warroom.model.entry import EntryType, StoredFile
from warroom.model.ids import IncidentId
from warroom.model.user import SYSTEM
from warroom.services.audit.audit import Audit
from warroom.services.evidence.evidence import Evidence
from warroom.services.evidence.exporting import Exporting, Wanted
from warroom.services.evidence.intact import hash_of
from warroom.services.proof.layout import CUSTODY, VERIFIER
from warroom.services.proof.standalone import verifier
from warroom.services.sealing.sealing import Sealing
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.journal import Journal
from warroom.store.blobs import FolderBlobs
from warroom.store.signing_key import FileSigner
from warroom.store.store import open_store
from warroom.store.vault import open_vault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.locks import MemoryLocks
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

GB = 1e9
GOAL = 5.0
PIECE = 1 << 20


async def stored(blobs: FolderBlobs, items: int, size: int) -> tuple[list[str], float]:
    """Store random items; gives their hashes and the CPU that it took."""
    data = [os.urandom(size) for _ in range(items)]
    began = time.process_time()
    hashes = [(await blobs.put(each, "item")).sha256 for each in data]
    return hashes, time.process_time() - began


def checked(blobs: FolderBlobs, hashes: list[str]) -> float:
    """Check them all; gives the CPU that it took."""
    began = time.process_time()
    for sha256 in hashes:
        with blobs.open(sha256) as source:
            assert hash_of(source) == sha256
    return time.process_time() - began


async def measure_blobs(folder: Path, items: int, size: int) -> bool:
    gigabytes, is_met = items * size / GB, True
    for kind, cipher in (("as it is", None), ("encrypted", open_vault(folder).cipher())):
        blobs = FolderBlobs(folder / kind, cipher)
        hashes, storing = await stored(blobs, items, size)
        checking = checked(blobs, hashes)
        is_met = is_met and checking / gigabytes < GOAL
        print(
            f"{items:,} items of {size:,} bytes, {kind}: stored with {storing / gigabytes:.2f}, checked with "
            f"{checking / gigabytes:.2f} s of CPU per GB (goal: checked under {GOAL:.0f})"
        )
    return is_met


def run(program: Sequence[str | Path], export: Path) -> float:
    """Check an export as others do; returns the CPU that it took, with the program's own start."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run([*program, export], check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if "intact, origin unproven" not in said or "note: " in said:
        raise SystemExit(f"The check proves less than all: {said}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def programs(verify_py: Path) -> dict[str, Sequence[str | Path]]:
    """Name the two programs that check an export."""
    return {
        "verify.py": (sys.executable, "-I", "-S", verify_py),
        "warroom evidence verify": (Path(sys.executable).with_name("warroom"), "evidence", "verify"),
    }


async def case_of(folder: Path, blobs: FolderBlobs, files: Sequence[StoredFile]) -> Exporting:
    """Make an incident with this evidence, whose custody is sealed and proven in each export."""
    store, clock, signer = MemoryStore(), SystemClock(1.0), FileSigner(folder)
    entries = [an_entry(number, file=file, type=EntryType.FILE) for number, file in enumerate(files, 1)]
    await store.commit(some_changes(incidents=[an_incident(1)], entries=entries))
    evidence = Evidence(store=store, users=store.users, blobs=blobs, redaction=Redaction(Journal(store)), clock=clock)
    sealing = Sealing(seals=store.seals, locks=MemoryLocks(), signer=signer, clock=clock)
    audit = Audit(store=store)
    return Exporting(store=store, evidence=evidence, audit=audit, signer=signer, clock=clock, sealing=sealing)


async def measure_exports(folder: Path, items: int, size: int) -> bool:
    blobs = FolderBlobs(folder / "exported")
    files = [await blobs.put(os.urandom(size), f"item {number}") for number in range(items)]
    exporting, is_met = await case_of(folder, blobs, files), True
    verify_py = folder / VERIFIER
    verify_py.write_bytes(verifier())
    for target in (folder / "case", folder / "case.zip"):
        began = time.process_time()
        await exporting.to_path(Wanted(incident=IncidentId("1")), target, SYSTEM)
        writing = (time.process_time() - began) / (items * size / GB)
        kind = "zip" if target.suffix else "folder"
        if target.is_dir():
            lines = (target / CUSTODY).read_bytes().count(b"\n")
            print(f"an export of {items:,} items of {size:,} bytes, with {lines:,} lines of custody in the sealed log:")
            print(f"{'of CPU per GB (s)':<34} {'measured':>12} {'goal':>8}")
        print(f"{f'{kind} written':<34} {writing:>12.2f}")
        for name, program in programs(verify_py).items():
            cost = run(program, target) / (items * size / GB)
            is_met = is_met and cost < GOAL
            print(f"{f'{kind} checked by {name}':<34} {cost:>12.2f} {f'< {GOAL:g}':>8}")
    return is_met


async def measure_large(folder: Path, size: int) -> None:
    """Take one large file, such as a memory dump, through the encrypted store; memory has to stay flat."""
    source, blobs = folder / "dump", FolderBlobs(folder / "large", open_vault(folder).cipher())
    with source.open("wb") as dump:
        for _ in range(size // PIECE):
            dump.write(os.urandom(PIECE))
    before, costs, began = peak(), [], time.process_time()

    def lap(what: str) -> None:
        nonlocal began
        now = time.process_time()
        costs.append(f"{what} {(now - began) / (size / GB):.2f}")
        began = now

    program = folder / VERIFIER
    program.write_bytes(verifier())
    file = await blobs.take(source, "dump")
    lap("stored with")
    checked(blobs, [file.sha256])
    lap("read with")
    target = folder / "large.zip"
    await (await case_of(folder, blobs, [file])).to_path(Wanted(incident=IncidentId("1")), target, SYSTEM)
    lap("exported with")
    costs.append(f"checked with {run(programs(program)['verify.py'], target) / (size / GB):.2f}")
    print(f"one file of {size:,} bytes: {', '.join(costs)} s of CPU per GB; {peak() - before:.0f} MB of memory more")


def peak() -> float:
    """Return the most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


async def measure_log(folder: Path, events: int) -> None:
    store = open_store(f"sqlite:///{folder / 'log.db'}", MemoryBlobs(), open_vault(folder))
    clock = SystemClock(1.0)
    sealing = Sealing(seals=store.seals, locks=store.locks, signer=FileSigner(folder), clock=clock)
    await store.commit(some_changes(incidents=[an_incident(1)]))
    for start in range(1, events, 1000):
        await store.commit(some_changes(entries=[an_entry(number) for number in range(start, start + 1000)]))
    began = time.process_time()
    sealed = await sealing.seal()
    between = time.process_time()
    verdict = await sealing.verify(SYSTEM)
    assert verdict.is_whole
    ended = time.process_time()
    store.close()
    print(
        f"{sealed:,} events: sealed with {(between - began) / sealed * 1e6:.0f}, checked with "
        f"{(ended - between) / sealed * 1e6:.0f} microseconds of CPU each"
    )


async def main() -> bool:
    parser = argparse.ArgumentParser(description="Measure checking evidence and the event log.")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=65_536)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=2_000_000_000)
    asked = parser.parse_args()
    versions = f"Python {platform.python_version()}, {ssl.OPENSSL_VERSION}, warroom {version('warroom')}"
    print(f"{versions}, {os.cpu_count()} cores, {platform.machine()}")
    with tempfile.TemporaryDirectory(prefix="warroom-verify-") as folder:
        await measure_large(Path(folder), asked.large)  # first: the most memory that was had is never given back
        is_met = await measure_blobs(Path(folder), asked.items, asked.size)
        is_met = await measure_exports(Path(folder), asked.items, asked.size) and is_met
        await measure_log(Path(folder), asked.events)
    return is_met


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main()) else 1)
