"""One round of one instance: changes here are sent, then changes there are taken in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from warroom.model.errors import WarroomError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Status
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.services.mirroring.commands import RATE_LIMIT, Modified, Remote
from warroom.services.mirroring.incoming import Inbound
from warroom.services.mirroring.outgoing import Outbound
from warroom.services.mirroring.tie import behind, owing
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, MirrorQuery, Store
from warroom.services.secrecy.masking import Mask
from warroom.services.writing.journal import Journal

NOWHERE = IncidentId("0")  # the query for changes is about no incident
GIVES_UP_AFTER = 3  # failures in a row: then the cause is not the incident, and the rest would fail, too


@dataclass(slots=True)
class RoundCounts:
    """Counts of a round while it runs."""

    sent: int = 0
    received: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def error(self) -> str:
        more = len(self.failures) - 1
        return "".join(self.failures[:1]) + (f" (and {more} more)" if more > 0 else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Processes the incidents one by one. A failure is stored, reported, and tried again after the rest."""

    store: Store
    journal: Journal
    clock: Clock
    remote: Remote
    outbound: Outbound
    inbound: Inbound
    tally: RoundCounts = field(default_factory=RoundCounts)

    async def send(self, records: Sequence[MirrorRecord]) -> bool:
        """Send what is new of these; False when some of it was not even tried."""

        async def push(record: MirrorRecord) -> None:
            self.tally.sent += await self.outbound.push(record)

        fresh = [record for record in records if not record.owes]
        if not await self._each(fresh, push, owing):
            return False
        await self._each([record for record in records if record.owes], push, owing)
        return True

    async def take_in(self, run: MirrorRun, due: Sequence[MirrorRecord]) -> MirrorRun:
        """Take in what has changed there; returns the run with its new position."""

        async def pull(record: MirrorRecord) -> None:
            self.tally.received += await self.inbound.pull(record)

        started = self.clock.now()
        try:
            modified = await self.remote.modified(_nowhere(started), run.last_update or await self._oldest(), run.value)
        except WarroomError as error:
            self.tally.failures.append(self._masked(error))
            return run
        wanted = [*await self._named(modified), *await self._left_behind(due)]
        found = [await self.store.mirror_record(incident) for incident in dict.fromkeys(wanted)]
        records = [record for record in found if record is not None]
        if not await self._each([record for record in records if not record.behind], pull, behind):
            return run
        await self._each([record for record in records if record.behind], pull, behind)
        return replace(run, last_update=started, value=modified.last_mirror_run or run.value)

    async def _each(
        self,
        records: Sequence[MirrorRecord],
        work: Callable[[MirrorRecord], Awaitable[None]],
        failed: Callable[[MirrorRecord], MirrorRecord],
    ) -> bool:
        """Process one after the other; False when it gave up: several in a row failed, or the rate limit was hit."""
        in_a_row = 0
        for record in [record for record in records if await self._is_ours(record)]:
            try:
                await work(record)
                in_a_row = 0
            except WarroomError as error:
                in_a_row += 1
                self.tally.failures.append(f"Incident {record.incident}: {self._masked(error)}")
                marked = failed(await self.store.mirror_record(record.incident) or record)
                await self.journal.commit(Changes(actor=self.remote.actor, at=self.clock.now(), mirrors=[marked]))
                if in_a_row >= GIVES_UP_AFTER or RATE_LIMIT in str(error):
                    return False
        return True

    async def _is_ours(self, record: MirrorRecord) -> bool:
        """Whether the incident came from this very instance: one that took its name may be another tenant's."""
        source = (await self.journal.incident(record.incident)).source_id
        return source in {"", self.remote.instance.id}

    async def _named(self, modified: Modified) -> list[IncidentId]:
        """Return the incidents that changed there; all open ones where the integration cannot say."""
        instance = self.remote.instance
        if modified.ids is not None:
            known = await self.store.known_mirrors(instance, modified.ids)
            return [known[remote] for remote in modified.ids if remote in known]
        records = await self.store.mirror_records(MirrorQuery(instance=instance.name))
        return [record.incident for record in records if await self._is_open(record.incident)]

    async def _left_behind(self, due: Sequence[MirrorRecord]) -> list[IncidentId]:
        return [record.incident for record in due if record.behind and await self._is_open(record.incident)]

    async def _is_open(self, incident: IncidentId) -> bool:
        return (await self.journal.incident(incident)).status is not Status.DONE

    async def _oldest(self) -> datetime:
        """Return the time from which to ask for changes in the first round."""
        records = await self.store.mirror_records(MirrorQuery(instance=self.remote.instance.name))
        return min((record.synced for record in records), default=self.clock.now())

    def _masked(self, error: WarroomError) -> str:
        return Mask(self.remote.instance.secrets.values()).text(str(error))


def _nowhere(now: datetime) -> Incident:
    return Incident(id=NOWHERE, name="", occurred=now, created=now, modified=now)
