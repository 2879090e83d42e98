"""Objects on lists: suspicious ones that expire, excepted ones, and those that the block action stops."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeAlias, get_args

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.settings import RiskLevel, ScanAction, Settings

ObjectType: TypeAlias = Literal["url", "domain", "ip", "senderMailAddress", "fileSha1", "fileSha256"]
OBJECT_TYPES: tuple[ObjectType, ...] = get_args(ObjectType)
LONGEST_VALUE = 2_048
FOR_EVER = -1  # of the days that an object stays

_DOMAIN = re.compile(r"(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s]+", re.IGNORECASE)


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_hash(length: int) -> Callable[[str], bool]:
    # The length only: the vendor's own examples hold letters that no hash has.
    return lambda text: len(text) == length and text.isalnum()


FORMATS: dict[ObjectType, Callable[[str], bool]] = {
    "url": lambda text: _URL.fullmatch(text) is not None,
    "domain": lambda text: _DOMAIN.fullmatch(text) is not None,
    "ip": _is_ip,
    "senderMailAddress": lambda text: _ADDRESS.fullmatch(text) is not None,
    "fileSha1": _is_hash(40),
    "fileSha256": _is_hash(64),
}


@dataclass(frozen=True, slots=True)
class ListedObject:
    """One thing that lists speak of; the value is as the client wrote it, comparison is not about its case."""

    type: ObjectType
    value: str = field(compare=False)
    key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.value if self.type == "url" else self.value.casefold())


def read_object(item: Mapping[str, Any], *, check_format: bool) -> ListedObject:
    """Read the one object that an element of a body names."""
    named = [(kind, item[kind]) for kind in OBJECT_TYPES if item.get(kind) not in (None, "")]
    if len(named) != 1:
        raise BadRequestError(f"Each object needs exactly one of {', '.join(OBJECT_TYPES)}.", target="type")
    kind, value = named[0]
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or (check_format and not FORMATS[kind](value)):
        raise BadRequestError(f"The format of the field {kind} is not valid.", target=kind)
    return ListedObject(kind, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspiciousObject:
    item: ListedObject
    scan_action: ScanAction
    risk_level: RiskLevel
    modified: datetime
    expires: datetime | None
    description: str | None = None

    def lives(self, now: datetime) -> bool:
        return self.expires is None or self.expires > now


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptedObject:
    item: ListedObject
    modified: datetime
    description: str | None = None

    def covers(self, other: ListedObject) -> bool:
        """Whether another object is excepted too; `*` matches anything."""
        if self.item.type != other.type:
            return False
        return self.item == other or ("*" in self.item.key and fnmatchcase(other.key, self.item.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedObject:
    item: ListedObject
    since: datetime
    task_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """What a client says about an object that it calls suspicious; what it leaves out is the list's default."""

    item: ListedObject
    description: str | None = None
    scan_action: ScanAction | None = None
    risk_level: RiskLevel | None = None
    days: int | None = None


class ObjectLists:
    """The three lists of one tenant."""

    def __init__(self) -> None:
        self._suspicious: dict[ListedObject, SuspiciousObject] = {}
        self._excepted: dict[ListedObject, ExceptedObject] = {}
        self._blocked: dict[ListedObject, BlockedObject] = {}

    def suspicious(self, now: datetime) -> list[SuspiciousObject]:
        """Return what has not expired, in the order in which it came."""
        return [entry for entry in list(self._suspicious.values()) if entry.lives(now)]

    def excepted(self) -> list[ExceptedObject]:
        return list(self._excepted.values())

    def blocked(self) -> list[BlockedObject]:
        return list(self._blocked.values())

    def is_excepted(self, item: ListedObject) -> bool:
        return item in self._excepted or any(entry.covers(item) for entry in self._with_stars())

    def is_blocked(self, item: ListedObject) -> bool:
        return item in self._blocked

    def suspect(self, suspicion: Suspicion, now: datetime, settings: Settings) -> SuspiciousObject:
        """Add an object to the suspicious ones, or update what is known of it."""
        if settings.refuse_excepted_objects and self.is_excepted(suspicion.item):
            raise BadRequestError("The object is in the exception list.", target=suspicion.item.type)
        days = settings.suspicious_days if suspicion.days is None else suspicion.days
        entry = SuspiciousObject(
            item=suspicion.item,
            scan_action=suspicion.scan_action or settings.suspicious_scan_action,
            risk_level=suspicion.risk_level or settings.suspicious_risk_level,
            modified=now,
            expires=None if days == FOR_EVER else now + timedelta(days=days),
            description=suspicion.description,
        )
        self._suspicious[entry.item] = entry
        return entry

    def clear_suspicion(self, item: ListedObject, now: datetime) -> None:
        entry = self._suspicious.pop(item, None)
        if entry is None or not entry.lives(now):
            raise NotFoundError("The object is not in the suspicious object list.")

    def make_exception(self, item: ListedObject, description: str | None, now: datetime) -> ExceptedObject:
        entry = ExceptedObject(item=item, modified=now, description=description)
        self._excepted[item] = entry
        return entry

    def end_exception(self, item: ListedObject) -> None:
        if self._excepted.pop(item, None) is None:
            raise NotFoundError("The object is not in the exception list.")

    def block(self, item: ListedObject, *, now: datetime, task_id: str) -> None:
        self._blocked[item] = BlockedObject(item=item, since=now, task_id=task_id)

    def unblock(self, item: ListedObject) -> None:
        self._blocked.pop(item, None)

    def _with_stars(self) -> Iterator[ExceptedObject]:
        return (entry for entry in list(self._excepted.values()) if "*" in entry.item.key)
