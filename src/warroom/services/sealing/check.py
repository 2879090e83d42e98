"""What is wrong with a sealed log, by name: pure, over seals and rows."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from warroom.model.seal import DOMAIN, LEAF, NOTHING_BEFORE, Checkpoint, LoggedRow, Seal
from warroom.services.proof.layout import fingerprint
from warroom.services.proof.merkle import leaf_hash, root
from warroom.services.sealing.signatures import is_signed

MISSING = bytes(LEAF)  # in place of an event that was missing when it was to be sealed
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEYOND_ALL = 2**62
RANGE = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The fingerprints of the keys that may have signed."""

    fingerprints: Collection[str]

    def problem(self, what: str, text: bytes, signature: str, key: str) -> str:
        """Say what is wrong with a signature; empty when nothing is."""
        if not is_signed(DOMAIN, text, signature, key):
            return f"{what} is not signed by the key that it names: it was changed."
        named = fingerprint(bytes.fromhex(key))
        if named not in self.fingerprints:
            return (
                f"{what} is signed with the key {named}, which is not this installation's. Name it with --key when it "
                "is an earlier one that you know."
            )
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """The events that the last checkpoint says are removed: those up to `through` except the ranges that it kept."""

    through: int = 0
    kept: Sequence[tuple[int, int]] = ()

    def has(self, sequence: int) -> bool:
        """Whether the event of this sequence may be missing."""
        place = bisect_right(self.kept, (sequence, BEYOND_ALL)) - 1
        is_kept = place >= 0 and sequence <= self.kept[place][1]
        return sequence <= self.through and not is_kept


def removed_by(points: Iterable[Checkpoint]) -> Removed:
    """Read the last of these checkpoints. One that was changed is found by its signature, not here.

    >>> point = Checkpoint(through=9, at=0, actor="", reason="", number=1, seal="", key="", kept="3,7-8")
    >>> removed = removed_by([point])
    >>> [sequence for sequence in range(1, 12) if not removed.has(sequence)]
    [3, 7, 8, 10, 11]
    """
    last = max(points, key=lambda point: point.through, default=None)
    if last is None:
        return Removed()
    kept = [(int(low), int(high or low)) for low, high in RANGE.findall(last.kept or "")]
    return Removed(through=last.through, kept=sorted(kept))


def seal_problems(seal: Seal, before: Seal | None, trust: Trust) -> Iterator[str]:
    """Check a seal against the one before it and its own signature."""
    number, first, previous = (before.number, before.last, before.hash) if before else (0, 0, NOTHING_BEFORE)
    if seal.number != number + 1:
        gone = f"Seal {number + 1} is" if seal.number == number + 2 else f"Seals {number + 1} to {seal.number - 1} are"
        yield f"{gone} gone: what was sealed there cannot be checked."
    elif seal.previous != previous or seal.first != first + 1:
        yield f"Seal {seal.number} does not follow seal {number}: one of them was changed or put in."
    yield from own_problems(seal, trust)


def own_problems(seal: Seal, trust: Trust) -> Iterator[str]:
    """Hold a seal against its own signature and root."""
    if problem := trust.problem(f"Seal {seal.number}", seal.text(), seal.signature, seal.key):
        yield problem
    if len(seal.leaves) != LEAF * (seal.last - seal.first + 1) or root(leaves_of(seal)).hex() != seal.root:
        yield f"The hashes of seal {seal.number} (events {seal.first} to {seal.last}) were changed: they miss its root."


def leaves_of(seal: Seal) -> list[bytes]:
    """Return the hashes of a seal's events, in order."""
    return [seal.leaves[at : at + LEAF] for at in range(0, len(seal.leaves), LEAF)]


def row_problems(seal: Seal, rows: Sequence[LoggedRow], removed: Removed) -> Iterator[str]:
    """Check the stored events of a seal against the hashes that were sealed."""
    leaves, there = leaves_of(seal), {row.sequence: row for row in rows}
    for sequence, leaf in enumerate(leaves, start=seal.first):
        row = there.pop(sequence, None)
        if row is None and leaf == MISSING:
            yield f"Event {sequence} was gone already when seal {seal.number} was made."
        elif row is None and not removed.has(sequence):
            kept = f"the checkpoint at event {removed.through} kept it"
            why = kept if sequence <= removed.through else "no checkpoint says that it was removed"
            yield f"Event {sequence} is gone: seal {seal.number} has it, and {why}."
        elif row is not None and (problem := row_problem(seal, row, leaf)):
            yield problem
    yield from (f"{_named(row)} was put in: seal {seal.number} has no place for it." for row in there.values())


def row_problem(seal: Seal, row: LoggedRow, leaf: bytes) -> str:
    """Hold an event against the hash that was sealed in its place; empty when it is the one."""
    if leaf == MISSING:
        return f"{_named(row)} was put in after seal {seal.number} was made."
    return f"{_named(row)} was changed after it was sealed." if leaf_hash(row.text()) != leaf else ""


def tail_problems(last: Seal | None, rows: Sequence[LoggedRow], numbered: int) -> Iterator[str]:
    """Check the events that are not sealed yet: they have no gap, and end with the last number that was assigned."""
    sealed = last.last if last else 0
    sequences = [sealed, *(row.sequence for row in rows)]
    for one, next_one in pairwise(sequences):
        yield from (f"Event {gone} is gone before it was sealed." for gone in range(one + 1, next_one))
    if numbered > sequences[-1]:
        there = sequences[-1]
        gone = "The last event is" if numbered == there + 1 else f"The last {numbered - there} events are"
        yield f"{gone} gone: {numbered} were numbered, {there} is the last that is there."


def checkpoint_problems(checkpoint: Checkpoint, seal: Seal | None, trust: Trust) -> Iterator[str]:
    """Check a checkpoint against the seal that it names and its own signature."""
    what = f"The checkpoint at event {checkpoint.through}"
    if seal is None or seal.hash != checkpoint.seal or seal.last != checkpoint.through:
        yield f"{what} names a seal {checkpoint.number} that is not there like this: one of them was changed."
    if problem := trust.problem(what, checkpoint.text(), checkpoint.signature, checkpoint.key):
        yield problem


def _named(row: LoggedRow) -> str:
    return f"Event {row.sequence} ({row.kind!r}, {EPOCH + timedelta(microseconds=row.at):%Y-%m-%d %H:%M:%S} UTC)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check found; `problems` are the first ones, `more` counts the rest."""

    events: int = 0
    seals: int = 0
    unsealed: int = 0
    removed: int = 0
    problems: tuple[str, ...] = ()
    more: int = 0
    head: tuple[int, str] | None = None  # number and hash of the last seal

    @property
    def is_whole(self) -> bool:
        return not self.problems


@dataclass(slots=True)
class Findings:
    """Collects problems, the first hundred of them by name."""

    named: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, problems: Iterable[str]) -> None:
        for problem in problems:
            self.count += 1
            if self.count <= 100:
                self.named.append(problem)
