"""What it costs to check evidence, stored or exported, in seconds of CPU per GB; and to seal and check the event log.

    python -m bench.verify [--items 10000] [--size 65536] [--events 20000]

Each item is read, decrypted where it is encrypted, and hashed, as a download, `warroom evidence verify` and the slow
check do. Then all of them are exported, as a folder and as a zip, and the `verify.py` of the export checks them in a
process of its own. The goal: under 5 s per GB for 10,000 items of 64 KiB.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from warroom.durable.clock import SystemClock
from warroom.model.entry import EntryType
from warroom.model.ids import IncidentId
from warroom.model.user import SYSTEM
from warroom.services.audit import Audit
from warroom.services.discretion import Discretion
from warroom.services.evidence import Evidence
from warroom.services.exporting import Exporting, Wanted
from warroom.services.intact import hash_of
from warroom.services.journal import Journal
from warroom.services.proof.layout import VERIFIER
from warroom.services.sealing.sealing import Sealing
from warroom.store.blobs import FolderBlobs
from warroom.store.signing_key import FileSigner
from warroom.store.store import open_store
from warroom.store.vault import open_vault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

GB = 1e9
GOAL = 5.0


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


def run(program: Path, export: Path) -> float:
    """Check an export as others do; gives the CPU that it took, with Python's own start."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-I", "-S", program, export], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def measure_exports(folder: Path, items: int, size: int) -> bool:
    store, blobs, clock = MemoryStore(), FolderBlobs(folder / "exported"), SystemClock(1.0)
    files = [await blobs.put(os.urandom(size), f"item {number}") for number in range(items)]
    entries = [an_entry(number, file=file, type=EntryType.FILE) for number, file in enumerate(files, 1)]
    await store.commit(some_changes(incidents=[an_incident(1)], entries=entries))
    evidence = Evidence(store=store, blobs=blobs, discretion=Discretion(Journal(store)), clock=clock)
    signer = FileSigner(folder)
    exporting = Exporting(store=store, evidence=evidence, audit=Audit(store=store), signer=signer, clock=clock)
    is_met = True
    for target in (folder / "case", folder / "case.zip"):
        await exporting.to_path(Wanted(incident=IncidentId("1")), target, SYSTEM)
        cost = run(folder / "case" / VERIFIER, target) / (items * size / GB)
        is_met = is_met and cost < GOAL
        kind = "a zip" if target.suffix else "a folder"
        print(f"an export of {items:,} items, {kind}: {cost:.2f} s of CPU per GB (goal: under {GOAL:.0f})")
    return is_met


async def measure_log(folder: Path, events: int) -> None:
    store = open_store(f"sqlite:///{folder / 'log.db'}", MemoryBlobs(), open_vault(folder))
    clock = SystemClock(1.0)
    sealing = Sealing(seals=store.seals, turns=store.turns, signer=FileSigner(folder), clock=clock)
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
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="warroom-verify-") as folder:
        is_met = await measure_blobs(Path(folder), asked.items, asked.size)
        is_met = await measure_exports(Path(folder), asked.items, asked.size) and is_met
        await measure_log(Path(folder), asked.events)
    return is_met


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main()) else 1)
