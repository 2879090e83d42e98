"""The layout of an export: the names and formats of its files, shared by writer and verifier."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from warroom.services.proof.canonical import canonical

BAGIT = "bagit.txt"  # RFC 8493
BAG_INFO = "bag-info.txt"
PAYLOAD = "manifest-sha256.txt"
TAGS = "tagmanifest-sha256.txt"
MANIFEST = "manifest.json"  # of items
INCLUSION = "inclusion.json"  # only where not all items are shown
CUSTODY = "custody.jsonl"
CHECKPOINT = "checkpoint.json"
LOG = "audit.json"  # only where events of custody were sealed
STATEMENT = "statement.dsse.json"
TIMESTAMP = "timestamp.tsr"  # only where an authority was asked
VERIFIER = "verify.py"
README = "README.txt"
DATA = "data/"

REQUIRED = (BAGIT, BAG_INFO, PAYLOAD, TAGS, MANIFEST, CUSTODY, CHECKPOINT, STATEMENT, VERIFIER, README)
OPTIONAL = (INCLUSION, LOG, TIMESTAMP)
NOT_ATTESTED = (STATEMENT, TAGS, TIMESTAMP)  # written after the statement, or the statement itself

BAG_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST_FORMAT = "warroom evidence manifest 1"
CHECKPOINT_FORMAT = "warroom evidence checkpoint 1"
LOG_FORMAT = "warroom evidence audit 1"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:warroom:evidence-export:1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
EVIDENCE = "warroom.evidence.v1"  # domains of signatures
CUSTODIAL = "warroom.custody.v1"
LOG_DOMAIN = "audit"
LOG_KIND = "evidence"  # of the events that custody is
OF_THE_LINE = {"sequence", "at", "by", "previous"}  # of a line of custody, and not of the event's own body
NO_LINE = "0" * 64  # what the first line of custody names as the one before

ZIP_SEAL = b"SHA-256 "  # a zip ends with this and the hash of all bytes before it, in hexadecimal digits
ZIP_SEAL_BYTES = len(ZIP_SEAL) + 64


def data_name(sha256: str) -> str:
    """Return the path of an item's bytes; no name that came from outside is ever part of a path."""
    return DATA + sha256


def digest_lines(digests: Mapping[str, str]) -> bytes:
    """Write the list of files and hashes that BagIt requires, in the order of the names."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def custody_line(event: Mapping[str, Any], previous: str) -> bytes:
    """Write an event as a line that names the hash of the line before it."""
    return canonical(dict(event, previous=previous))


def line_hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def fingerprint(public_key: bytes) -> str:
    """Name a key as people compare it: by the SHA-256 of its 32 bytes, in hexadecimal digits."""
    return hashlib.sha256(public_key).hexdigest()


def signed_bytes(domain: str, message: bytes) -> bytes:
    r"""Return the bytes to sign: a signature of one domain is none of another.

    >>> signed_bytes("audit", b"{}")
    b'audit\x00{}'
    """
    return domain.encode() + b"\0" + message


def enveloped_bytes(kind: str, payload: bytes) -> bytes:
    """Return the bytes that a DSSE envelope's signature covers.

    >>> enveloped_bytes("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    return b" ".join([b"DSSEv1", b"%d" % len(kind), kind.encode(), b"%d" % len(payload), payload])
