"""The documents of an export, from what it holds: manifest, custody, checkpoint, statement and the lists of the bag."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from warroom.model.codec import picked
from warroom.model.incident import Incident
from warroom.model.json import JsonObject
from warroom.model.seal import Seal
from warroom.services.ports.signing import Signer
from warroom.services.proof import layout
from warroom.services.proof.canonical import canonical, fitted
from warroom.services.proof.merkle import inclusion_proofs, leaf_hash, root

AGENT = "warroom"


@dataclass(frozen=True, kw_only=True)  # no slots, for cached properties
class Case:
    """What is exported: the records of all items of an incident, and which of them are shown."""

    incident: Incident
    records: Sequence[JsonObject]
    shown: Sequence[int]  # places in `records`, in order
    custody: Sequence[JsonObject]
    made: datetime
    by: str
    seal: Seal | None = None  # the newest one of the event log
    log: Sequence[JsonObject] = ()  # seals with what proves the lines of custody that they cover
    authority: str = ""  # the time stamp authority that was asked, with or without success
    is_stamped: bool = True

    @property
    def is_whole(self) -> bool:
        return len(self.shown) == len(self.records)

    @cached_property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(canonical(record)) for record in self.records]

    @cached_property
    def root(self) -> bytes:
        return root(self.leaves)


def signed(case: Case, data: Mapping[str, int], program: bytes, signer: Signer) -> dict[str, bytes]:
    """Write all that the statement attests, and the statement; `data` are the sizes of the files by their hashes."""
    lines, head = _custody(case)
    payload = layout.digest_lines({layout.data_name(sha256): sha256 for sha256 in data})
    texts = {
        layout.BAGIT: layout.BAG_DECLARATION,
        layout.BAG_INFO: _bag_info(case, list(data.values())),
        layout.README: _readme(case, layout.fingerprint(signer.public_key())),
        layout.VERIFIER: program,
        layout.MANIFEST: _manifest(case),
        **({} if case.is_whole else {layout.INCLUSION: _inclusion(case)}),
        layout.CUSTODY: lines,
        layout.CHECKPOINT: _checkpoint(case, head, signer),
        **({layout.LOG: canonical({"format": layout.LOG_FORMAT, "seals": case.log})} if case.log else {}),
        layout.PAYLOAD: payload,
    }
    digests = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
    digests |= {layout.data_name(sha256): sha256 for sha256 in data}
    return {**texts, layout.STATEMENT: _statement(case, digests, signer)}


def listed(texts: Mapping[str, bytes], stamp: bytes) -> dict[str, bytes]:
    """Add the time stamp, when there is one, and the list of all files but the data."""
    whole = {**texts, layout.TIMESTAMP: stamp} if stamp else dict(texts)
    digests = {name: hashlib.sha256(text).hexdigest() for name, text in whole.items()}
    return {**whole, layout.TAGS: layout.digest_lines(digests)}


def _manifest(case: Case) -> bytes:
    header = picked(case.incident, "id", "name", "type", "severity", "occurred", "created", "source_instance")
    return canonical(
        {
            "format": layout.MANIFEST_FORMAT,
            "incident": fitted({**header, "mirror_id": case.incident.remote}),
            "items": [case.records[place] for place in case.shown],
        }
    )


def _inclusion(case: Case) -> bytes:
    """Write for each item that is shown the path that leads from it to the signed root; it shows nothing else."""
    paths = zip(case.shown, inclusion_proofs(case.leaves, case.shown), strict=True)
    proofs = [{"index": place, "path": [each.hex() for each in path]} for place, path in paths]
    return canonical({"proofs": proofs})


def _custody(case: Case) -> tuple[bytes, str]:
    """Write the events as a chain of lines; returns the text and the hash of its last line."""
    lines, previous = [], layout.NO_LINE
    for event in case.custody:
        lines.append(layout.custody_line(fitted(event), previous))
        previous = layout.line_hash(lines[-1])
    return b"".join(line + b"\n" for line in lines), previous


def _checkpoint(case: Case, head: str, signer: Signer) -> bytes:
    """Sign the root of the items and the end of the chain of custody, each in a domain of its own.

    The newest seal of the log goes with them, where it is of the same key.
    """
    shared = {"incident": case.incident.id, "made": case.made.isoformat(), "by": case.by}
    evidence = {**shared, "items": len(case.records), "root": case.root.hex()}
    if case.authority:
        evidence["time_stamp_of" if case.is_stamped else "no_time_stamp_of"] = case.authority
    custodial = {**shared, "lines": len(case.custody), "head": head}
    signed = [
        {"domain": domain, "says": says, "signature": signer.sign(domain, canonical(says)).hex()}
        for domain, says in ((layout.EVIDENCE, evidence), (layout.CUSTODIAL, custodial))
    ]
    if case.seal and case.seal.key == signer.public_key().hex():
        signed.append({"domain": layout.LOG_DOMAIN, "says": case.seal.says(), "signature": case.seal.signature})
    return canonical({"format": layout.CHECKPOINT_FORMAT, "public_key": signer.public_key().hex(), "signed": signed})


def _statement(case: Case, digests: Mapping[str, str], signer: Signer) -> bytes:
    """Attest the hash of every file of the export, as an in-toto statement in a DSSE envelope."""
    payload = canonical(
        {
            "_type": layout.STATEMENT_TYPE,
            "subject": [{"name": name, "digest": {"sha256": digests[name]}} for name in sorted(digests)],
            "predicateType": layout.PREDICATE_TYPE,
            "predicate": {"incident": case.incident.id, "made": case.made.isoformat(), "by": case.by},
        }
    )
    signature = signer.sign_envelope(layout.PAYLOAD_TYPE, payload)
    return canonical(
        {
            "payloadType": layout.PAYLOAD_TYPE,
            "payload": base64.b64encode(payload).decode(),
            "signatures": [
                {"keyid": layout.fingerprint(signer.public_key()), "sig": base64.b64encode(signature).decode()}
            ],
        }
    )


def _bag_info(case: Case, sizes: Sequence[int]) -> bytes:
    """Write the metadata that BagIt requires; it has no text from outside but the incident's number."""
    lines = (
        f"Bag-Software-Agent: {AGENT}",
        f"Bagging-Date: {case.made.date().isoformat()}",
        f"External-Identifier: incident {case.incident.id}",
        f"Payload-Oxum: {sum(sizes)}.{len(sizes)}",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _readme(case: Case, fingerprint: str) -> bytes:
    """Write the README of an export: what it is, and how to verify it."""
    return f"""This is evidence of incident {case.incident.id}; warroom exported it on {case.made:%Y-%m-%d %H:%M} UTC.

data/            the files, each named by its SHA-256
{layout.MANIFEST}    what they are: names, hashes, and how each was collected
{layout.CUSTODY}    who saved, saw and took them, line by line
{layout.CHECKPOINT}  the root of the items and the end of that chain, signed

To check all of it you need Python 3.8 or later, nothing else, and no network:

    python3 -I {layout.VERIFIER} . --key FINGERPRINT

Take the fingerprint from whoever exported it, on another way than this export. Where you do not trust the
{layout.VERIFIER} that lies here, take that from there, too. The key that signed this export has the fingerprint
{fingerprint}
which proves nothing as long as you know it from here alone.
""".encode()
