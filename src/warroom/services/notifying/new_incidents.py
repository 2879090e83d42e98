"""New incidents: open ones of the last day. They are kept by following the event log, which is cheap in a storm."""

from dataclasses import dataclass, field
from datetime import timedelta

from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Status
from warroom.services.execution.finding import PLAYGROUND
from warroom.services.ports.clock import Clock
from warroom.services.ports.notices import Notice
from warroom.services.ports.store import IncidentQuery, Store

NEW_FOR = timedelta(hours=24)  # a server that was down for less has missed none
OPEN = (Status.PENDING, Status.ACTIVE)
PAGE = 500


@dataclass(slots=True, kw_only=True)
class NewIncidents:
    """Keeps the new incidents in memory: all of the last day on the first call, then what the event log adds."""

    store: Store
    clock: Clock
    _event: int | None = None  # the last one that was read
    _new: dict[IncidentId, Notice] = field(default_factory=dict)

    async def now(self) -> list[Notice]:
        """Return a notice for each new incident, the oldest first."""
        if self._event is None:
            last = await self.store.last_event()
            await self._look_back()
            self._event = last
        else:
            await self._follow(self._event)
        early = self.clock.now() - NEW_FOR
        self._new = {number: notice for number, notice in self._new.items() if notice.since > early}
        return sorted(self._new.values(), key=lambda notice: (notice.since, len(notice.key), notice.key))

    async def _look_back(self) -> None:
        query = IncidentQuery(statuses=OPEN, but_type=PLAYGROUND, limit=PAGE)
        while page := await self.store.incidents(query):
            for incident in page:
                self._take(incident)
            if page[-1].created <= self.clock.now() - NEW_FOR:
                return
            query = IncidentQuery(statuses=OPEN, but_type=PLAYGROUND, limit=PAGE, before=page[-1].id)

    async def _follow(self, after: int) -> None:
        while events := await self.store.events(after, PAGE):
            for number in dict.fromkeys(event.incident for event in events if event.kind == "incident"):
                if number:
                    await self._look_at(number)
            after = self._event = events[-1].sequence

    async def _look_at(self, number: IncidentId) -> None:
        try:
            self._take(await self.store.incident(number))
        except NotFoundError:
            self._new.pop(number, None)

    def _take(self, incident: Incident) -> None:
        self._new.pop(incident.id, None)
        if incident.status in OPEN and incident.type != PLAYGROUND:
            self._new[incident.id] = Notice(
                key=f"incident {incident.id}",
                about="incident",
                title=f"New incident {incident.id}: {incident.name}",
                text=f"{incident.type}, severity {incident.severity.label}.",
                link=f"/incidents/{incident.id}",
                severity=incident.severity.value,
                since=incident.created,
            )
