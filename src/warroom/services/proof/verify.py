"""Check an export of evidence, a folder or a zip, offline and with the standard library alone.

Each file against its hash, each item against the signed root of the hash tree, each line of custody against the one
before it, each signature against the key. Without a fingerprint from outside it can say that nothing was changed since
the export was signed, but not who signed it. Exit codes: 0 intact, 1 not intact, 2 nothing could be checked.
"""

from __future__ import annotations

import argparse
import base64
import string
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from warroom.services.proof.bag import Bag, Reader, read_json
from warroom.services.proof.canonical import canonical
from warroom.services.proof.container import UnreadableError, opened, shown
from warroom.services.proof.ed25519 import is_signed
from warroom.services.proof.layout import (
    CHECKPOINT,
    CHECKPOINT_FORMAT,
    CUSTODIAL,
    CUSTODY,
    DATA,
    EVIDENCE,
    INCLUSION,
    LOG,
    LOG_FORMAT,
    MANIFEST,
    MANIFEST_FORMAT,
    NO_LINE,
    NOT_ATTESTED,
    PAYLOAD_TYPE,
    PREDICATE_TYPE,
    STATEMENT,
    STATEMENT_TYPE,
    TIMESTAMP,
    data_name,
    enveloped_bytes,
    fingerprint,
    line_hash,
    signed_bytes,
)
from warroom.services.proof.logged import log_problems
from warroom.services.proof.merkle import leaf_hash, root, verify_inclusion

ODD = (AttributeError, IndexError, KeyError, TypeError, ValueError)  # raised when a value has an unexpected shape
OPENSSL = f"openssl ts -verify -in {TIMESTAMP} -data {STATEMENT} -CAfile AUTHORITY.pem"


class Verdict(NamedTuple):
    """The result of a check: `problems` are what differs from what was signed, `notes` what a reader should know."""

    problems: list[str]
    notes: list[str]
    items: int
    key: str  # the fingerprint of the key in it; "" when there is none to read
    is_expected_key: bool

    @property
    def is_intact(self) -> bool:
        return not self.problems

    @property
    def sentence(self) -> str:
        if self.problems:
            return f"NOT INTACT: {_count(len(self.problems), 'problem')}."
        if self.is_expected_key:
            return f"intact: {_count(self.items, 'item')}, signed by the key that you named, {self.key}."
        return (
            f"intact, origin unproven: {_count(self.items, 'item')}, signed by the key {self.key}. Get its fingerprint"
            " from whoever exported it, by another way than with the export, and name it with --key."
        )


def verify(path: Path, key: str = "") -> Verdict:
    """Check an export, against a key's fingerprint where one is known.

    Raises UnreadableError when there is nothing to check.
    """
    container = opened(path)
    try:
        return Case(Bag(container)).verdict(key)
    finally:
        container.close()


def read_fingerprint(text: str) -> str:
    """Read a fingerprint as people write it down; raises ValueError for what is none."""
    digits = "".join(text.split()).replace(":", "").lower()
    if len(digits) != 64 or set(digits) - set(string.hexdigits):
        raise ValueError(f"{shown(text)} is no fingerprint of a key. It has 64 hexadecimal digits.")
    return digits


class Case:
    """The claims of a bag's documents, each checked against the files, the tree, the chain or the key."""

    def __init__(self, bag: Bag) -> None:
        self._bag = bag
        self._notes: list[str] = []
        self._records: list[dict[str, Any]] = []
        self._says: dict[str, dict[str, Any]] = {}  # by the signature's domain
        self._key = b""
        self._lines: dict[int, dict[str, Any]] = {}  # of custody, by their sequence in the log

    def verdict(self, key: str) -> Verdict:
        """Run each check that there is a file for; a problem in one does not skip the others."""
        for name, step in (
            (CHECKPOINT, self._read_checkpoint),
            (MANIFEST, self._check_manifest),
            (CUSTODY, self._check_custody),
            (LOG, self._check_log),
            (STATEMENT, self._check_statement),
            (TIMESTAMP, self._check_timestamp),
        ):
            if name in self._bag.digests:
                try:
                    step()
                except ODD as error:
                    self._bag.problem(name, f"is not in the form of an export ({type(error).__name__}: {error}).")
        self._miss_timestamp()
        signer = fingerprint(self._key) if self._key else ""
        if key and signer != key:
            self._bag.problems.append(f"It was signed by {signer or 'no key that can be read'}, not by {key}.")
        return Verdict(self._bag.problems, self._notes, len(self._records), signer, bool(key) and signer == key)

    def _read_checkpoint(self) -> None:
        checkpoint = self._bag.document(CHECKPOINT)
        _expect(checkpoint["format"], CHECKPOINT_FORMAT)
        self._key = bytes.fromhex(checkpoint["public_key"])
        for signed in checkpoint["signed"]:
            domain, says = signed["domain"], signed["says"]
            _expect(type(says), dict)
            if not is_signed(self._key, signed_bytes(domain, canonical(says)), bytes.fromhex(signed["signature"])):
                self._bag.problem(CHECKPOINT, f"has a bad signature in the domain {shown(domain)}.")
            self._says[domain] = says
        for domain in (EVIDENCE, CUSTODIAL):
            if domain not in self._says:
                self._bag.problem(CHECKPOINT, f"has no signature in the domain {domain}.")

    def _check_manifest(self) -> None:
        text = self._bag.text(MANIFEST)
        reader = Reader(text)
        manifest = reader.read(text)
        _expect(sorted(manifest), ["format", "incident", "items"])
        _expect(manifest["format"], MANIFEST_FORMAT)
        self._records = list(manifest["items"])
        records = [reader.written(record) for record in self._records]  # once, and compared with what was read
        rest = reader.written({"format": manifest["format"], "incident": manifest["incident"]})
        if rest[:-1] + b',"items":[' + b",".join(records) + b"]}" != text:
            self._bag.problem(MANIFEST, "is not in canonical JSON.")
        self._check_data()
        self._check_tree([leaf_hash(record) for record in records])
        if EVIDENCE in self._says and manifest["incident"]["id"] != self._says[EVIDENCE]["incident"]:
            self._bag.problem(MANIFEST, "is of another incident than the checkpoint.")

    def _check_data(self) -> None:
        """Check each item's hash and size against its file, and each file against the items."""
        claimed = set()
        for record in self._records:
            entry, name = shown(record["entry"]), data_name(record["sha256"])
            if record["missing"]:
                self._notes.append(f"Of {entry} there are no bytes in it: {record['missing']}")
                continue
            claimed.add(name)
            if name not in self._bag.digests:
                self._bag.problem(name, f"is missing, the bytes of {entry}.")
            elif (self._bag.digests[name], self._bag.sizes[name]) != (record["sha256"], record["size"]):
                self._bag.problem(name, f"is not what was saved as {entry}: its size or SHA-256 is another one.")
        for name in sorted(self._bag.digests):
            if name.startswith(DATA) and name not in claimed:
                self._bag.problem(name, f"is there and belongs to no item of {MANIFEST}.")

    def _check_tree(self, leaves: list[bytes]) -> None:
        says = self._says.get(EVIDENCE)
        if says is None:
            return
        top, size = bytes.fromhex(says["root"]), says["items"]
        if INCLUSION not in self._bag.digests:
            if size != len(leaves) or root(leaves) != top:
                self._bag.problem(
                    MANIFEST, "does not have the items that were signed: the root of their tree is another."
                )
            return
        proofs = self._bag.document(INCLUSION)["proofs"]
        _expect(len(proofs), len(leaves))
        self._notes.append(f"It shows {len(leaves)} of the {_count(size, 'item')} of the incident that were signed.")
        for place, proof in enumerate(proofs):
            path = [bytes.fromhex(each) for each in proof["path"]]
            if not verify_inclusion(leaves[place], proof["index"], size, path, top):
                self._bag.problem(INCLUSION, f"does not prove {shown(self._records[place]['entry'])}.")

    def _check_custody(self) -> None:
        """Follow the chain of the lines; one that was changed, dropped, added or moved breaks it at its place."""
        text = self._bag.text(CUSTODY)
        lines = text.split(b"\n")[:-1]
        reader, previous, hashes = (
            Reader(text),
            NO_LINE,
            {record["entry"]: record["sha256"] for record in self._records},
        )
        for number, line in enumerate(lines, 1):
            event = reader.read(line)
            if event["previous"] != previous:
                self._bag.problem(CUSTODY, f"is broken at line {number}, which does not follow the one before it.")
            if reader.written(event) != line:
                self._bag.problem(CUSTODY, f"is not in canonical JSON at line {number}.")
            if event.get("sha256") and hashes.get(event["entry"], event["sha256"]) != event["sha256"]:
                self._bag.problem(CUSTODY, f"names another SHA-256 for {shown(event['entry'])} at line {number}.")
            self._lines[event["sequence"]] = event
            previous = line_hash(line)
        says = self._says.get(CUSTODIAL)
        if says and (len(lines), previous, text[-1:]) != (says["lines"], says["head"], b"\n" if lines else b""):
            self._bag.problem(CUSTODY, f"is not the one that was signed, which has {_count(says['lines'], 'line')}.")

    def _check_log(self) -> None:
        """Check the lines of custody against the signed seals of the log that cover them."""
        log, incident = self._bag.document(LOG), int(self._says[CUSTODIAL]["incident"])
        _expect(log["format"], LOG_FORMAT)
        for problem in log_problems(log["seals"], self._lines, incident, self._key):
            self._bag.problem(LOG, problem)
        proven = {event["sequence"] for seal in log["seals"] for event in seal["events"]}
        if rest := len(set(self._lines) - proven):
            self._notes.append(
                f"{_count(rest, 'line')} of {len(self._lines)} in {CUSTODY} cannot be checked against the sealed log:"
                " what is some seconds old, or was sealed with an earlier key, is in the chain of lines alone."
            )

    def _check_statement(self) -> None:
        """Check the envelope's signature, and that what it attests are the files that are here."""
        envelope = self._bag.document(STATEMENT)
        payload = base64.b64decode(envelope["payload"], validate=True)
        [signature] = envelope["signatures"]
        _expect(envelope["payloadType"], PAYLOAD_TYPE)
        signed = enveloped_bytes(PAYLOAD_TYPE, payload)
        if not is_signed(self._key, signed, base64.b64decode(signature["sig"], validate=True)):
            self._bag.problem(STATEMENT, "has a bad signature.")
        statement = read_json(payload)
        _expect((statement["_type"], statement["predicateType"]), (STATEMENT_TYPE, PREDICATE_TYPE))
        attested = {subject["name"]: subject["digest"]["sha256"] for subject in statement["subject"]}
        there = {name: digest for name, digest in self._bag.digests.items() if name not in NOT_ATTESTED}
        for name in sorted({*attested, *there}):
            if attested.get(name) != there.get(name):
                self._bag.problem(name, f"is not as {STATEMENT} attests it.")
        _expect(signature["keyid"], fingerprint(self._key))

    def _miss_timestamp(self) -> None:
        """Report a missing time stamp that the signed checkpoint says was requested."""
        says = self._says.get(EVIDENCE, {})
        if says.get("time_stamp_of") and TIMESTAMP not in self._bag.digests:
            self._bag.problem(TIMESTAMP, f"is missing: a time stamp of {shown(says['time_stamp_of'])} was made.")
        if says.get("no_time_stamp_of"):
            self._notes.append(
                f"A time stamp was asked of {shown(says['no_time_stamp_of'])}, which gave none when it was exported."
            )

    def _check_timestamp(self) -> None:
        """Check that a time stamp is of this statement; its own signature is left to openssl."""
        if bytes.fromhex(self._bag.digests[STATEMENT]) not in self._bag.text(TIMESTAMP):
            self._bag.problem(TIMESTAMP, f"is no time stamp of this {STATEMENT}.")
        self._notes.append(
            f"{TIMESTAMP} is a time stamp (RFC 3161), which is not checked here. Check it with: {OPENSSL}"
        )


def _expect(found: object, expected: object) -> None:
    if found != expected:
        raise ValueError(f"{found!r:.100} stands where {expected!r:.100} should")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names, and say what was found."""
    parser = argparse.ArgumentParser(prog="verify.py", description=__doc__)
    parser.add_argument(
        "export", nargs="?", type=Path, default=Path(), help="a folder or a zip; by default the folder here"
    )
    parser.add_argument("--key", help="the fingerprint of the key that must have signed it, from outside")
    asked = parser.parse_args(arguments)
    try:
        key = "" if asked.key is None else read_fingerprint(asked.key)
        verdict = verify(asked.export, key)
    except (UnreadableError, ValueError) as error:
        sys.stderr.write(f"{shown(str(asked.export))}: {error}\n")
        return 2
    lines = [f"problem: {problem}" for problem in verdict.problems] + [f"note: {note}" for note in verdict.notes]
    sys.stdout.write("\n".join([*lines, verdict.sentence]) + "\n")
    return 0 if verdict.is_intact else 1
