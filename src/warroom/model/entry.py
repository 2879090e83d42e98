"""An entry: one line of an incident's War Room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from warroom.model.ids import EntryId, IncidentId, PlanId, TaskKey
from warroom.model.json import Json


class EntryType(IntEnum):
    """XSOAR's numbers; 4 makes a task fail."""

    NOTE = 1
    DOWNLOAD_AGENT = 2
    FILE = 3
    ERROR = 4
    PINNED = 5
    USER_MANAGEMENT = 6
    IMAGE = 7
    PLAYGROUND_ERROR = 8
    INFO_FILE = 9
    WARNING = 11
    MAP = 15
    DEBUG_FILE = 16
    WIDGET = 17


class EntryFormat(StrEnum):
    HTML = "html"
    TABLE = "table"
    JSON = "json"
    TEXT = "text"
    DBOT = "dbotCommandResponse"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of the War Room; the blob store has its bytes under `sha256`."""

    name: str
    size: int
    md5: str
    sha1: str
    sha256: str
    sha512: str = ""
    info: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """Who deleted an entry's file, when, and why; the entry stays."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an incident's War Room. `context` is the EntryContext that it wrote.

    `trace` is where the code that wrote it failed, `log` what that code printed; both are for those who may run it.
    """

    id: EntryId
    incident: IncidentId
    type: EntryType = EntryType.NOTE
    format: EntryFormat = EntryFormat.TEXT
    contents: Json = ""
    human_readable: str | None = None
    context: Mapping[str, Json] = field(default_factory=dict)
    created: datetime
    modified: datetime | None = None  # when a later poll last replaced its content
    actor: str = ""  # the person, or "DBot" for what a playbook does
    command: str = ""  # what produced it, without secrets
    instance: str = ""
    plan: PlanId | None = None
    task: TaskKey | None = None
    parent: EntryId | None = None
    tags: tuple[str, ...] = ()
    note: bool = False
    file: StoredFile | None = None
    deleted: Deleted | None = None
    trace: str = ""
    log: str = ""

    @property
    def is_error(self) -> bool:
        return self.type is EntryType.ERROR

    @property
    def readable(self) -> str:
        """What a person reads: the human-readable text, else the contents when they are text."""
        if self.human_readable:
            return self.human_readable
        return self.contents if isinstance(self.contents, str) else ""
