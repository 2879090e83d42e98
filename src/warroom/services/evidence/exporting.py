"""Exports an incident's evidence so that a third party can verify it without warroom."""

import asyncio
import errno
import stat
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from warroom.model.codec import to_json
from warroom.model.custody import Act, CustodyEvent, custody_of
from warroom.model.entry import Entry, StoredFile
from warroom.model.errors import DamagedError, InvalidInputError, NotFoundError, UnavailableError
from warroom.model.ids import EntryId, IncidentId, PlanId
from warroom.model.json import JsonObject
from warroom.model.user import Actor
from warroom.services.audit.audit import Audit, AuditRow
from warroom.services.evidence.evidence import Evidence
from warroom.services.evidence.intact import guarded
from warroom.services.evidence.meters import ExportProgress, Meter, Meters, Stage
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.signing import Signer
from warroom.services.ports.store import ActionQuery, Changes, Store
from warroom.services.ports.timestamps import TimestampAuthority
from warroom.services.proof import documents, layout
from warroom.services.proof.container import pieces
from warroom.services.proof.documents import Case
from warroom.services.proof.record import Story, record_of, said_in
from warroom.services.proof.sink import Sink, folder_at, refuse_if_there, refuse_unless_a_name, told, zip_at, zip_in
from warroom.services.proof.standalone import verifier
from warroom.services.sealing.log_proofs import log_proofs
from warroom.services.sealing.sealing import Sealing

PAGE = 1000  # rows that are read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to export of an incident: some items or all; with `damage`, the undamaged ones although others are damaged.

    `why` opens to an admin what is for others, and the incident says so.
    """

    incident: IncidentId
    items: Sequence[EntryId] = ()
    with_damaged: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A finished export. `damaged` and `deleted` items have no bytes in it; `unstamped`: why there is no time stamp."""

    incident: IncidentId
    items: int
    of: int
    root: str
    key: str
    damaged: Sequence[str] = ()
    deleted: Sequence[str] = ()
    is_stamped: bool = False
    unstamped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An export before it is written: the documents, and which bytes go with them."""

    texts: Mapping[str, bytes]
    files: Mapping[str, StoredFile]  # by SHA-256
    exported: Exported


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporting:
    """Exports cases. Everything is checked, written down and signed before the first byte is written."""

    store: Store
    evidence: Evidence
    audit: Audit
    signer: Signer
    clock: Clock
    authority: TimestampAuthority | None = None
    meters: Meters = field(default_factory=Meters)
    sealing: Sealing | None = None  # seals new events, so that the export can be checked against the log

    async def to_path(
        self, wanted: Wanted, target: Path, actor: Actor, *, overwrite: bool = False
    ) -> tuple[Path, Exported]:
        """Export to a zip (a name that ends so) or a folder on this machine; an existing folder gets it as a new entry.

        It has its name only when it is whole.
        """
        place = await asyncio.to_thread(_place, target, wanted.incident, overwrite=overwrite)
        with self.meters.started(wanted.incident, actor.name, self.clock.now()) as meter:
            prepared = await self._prepared(wanted, actor, meter)
            opened = zip_at(place, overwrite=overwrite) if _is_zip(place) else folder_at(place)
            await asyncio.to_thread(self._write, opened, prepared, meter)
        return place, prepared.exported

    async def to_file(self, wanted: Wanted, file: BinaryIO, actor: Actor) -> Exported:
        """Export as a zip into an open file, which can be read from its beginning then."""
        with self.meters.started(wanted.incident, actor.name, self.clock.now()) as meter:
            prepared = await self._prepared(wanted, actor, meter)
            await asyncio.to_thread(self._write_zip, file, prepared, meter)
        return prepared.exported

    async def under_way(self, actor: Actor, incident: IncidentId | None = None) -> Sequence[ExportProgress]:
        """Return the exports that this process is making now, of one incident or of all."""
        require(actor, Permission.SEE)
        return [one for one in self.meters.now() if incident in {None, one.incident}]

    async def _prepared(self, wanted: Wanted, actor: Actor, meter: Meter) -> Prepared:
        require(actor, Permission.DOWNLOAD_EVIDENCE)
        incident = await self.store.incident(wanted.incident)
        items = await self.evidence.list(actor, incident.id)
        shown = _places(items, wanted)
        for entry in (items[place] for place in shown if not items[place].deleted):
            await self.evidence.custodian.admit(entry, actor, wanted.why)
        damage = await self._damage([items[place] for place in shown], actor, meter)
        if damage and not wanted.with_damaged:
            raise DamagedError(_refusal(damage))
        taken = [items[place] for place in shown if items[place].id not in damage and not items[place].deleted]
        meter.start(Stage.SIGNING, ())
        await self._note(taken, actor)
        if self.sealing:
            await self.sealing.seal()
        story = await self._story(incident.id, actor)
        custody = await self._custody(incident.id, {items[place].id for place in shown}, actor)
        case = Case(
            incident=incident,
            records=[record_of(entry, story, damage.get(entry.id, "")) for entry in items],
            shown=shown,
            custody=custody,
            made=self.clock.now(),
            by=actor.name,
            seal=await self.store.seals.last(),
            log=await log_proofs(
                self.store.seals, {line["sequence"] for line in custody}, self.signer.public_key().hex()
            ),
            authority=self.authority.name if self.authority else "",
        )
        return await self._documented(case, {entry.file.sha256: entry.file for entry in taken if entry.file}, damage)

    async def _documented(self, case: Case, files: Mapping[str, StoredFile], damage: Mapping[EntryId, str]) -> Prepared:
        sizes = {sha256: file.size for sha256, file in files.items()}
        texts = await asyncio.to_thread(documents.signed, case, sizes, verifier(), self.signer)
        stamp, reason = await self._stamp(texts[layout.STATEMENT])
        if reason:
            texts = await asyncio.to_thread(
                documents.signed, replace(case, is_stamped=False), sizes, verifier(), self.signer
            )
        exported = Exported(
            incident=case.incident.id,
            items=len(case.shown),
            of=len(case.records),
            root=case.root.hex(),
            key=layout.fingerprint(self.signer.public_key()),
            damaged=list(damage.values()),
            deleted=[
                f"{record['entry']}: {record['missing']}"
                for record in (case.records[place] for place in case.shown)
                if record["missing"] and record["entry"] not in damage
            ],
            is_stamped=bool(stamp),
            unstamped=reason,
        )
        return Prepared(texts=documents.listed(texts, stamp), files=files, exported=exported)

    async def _stamp(self, statement: bytes) -> tuple[bytes, str]:
        """Return a time stamp where there is an authority; an export does not fail when it does not answer."""
        if self.authority is None:
            return b"", ""
        try:
            return await self.authority.stamp(statement), ""
        except UnavailableError as error:
            return b"", str(error)

    async def _story(self, incident: IncidentId, actor: Actor) -> Story:
        entries: list[Entry] = []
        while page := await self.store.entries(incident, _number(entries), PAGE):
            entries += page
        plans = {plan.id: plan for plan in await self.store.plans(incident)}
        with_items = {entry.plan for entry in entries if entry.file and entry.plan in plans}
        tasks = {(plan, task.key): task for plan in with_items if plan for task in await self.store.tasks(plan)}
        actions: dict[PlanId, list[AuditRow]] = {}
        for row in reversed(await self._actions(incident, actor)):
            actions.setdefault(row.plan, []).append(row)
        return Story(plans=plans, tasks=tasks, actions=actions, said=said_in(entries))

    async def _actions(self, incident: IncidentId, actor: Actor) -> list[AuditRow]:
        """Return all actions of an incident, newest first."""
        rows: list[AuditRow] = []
        query = ActionQuery(incident=incident, limit=PAGE)
        while page := await self.audit.list(query, actor):
            rows += page
            query = ActionQuery(incident=incident, limit=PAGE, before=page[-1].mark)
        return rows

    async def _damage(self, items: Sequence[Entry], actor: Actor, meter: Meter) -> dict[EntryId, str]:
        """Read all bytes and say what differs from what was saved; deleted files are expected to be absent."""
        distinct = {entry.file.sha256: entry for entry in items if entry.file and not entry.deleted}
        meter.start(Stage.CHECKING, [entry.file.size for entry in distinct.values() if entry.file])
        known: dict[str, str] = {}
        for sha256, entry in distinct.items():
            try:
                await self.evidence.custodian.require_whole(entry, actor, meter.piece)
                known[sha256] = ""
            except (DamagedError, NotFoundError) as error:
                known[sha256] = str(error)
            meter.file()
        return {entry.id: why for entry in items if entry.file and (why := known.get(entry.file.sha256, ""))}

    async def _note(self, items: Sequence[Entry], actor: Actor) -> None:
        """Log that these items are exported, before anybody has them."""
        said = f"in an export of {len(items)} item{'s' if len(items) != 1 else ''}"
        custody = [
            custody_of(entry, Act.EXPORTED, door=actor.door, address=actor.address, reason=said) for entry in items
        ]
        changes = Changes(actor=actor.name, at=self.clock.now(), custody=custody, durable=True)
        await self.evidence.redaction.journal.commit(changes)

    async def _custody(self, incident: IncidentId, items: Collection[EntryId], actor: Actor) -> list[JsonObject]:
        """Return the custody events of these items, and of the incident's evidence as a whole."""
        found: list[JsonObject] = []
        after = 0
        while page := await self.evidence.custody(incident, actor, after):
            after = page[-1].sequence
            found += [_event(event) for event in page if event.custody.entry is None or event.custody.entry in items]
        return found

    def _write(self, opened: AbstractContextManager[Sink], prepared: Prepared, meter: Meter) -> None:
        with opened as sink:
            self._fill(sink, prepared, meter)

    def _write_zip(self, file: BinaryIO, prepared: Prepared, meter: Meter) -> None:
        with zip_in(file) as sink:
            self._fill(sink, prepared, meter)
        file.seek(0)

    def _fill(self, sink: Sink, prepared: Prepared, meter: Meter) -> None:
        for name, text in prepared.texts.items():
            sink.write(name, [text], len(text))
        meter.start(Stage.WRITING, [file.size for file in prepared.files.values()])
        for sha256, file in prepared.files.items():
            with guarded(self.evidence.blobs.open, file) as source:
                sink.write(layout.data_name(sha256), meter.counted(pieces(source)), file.size)
        meter.start(Stage.FINISHING, ())


def _is_folder(target: Path) -> bool:
    """Whether it is one; what keeps that from being seen is raised, which newer Pythons' `is_dir` would swallow."""
    try:
        return stat.S_ISDIR(target.stat().st_mode)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:
            return False
        raise


def _place(target: Path, incident: IncidentId, *, overwrite: bool) -> Path:
    """Return the path that the export will have; raises when it is seen to be unwritable."""
    refuse_unless_a_name(target)
    with told(target):
        place = target / f"evidence-of-incident-{incident}" if _is_folder(target) else target
        if not overwrite:
            refuse_if_there(place)
    if overwrite and not _is_zip(place):
        raise InvalidInputError(
            f"{place} would be a folder: none is ever replaced. Leave --overwrite out, or name a FILE.zip."
        )
    return place


def _is_zip(place: Path) -> bool:
    return place.suffix.lower() == ".zip"


def _places(items: Sequence[Entry], wanted: Wanted) -> list[int]:
    """Return the positions of the wanted items among all of the incident."""
    if not items:
        raise NotFoundError(
            f"Incident {wanted.incident} has no evidence yet. `warroom evidence list` shows what is there."
        )
    known = {entry.id: place for place, entry in enumerate(items)}
    for each in wanted.items:
        if each not in known:
            raise NotFoundError(f"Incident {wanted.incident} has no evidence {each}. `warroom evidence list` shows it.")
    return sorted({known[each] for each in wanted.items}) or list(range(len(items)))


def _refusal(damage: Mapping[EntryId, str]) -> str:
    return f"Nothing was exported. {' '.join(damage.values())} With --with-damaged the rest is exported, and it named."


def _event(event: CustodyEvent) -> JsonObject:
    """Shape a line of custody: the log's own words and numbers, with when and by whom."""
    return {"sequence": event.sequence, "at": to_json(event.at), "by": event.actor, **event.custody.as_json()}


def _number(entries: Sequence[Entry]) -> int:
    return int(entries[-1].id.partition("@")[0]) if entries else 0
