"""The audit log: what was changed through the API, by whom, and whether it worked."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from visionone_sim.wire import Json, wire_time

KEPT = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    logged: datetime
    user: str
    role: str
    category: str
    activity: str
    successful: bool

    def wire(self) -> dict[str, Json]:
        return {
            "loggedDateTime": wire_time(self.logged),
            "loggedUser": self.user,
            "loggedRole": self.role,
            "accessType": "API",
            "category": self.category,
            "activity": self.activity,
            "result": "Successful" if self.successful else "Unsuccessful",
            "details": {},
        }


class AuditLog:
    """The newest records, oldest first."""

    def __init__(self) -> None:
        self._records: deque[AuditRecord] = deque(maxlen=KEPT)

    def __iter__(self) -> Iterator[AuditRecord]:
        return iter(list(self._records))

    def add(self, record: AuditRecord) -> None:
        self._records.append(record)
