"""Workbench alerts: documents in the API's own shape, when each became visible, and what a person may change."""

import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args, overload

from visionone_sim.errors import AlertNotFoundError, BadRequestError
from visionone_sim.etag import etag_of, require_match
from visionone_sim.filters import Expression, compiled
from visionone_sim.ordering import Order, ordered
from visionone_sim.queries import Window
from visionone_sim.wire import Json, JsonObject, read_wire_time, wire_time

AlertStatus: TypeAlias = Literal["Open", "In Progress", "Closed"]
InvestigationResult: TypeAlias = Literal[
    "No Findings", "Noteworthy", "True Positive", "False Positive", "Benign True Positive", "Other Findings"
]
DATES = ("createdDateTime", "updatedDateTime", "firstInvestigatedDateTime")
SEVERITIES = ("low", "medium", "high", "critical")

# The deprecated field, and what it means in the two that replaced it.
INVESTIGATION_STATUS: dict[str, tuple[AlertStatus, InvestigationResult | None]] = {
    "New": ("Open", "No Findings"),
    "In Progress": ("In Progress", None),
    "Closed": ("Closed", None),
    "True Positive": ("Closed", "True Positive"),
    "False Positive": ("Closed", "False Positive"),
    "Benign True Positive": ("Closed", "Benign True Positive"),
}
_DEPRECATED_STATUS: dict[str, str] = {"Open": "New", "In Progress": "In Progress", "Closed": "Closed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    document: JsonObject
    visible_since: datetime
    version: int = 1

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def etag(self) -> str:
        return etag_of(self.id, self.version)

    def moment(self, field: str) -> datetime | None:
        text = self.document.get(field)
        return read_wire_time(text) if isinstance(text, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQuery:
    """What a client asks the alert list."""

    window: Window
    order: Order
    filter: Expression | None
    as_of: datetime


def _field(name: str) -> Callable[[Alert], tuple[str, ...]]:
    return lambda alert: (str(alert.document.get(name) or ""),)


def _entity_values(alert: Alert) -> tuple[str, ...]:
    scope = alert.document.get("impactScope")
    entities = scope.get("entities") if isinstance(scope, Mapping) else ()
    return tuple(_texts_under(entities, "entityValue"))


def _indicator_values(alert: Alert) -> tuple[str, ...]:
    return tuple(_texts_under(alert.document.get("indicators"), "value"))


def _texts_under(records: Json, key: str) -> Iterator[str]:
    """Yield the texts under a key of each record; an injected alert may be of any shape."""
    for record in records if isinstance(records, list | tuple) else ():
        value = record.get(key) if isinstance(record, Mapping) else None
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from map(str, value.values())


FILTER_FIELDS: dict[str, Callable[[Alert], tuple[str, ...]]] = {
    **{
        name: _field(name)
        for name in (
            "id", "investigationStatus", "status", "investigationResult", "alertProvider",
            "modelId", "model", "modelType", "severity", "incidentId",
        )
    },
    "impactScopeEntityValue": _entity_values,
    "indicatorValue": _indicator_values,
}  # fmt: skip


def _text_key(name: str) -> Callable[[Alert], str]:
    return lambda alert: str(alert.document.get(name) or "")


ORDER_FIELDS: dict[str, Callable[[Alert], Any]] = {
    **{
        name: _text_key(name)
        for name in (
            "id", "caseId", "name", "investigationStatus", "status", "investigationResult", "modelId", "model",
            "createdDateTime", "updatedDateTime", "firstInvestigatedDateTime",
        )
    },
    "score": lambda alert: str(alert.document.get("score")).zfill(3),
    "severity": lambda alert: (*SEVERITIES, alert.document.get("severity")).index(alert.document.get("severity")),
}  # fmt: skip


CreationKey: TypeAlias = tuple[str, int, str]
NEWEST_FIRST: Order = (("createdDateTime", True),)


def _creation(alert: Alert) -> str:
    """Return when an alert was made, as a text that sorts; one without a time of its own is found by no window."""
    moment = alert.document.get("createdDateTime")
    return moment if isinstance(moment, str) else ""


class _Found(Sequence[Alert]):
    """Alerts by their keys, looked up as they are asked for: a page of many costs what the page holds."""

    def __init__(self, alerts: Mapping[str, Alert], keys: Sequence[CreationKey]) -> None:
        self._alerts = alerts
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> Alert: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Alert]: ...
    def __getitem__(self, place: int | slice) -> Alert | Sequence[Alert]:
        if isinstance(place, slice):
            return [self._alerts[key[2]] for key in self._keys[place]]
        return self._alerts[self._keys[place][2]]


class AlertBook(Mapping[str, Alert]):
    """All alerts by id, also those that the API does not show yet."""

    def __init__(self, *, ignore_case: bool) -> None:
        self._alerts: dict[str, Alert] = {}
        self._ignore_case = ignore_case
        self._found: tuple[AlertQuery, Sequence[Alert]] | None = None
        self._by_creation: list[CreationKey] = []
        self._by_visibility: list[tuple[datetime, str]] = []

    def __getitem__(self, alert_id: str) -> Alert:
        return self._alerts[alert_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._alerts)

    def __len__(self) -> int:
        return len(self._alerts)

    def put(self, alert: Alert) -> None:
        """Add an alert, or replace the one with its id; a ValueError when it has no id or an unreadable time."""
        if not isinstance(alert.document.get("id"), str):
            raise ValueError("An alert needs an id, which is a text.")  # noqa: TRY004  # the content is wrong, no caller's mistake
        for field in DATES:
            alert.moment(field)
        old = self._alerts.get(alert.id)
        if old is None or (old.visible_since, _creation(old)) != (alert.visible_since, _creation(alert)):
            self._file(alert, old)
        self._alerts[alert.id] = alert
        self._found = None

    def remove(self, alert_id: str) -> None:
        del self._alerts[alert_id]
        self._unfile(alert_id)
        self._found = None

    def _unfile(self, alert_id: str) -> None:
        self._by_creation = [key for key in self._by_creation if key[2] != alert_id]
        self._by_visibility = [key for key in self._by_visibility if key[1] != alert_id]

    def _file(self, alert: Alert, old: Alert | None) -> None:
        """Enter an alert in the two registers, in place of an old one."""
        if old is not None:
            self._unfile(alert.id)
        bisect.insort(self._by_creation, (_creation(alert), -len(self._alerts), alert.id))
        bisect.insort(self._by_visibility, (alert.visible_since, alert.id))

    def get_visible(self, alert_id: str, now: datetime) -> Alert:
        alert = self._alerts.get(alert_id)
        if alert is None or alert.visible_since > now:
            raise AlertNotFoundError("The workbench ID does not exist (3090007).")
        return alert

    def find(self, query: AlertQuery) -> Sequence[Alert]:
        """Return what a query asks for; a client that pages asks the same again, so the last answer is kept."""
        if self._found is None or self._found[0] != query:
            self._found = (query, self._look_up(query))
        return self._found[1]

    def _look_up(self, query: AlertQuery) -> Sequence[Alert]:
        first, last = wire_time(query.window.start), wire_time(query.window.end)
        if query.window.target != "createdDateTime" or query.order != NEWEST_FIRST:
            spanned = [alert for alert in list(self._alerts.values()) if _spans(alert, query, first, last)]
            return ordered(self._wanted(spanned, query), query.order, ORDER_FIELDS)
        begin = bisect.bisect_left(self._by_creation, (first,))
        end = bisect.bisect_right(self._by_creation, (last, 1))
        keys = self._by_creation[begin:end]
        keys.reverse()
        if query.filter is None and self._all_visible(query.as_of):
            return _Found(self._alerts, keys)
        return self._wanted([self._alerts[key[2]] for key in keys], query)

    def _wanted(self, alerts: Sequence[Alert], query: AlertQuery) -> list[Alert]:
        """Leave out what is not shown yet and what the filter does not want."""
        seen = [alert for alert in alerts if alert.visible_since <= query.as_of]
        if query.filter is None:
            return seen
        return list(filter(compiled(query.filter, FILTER_FIELDS, ignore_case=self._ignore_case), seen))

    def _all_visible(self, as_of: datetime) -> bool:
        return not self._by_visibility or self._by_visibility[-1][0] <= as_of

    def change(self, alert_id: str, changes: Mapping[str, Json], if_match: str | None, now: datetime) -> Alert:
        """Set status, findings and owners as an investigator does."""
        alert = self.get_visible(alert_id, now)
        require_match(if_match, alert.etag)
        document = {**alert.document, **_consistent(changes), "updatedDateTime": wire_time(now)}
        if document.get("status") != "Open":
            document.setdefault("firstInvestigatedDateTime", wire_time(now))
        self.put(replace(alert, document=document, version=alert.version + 1))
        return self._alerts[alert_id]


def _spans(alert: Alert, query: AlertQuery, first: str, last: str) -> bool:
    # Times of one form sort like texts; reading ten thousand of them would cost more than all the rest.
    moment = alert.document.get(query.window.target)
    return isinstance(moment, str) and first <= moment <= last


def _consistent(changes: Mapping[str, Json]) -> dict[str, Json]:
    """Keep the deprecated field and its successors in agreement."""
    said = {key: str(value) for key, value in changes.items() if key in ALLOWED_CHANGES}
    status: str | None = said.get("status")
    result: str | None = said.get("investigationResult")
    old = said.get("investigationStatus")
    if old is not None:
        implied_status, implied_result = INVESTIGATION_STATUS[old]
        status, result = status or implied_status, result or implied_result
    elif status is not None:
        old = _DEPRECATED_STATUS[status]
    values: dict[str, Json] = {
        "status": status,
        "investigationResult": result,
        "investigationStatus": old,
        OWNERS: changes.get(OWNERS),
    }
    return {key: value for key, value in values.items() if value is not None}


ALLOWED_CHANGES: dict[str, tuple[str, ...]] = {
    "status": get_args(AlertStatus),
    "investigationResult": get_args(InvestigationResult),
    "investigationStatus": tuple(INVESTIGATION_STATUS),
}


OWNERS = "ownerIds"


def read_changes(body: JsonObject, *, owners: bool = False) -> dict[str, Json]:
    """Check what a client wants to change on an alert; its owners only where that can be changed."""
    allowed = (*ALLOWED_CHANGES, *((OWNERS,) if owners else ()))
    changes: dict[str, Json] = {key: value for key, value in body.items() if key in allowed and value is not None}
    if not changes:
        raise BadRequestError(f"Nothing to change; give one of {', '.join(allowed)}.")
    for key, value in changes.items():
        if key != OWNERS and value not in ALLOWED_CHANGES[key]:
            raise BadRequestError(f"The value of {key} is not one of {', '.join(ALLOWED_CHANGES[key])}.", target=key)
        if key == OWNERS and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise BadRequestError(f"The value of {key} is not a list of account IDs.", target=key)
    return changes
