"""Proofs that events belong to the sealed log, without revealing the others."""

from collections.abc import Collection
from itertools import takewhile

from warroom.model.json import JsonObject
from warroom.model.seal import Seal
from warroom.services.ports.seals import SealStore
from warroom.services.proof.merkle import shared_proof
from warroom.services.sealing.check import leaves_of

PAGE = 20  # seals that are read at once


async def log_proofs(seals: SealStore, sequences: Collection[int], key: str) -> list[JsonObject]:
    """Return each seal of this key that covers some of the events, with their bodies and the hashes beside them."""
    found: list[JsonObject] = []
    number = 0
    while page := await seals.seals(number, PAGE):
        number = page[-1].number
        for seal in page:
            wanted = {sequence for sequence in sequences if seal.first <= sequence <= seal.last}
            if wanted and seal.key == key and (bodies := await _bodies(seals, seal, wanted)):
                found.append(_proof(seal, bodies))
    return found


async def _bodies(seals: SealStore, seal: Seal, wanted: Collection[int]) -> dict[int, str]:
    """Return the stored bodies of events; a removed one cannot be proven."""
    rows = await seals.rows(seal.first - 1, seal.last - seal.first + 1)
    return {
        row.sequence: row.body
        for row in takewhile(lambda row: row.sequence <= seal.last, rows)
        if row.sequence in wanted
    }


def _proof(seal: Seal, bodies: dict[int, str]) -> JsonObject:
    beside = shared_proof(leaves_of(seal), [sequence - seal.first for sequence in bodies])
    return {
        "says": seal.says(),
        "signature": seal.signature,
        "events": [{"sequence": sequence, "body": body} for sequence, body in bodies.items()],
        "beside": [each.hex() for each in beside],
    }
