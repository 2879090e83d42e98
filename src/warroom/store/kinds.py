"""The kinds of bodies: a body is a value without the fields that are columns of its row."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from warroom.model.codec import reader, writer
from warroom.model.context import ContextPatch
from warroom.model.entry import Entry
from warroom.model.errors import ConflictError
from warroom.model.event import Event
from warroom.model.incident import Incident
from warroom.model.indicator import Indicator
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.model.plan import Answer, Intent, PlanRecord, TaskRecord
from warroom.model.user import ApiKey, Session, User
from warroom.services.ports.fetches import LastRun
from warroom.services.ports.store import IntegrationContext, Snapshot
from warroom.store import upgrades
from warroom.store.upgrades import Upgrades

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """An instance's secrets, which are encrypted apart from its body."""

    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What is encrypted for a limited time: the secret arguments of a plan, an answer of the API."""

    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[_T]):
    """A kind of body; `name` is what it is called in errors and among the saved bodies."""

    name: str
    type: type[_T]
    write: Callable[[_T], JsonObject]
    make: Callable[[JsonObject, Mapping[str, Any]], _T]
    upgrades: Upgrades

    @property
    def version(self) -> int:
        """Of the bodies that are written now."""
        return len(self.upgrades)

    def versioned(self, value: _T) -> Json:
        """Return the stored body of a value; its first item is the version."""
        return [self.version, self.write(value)]

    def read(self, stored: Json, columns: Mapping[str, Any]) -> _T:
        """Make a value of its body and its columns, the first of which names it.

        Raises ConflictError when the body was written by a newer version of this program.
        """
        version, body = stored if _says_version(stored) else (0, stored)
        if version > self.version:
            which = " ".join([self.name, *(str(column) for column in columns.values())][:2])
            raise ConflictError(
                f"The {which} was saved by a newer version of warroom (its body has version {version}, this "
                f"program reads up to {self.version}); start that version, or use another data folder."
            )
        for upgrade in self.upgrades[version:]:
            body = upgrade(body)
        return self.make(body, columns)


def _says_version(stored: Json) -> bool:
    """Whether it is a body, and not a list that a pack stored as its data before bodies had versions."""
    return isinstance(stored, list) and list(map(type, stored)) == [int, dict]


def _kind(name: str, type_: type[_T], columns: Collection[str], upgrades: Upgrades) -> Kind[_T]:
    write, make = writer(type_, without=columns), reader(type_)
    return Kind(name=name, type=type_, write=write, make=make, upgrades=upgrades)


_PLAN_COLUMNS = ("id", "incident", "state", "epoch", "signal", "worker", "created")
_INTENT_COLUMNS = ("plan", "key", "attempt", "started", "command", "actor")
_SESSION_COLUMNS = ("token_hash", "user", "created", "expires", "last_seen")
_EVENT_COLUMNS = ("sequence", "at", "incident", "kind", "actor")

INCIDENT = _kind("incident", Incident, ["id"], upgrades.INCIDENT)
ENTRY = _kind("entry", Entry, ["id", "incident"], upgrades.ENTRY)
PATCH = _kind("context patch of incident", ContextPatch, ["incident"], upgrades.PATCH)
SNAPSHOT = _kind("context of incident", Snapshot, ["incident", "sequence"], upgrades.SNAPSHOT)
PLAN = _kind("work plan", PlanRecord, _PLAN_COLUMNS, upgrades.PLAN)
TASK = _kind("task of work plan", TaskRecord, ["plan", "key"], upgrades.TASK)
INTENT = _kind("intent of work plan", Intent, _INTENT_COLUMNS, upgrades.INTENT)
ANSWER = _kind("answer to work plan", Answer, ["plan", "key", "attempt", "at"], upgrades.ANSWER)
INSTANCE = _kind("integration instance", IntegrationInstance, ["id", "secrets"], upgrades.INSTANCE)
SECRETS = _kind("secrets of an instance", Secrets, [], upgrades.SECRETS)
SEALED = _kind("encrypted value", Sealed, [], upgrades.SEALED)
LAST_RUN = _kind("last run of instance", LastRun, ["instance"], upgrades.LAST_RUN)
INTEGRATION_CONTEXT = _kind(
    "integration context at write", IntegrationContext, ["version"], upgrades.INTEGRATION_CONTEXT
)
MIRROR_RECORD = _kind("mirror record of incident", MirrorRecord, ["incident", "due"], upgrades.MIRROR_RECORD)
MIRROR_RUN = _kind("mirror run of instance", MirrorRun, ["instance"], upgrades.MIRROR_RUN)
USER = _kind("user", User, ["name", "created"], upgrades.USER)
SESSION = _kind("session of user", Session, _SESSION_COLUMNS, upgrades.SESSION)
API_KEY = _kind("API key", ApiKey, ["id", "hash", "created"], upgrades.API_KEY)
INDICATOR = _kind("indicator", Indicator, ["id", "incidents"], upgrades.INDICATOR)
EVENT = _kind("event", Event, _EVENT_COLUMNS, upgrades.EVENT)

KINDS: tuple[Kind[Any], ...] = (
    INCIDENT,
    ENTRY,
    PATCH,
    SNAPSHOT,
    PLAN,
    TASK,
    INTENT,
    ANSWER,
    INSTANCE,
    SECRETS,
    SEALED,
    LAST_RUN,
    INTEGRATION_CONTEXT,
    MIRROR_RECORD,
    MIRROR_RUN,
    USER,
    SESSION,
    API_KEY,
    INDICATOR,
    EVENT,
)
