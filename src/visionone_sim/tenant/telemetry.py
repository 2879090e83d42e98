"""What was observed: activity records by kind, and the detections that stand out among them."""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, get_args

from visionone_sim.wire import JsonObject

ActivityKind: TypeAlias = Literal[
    "endpointActivities",
    "emailActivities",
    "detections",
    "networkActivities",
    "cloudActivities",
    "containerActivities",
    "identityActivities",
    "mobileActivities",
]
KINDS: tuple[ActivityKind, ...] = get_args(ActivityKind)


def id_field(kind: ActivityKind) -> str:
    """Name the field that holds the id of such a record."""
    return "msgUuid" if kind == "emailActivities" else "uuid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One detection of observed attack techniques."""

    document: JsonObject
    detected: datetime
    ingested: datetime

    @property
    def uuid(self) -> str:
        return str(self.document["uuid"])


@dataclass(slots=True)
class Log:
    """Records in the order of their times, not of their arrival."""

    _times: list[float] = field(default_factory=list)
    _records: list[Any] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._records))

    def add(self, moment: datetime, record: Any) -> None:
        place = bisect.bisect_right(self._times, moment.timestamp())
        self._times.insert(place, moment.timestamp())
        self._records.insert(place, record)

    def remove(self, record: Any) -> None:
        place = next(place for place, each in enumerate(self._records) if each is record)
        del self._times[place], self._records[place]

    def between(self, start: datetime, end: datetime) -> list[Any]:
        """Return the records of a span, both ends inclusive, the newest first."""
        first = bisect.bisect_left(self._times, start.timestamp())
        last = bisect.bisect_right(self._times, end.timestamp())
        return self._records[first:last][::-1]


@dataclass(slots=True)
class Telemetry:
    activities: dict[ActivityKind, Log] = field(default_factory=lambda: {kind: Log() for kind in KINDS})
    observations: Log = field(default_factory=Log)

    def record(self, kind: ActivityKind, activity: JsonObject) -> None:
        """Keep an activity; its eventTime, in milliseconds, says when it happened."""
        moment = activity.get("eventTime")
        if not isinstance(moment, int):
            raise ValueError(f"An activity needs eventTime in milliseconds, not {moment!r}.")  # noqa: TRY004
        self.activities[kind].add(datetime.fromtimestamp(moment / 1000, UTC), activity)

    def find(self, record_id: str) -> tuple[ActivityKind, JsonObject] | None:
        """Return the activity with this id, and its kind."""
        for kind, log in self.activities.items():
            for record in log:
                if record.get(id_field(kind)) == record_id:
                    return kind, record
        return None

    def forget(self, record_id: str) -> None:
        """Take the activity with this id away, if there is one."""
        found = self.find(record_id)
        if found is not None:
            self.activities[found[0]].remove(found[1])

    def observe(self, observation: Observation) -> None:
        self.observations.add(observation.detected, observation)
