"""Checks custody against the sealed log: each line must be an event that a signed seal covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from warroom.services.proof.bag import Reader
from warroom.services.proof.canonical import EXACT, canonical
from warroom.services.proof.container import shown
from warroom.services.proof.ed25519 import is_signed
from warroom.services.proof.layout import LOG_DOMAIN, LOG_KIND, OF_THE_LINE, signed_bytes
from warroom.services.proof.merkle import joined_root, leaf_hash

START_OF_TIME = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017  # Python 3.8 has no other name for it


def log_problems(seals: list[Any], lines: Mapping[int, dict[str, Any]], incident: int, key: bytes) -> Iterator[str]:
    """Check lines, by their sequence in the log, against the seals that cover them; yields what does not fit."""
    reader = Reader(b"")  # one for all bodies: to make one takes longer than to read with it
    for seal in seals:
        says, number = seal["says"], int(seal["says"]["number"])
        if not is_signed(key, signed_bytes(LOG_DOMAIN, canonical(says)), bytes.fromhex(seal["signature"])):
            yield f"has a bad signature of seal {number}."
        known = {}
        for event in seal["events"]:
            sequence, body = event["sequence"], event["body"]
            line = lines[sequence]
            known[sequence - says["first"]] = leaf_hash(_row(line, sequence, body, incident))
            if not _is_told(line, reader.read(body.encode())):
                yield f"does not prove the line of event {sequence}: it says something else of {shown(line['name'])}."
        beside = [bytes.fromhex(each) for each in seal["beside"]]
        if joined_root(known, says["last"] - says["first"] + 1, beside) != bytes.fromhex(says["root"]):
            yield f"does not prove the lines that seal {number} covers: one of them is not in the log like this."


def _row(line: Mapping[str, Any], sequence: int, body: str, incident: int) -> bytes:
    """Write an event as the log seals it: as the database has it, its time in microseconds."""
    at = (datetime.fromisoformat(line["at"]) - START_OF_TIME) // timedelta(microseconds=1)
    row = {"actor": line["by"], "at": at, "body": body, "incident": incident, "kind": LOG_KIND, "sequence": sequence}
    return canonical(row, is_plain=all(type(each) is int and abs(each) <= EXACT for each in (at, incident, sequence)))


def _is_told(line: Mapping[str, Any], body: Any) -> bool:
    """Whether a line says what the event does."""
    told = body[-1]["payload"]
    names = {*line, *told} - OF_THE_LINE
    return all((line.get(name) or "") == (told.get(name) or "") for name in names)
