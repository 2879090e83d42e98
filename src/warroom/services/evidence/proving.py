"""Shows what proves the custody of a file: the seal of each act, and when its bytes were last found whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from warroom.model.custody import Act, CustodyEvent, Damage
from warroom.model.entry import Entry
from warroom.model.ids import EntryId
from warroom.model.seal import LEAF, LoggedRow, Seal
from warroom.model.user import Actor
from warroom.services.evidence.evidence import Evidence
from warroom.services.people.access import Permission, require
from warroom.services.ports.seals import SealStore
from warroom.services.ports.signing import Signer
from warroom.services.ports.timestamps import TimestampAuthority
from warroom.services.proof.layout import fingerprint
from warroom.services.sealing.check import Trust, own_problems, row_problem

MOST = 200  # acts that are shown
CHECKING = {Act.VERIFIED, Act.DOWNLOADED, Act.EXPORTED}  # all bytes were hashed, and right


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenAct:
    """An act, the seal that covers it (0: not sealed yet) with the fingerprint of its key, and what is wrong there."""

    event: CustodyEvent
    seal: int = 0
    key: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenItem:
    """The state of a file. `whole` is when all its bytes were last read and correct; None: not since it was saved."""

    entry: Entry
    acts: Sequence[ProvenAct]  # newest first
    earlier: int  # acts that are not among them
    whole: datetime | None
    damage: Damage | None
    key: str  # the fingerprint of this installation's key
    authority: str  # the authority that stamps exports; empty when none is set

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong with seals or sealed acts, each once."""
        return list(dict.fromkeys(act.problem for act in self.acts if act.problem))

    @property
    def unsealed(self) -> int:
        return sum(not act.seal for act in self.acts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """Holds what is shown of custody against the sealed log; the whole log is `Sealing.verify`'s."""

    evidence: Evidence
    seals: SealStore
    signer: Signer
    authority: TimestampAuthority | None = None

    async def item(self, wanted: EntryId, actor: Actor) -> ProvenItem:
        """Return what happened to a file, and to the evidence of its incident as a whole, with what proves it."""
        require(actor, Permission.SEE)
        entry = await self.evidence.custodian.item(wanted)
        assert entry.file is not None
        events = await self._events(entry, actor)
        damages = await self.evidence.store.custody.damages()
        return ProvenItem(
            entry=entry,
            acts=await self._proven(events[-MOST:]),
            earlier=max(0, len(events) - MOST),
            whole=max(await self._checks(entry, events), default=None),
            damage=next((damage for damage in damages if damage.sha256 == entry.file.sha256), None),
            key=fingerprint(self.signer.public_key()),
            authority=self.authority.name if self.authority else "",
        )

    async def _events(self, entry: Entry, actor: Actor) -> list[CustodyEvent]:
        found: list[CustodyEvent] = []
        after = 0
        while page := await self.evidence.custody(entry.incident, actor, after):
            after = page[-1].sequence
            found += [event for event in page if event.custody.entry in {None, entry.id}]
        return found

    async def _checks(self, entry: Entry, events: Sequence[CustodyEvent]) -> list[datetime]:
        assert entry.file is not None
        shelves = await self.evidence.store.custody.shelves()
        scrubbed = [shelf.at for shelf in shelves if shelf.name == entry.file.sha256[:2] and shelf.at > entry.created]
        acts = [event.at for event in events if event.custody.act in CHECKING and event.custody.entry == entry.id]
        return scrubbed + acts

    async def _proven(self, events: Sequence[CustodyEvent]) -> list[ProvenAct]:
        looked = _Looked()
        for event in reversed(events):
            if not looked.is_covering(event.sequence):
                looked.seal = await self.seals.covering(event.sequence)
            row = await self.seals.rows(event.sequence - 1, 1)
            looked.acts.append(_proven(event, looked, row))
        return looked.acts


@dataclass(slots=True)
class _Looked:
    """What was found until now: acts, the seal of the last one, and what is wrong with the seals that were met."""

    acts: list[ProvenAct] = field(default_factory=list)
    seal: Seal | None = None
    flaws: dict[int, str] = field(default_factory=dict)

    def is_covering(self, sequence: int) -> bool:
        return self.seal is not None and self.seal.first <= sequence <= self.seal.last

    def flaw(self, seal: Seal) -> str:
        """Say what is wrong with a seal itself; an earlier key is none of it."""
        if seal.number not in self.flaws:
            self.flaws[seal.number] = next(own_problems(seal, Trust(fingerprints=set(_named(seal)))), "")
        return self.flaws[seal.number]


def _proven(event: CustodyEvent, looked: _Looked, rows: Sequence[LoggedRow]) -> ProvenAct:
    seal = looked.seal
    if seal is None:
        return ProvenAct(event=event)
    place = (event.sequence - seal.first) * LEAF
    leaf = seal.leaves[place : place + LEAF]
    changed = next((row_problem(seal, row, leaf) for row in rows if row.sequence == event.sequence), "")
    key = next(_named(seal), "")
    return ProvenAct(event=event, seal=seal.number, key=key, problem=looked.flaw(seal) or changed)


def _named(seal: Seal) -> Iterator[str]:
    """Yield the fingerprint of a seal's key; nothing for a seal without a key."""
    try:
        yield fingerprint(bytes.fromhex(seal.key))
    except ValueError:
        return
