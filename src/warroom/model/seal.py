"""The sealed log: seals and checkpoints, and the statements that are signed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from warroom.model.json import JsonObject

DOMAIN = "audit"  # the domain of the signatures made here
NOTHING_BEFORE = "0" * 64
LEAF = 32  # bytes of a hash


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRow:
    """An event exactly as the database has it: the hash of this is sealed, so later versions must not change it."""

    sequence: int
    at: int  # microseconds since 1970
    incident: int | None
    kind: str
    actor: str
    body: str = field(repr=False)

    def text(self) -> bytes:
        """Return the row as canonical JSON (RFC 8785)."""
        return canonical_flat(
            {
                "actor": self.actor,
                "at": self.at,
                "body": self.body,
                "incident": self.incident,
                "kind": self.kind,
                "sequence": self.sequence,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One batch of events, closed: `leaves` are their hashes, one after the other, `previous` the seal before."""

    number: int
    first: int
    last: int
    at: int
    previous: str
    root: str
    leaves: bytes = field(repr=False)
    key: str  # the public key, in hex
    signature: str = field(default="", repr=False)

    def says(self) -> JsonObject:
        """Return the signed statement as a value."""
        return {
            "at": self.at,
            "first": self.first,
            "key": self.key,
            "last": self.last,
            "number": self.number,
            "previous": self.previous,
            "root": self.root,
            "type": "seal",
        }

    def text(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical_flat(self.says())

    @property
    def hash(self) -> str:
        """The hash that the next seal has as `previous`."""
        return hashlib.sha256(self.text()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Says that events up to `through` were removed: by whom, and the last seal over them.

    Those that are `kept` may not: ranges of sequences such as "3,7-9"; None in one that was made before they were said.
    """

    through: int
    at: int
    actor: str
    reason: str
    number: int
    seal: str
    key: str
    signature: str = field(default="", repr=False)
    kept: str | None = field(default=None, repr=False)

    def text(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical_flat(
            {
                "actor": self.actor,
                "at": self.at,
                "key": self.key,
                **({} if self.kept is None else {"kept": self.kept}),
                "number": self.number,
                "reason": self.reason,
                "seal": self.seal,
                "through": self.through,
                "type": "checkpoint",
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far the log is sealed; written down elsewhere, it can be compared later."""

    number: int
    hash: str
    last: int
    at: datetime


def canonical_flat(value: JsonObject) -> bytes:
    r"""Write texts and whole numbers as canonical JSON (RFC 8785): Python's own writer does that, and fast.

    >>> canonical_flat({"b": 1, "a": "\u00e9\n"})
    b'{"a":"\xc3\xa9\\n","b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def ranges(sequences: Iterable[int]) -> str:
    """Write sequences in rising order as ranges.

    >>> ranges([3, 7, 8, 9])
    '3,7-9'
    """
    pairs: list[list[int]] = []
    for sequence in sequences:
        if pairs and pairs[-1][1] == sequence - 1:
            pairs[-1][1] = sequence
        else:
            pairs.append([sequence, sequence])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in pairs)
