"""Every error that we raise on purpose.

    WarroomError
    ├── ContentError           a file of a pack is wrong; knows file and line
    ├── InvalidInputError      the request cannot be carried out as it was worded
    ├── NotFoundError          it names something that is not there
    ├── ConflictError          it clashes with what is there now
    │   ├── StaleEpochError    another driver has taken the work plan over
    │   ├── FolderInUseError   another process holds the data folder
    │   └── DamagedError       stored bytes are not those that were stored
    ├── ForbiddenError         the actor's role or a setting does not allow it
    │   └── SignInError        the session or key of the request is not valid
    ├── CommandFailedError     a command ran and reported an error entry
    ├── HostError              a command could not be run to its end
    │   ├── CommandTimeoutError
    │   └── WorkerDiedError
    ├── TooManyTriesError      too many wrong passwords from one place; says how long to wait
    └── UnavailableError       another system does not answer
        └── DatabaseDamagedError   the database's file is not what was written

Each message is one sentence or two that say what, which and what now.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a pack's file; lines count from 1, 0 when the file as a whole is meant."""

    path: Path
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else str(self.path)


class WarroomError(Exception):
    """The base class: its text is meant for the person who asked."""


class ContentError(WarroomError):
    """A file of a pack is wrong."""

    def __init__(self, message: str, *, at: Location | None = None) -> None:
        super().__init__(f"{at}: {message}" if at else message)
        self.message = message
        self.at = at


class InvalidInputError(WarroomError):
    """The request cannot be carried out as it was worded."""


class NotFoundError(WarroomError):
    """The request names something that is not there."""


class ConflictError(WarroomError):
    """The request clashes with what is there now."""


class StaleEpochError(ConflictError):
    """Another driver has taken the work plan over; this one must stop."""


class FolderInUseError(ConflictError):
    """Another process holds the data folder."""


class DamagedError(ConflictError):
    """Stored bytes do not match their hash; they are not handed out."""


class ForbiddenError(WarroomError):
    """The actor's role or a setting does not allow it."""


class SignInError(ForbiddenError):
    """The caller is unknown: the session or key is not valid."""


class CommandFailedError(WarroomError):
    """A command ran and reported an error entry."""


class HostError(WarroomError):
    """A command could not be run to its end."""


class CommandTimeoutError(HostError):
    """The command ran longer than its time limit and was killed."""


class WorkerDiedError(HostError):
    """The worker process ended before the command did."""


class TooManyTriesError(WarroomError):
    """Too many wrong passwords came from this origin; `is_first` for the first refusal."""

    def __init__(self, message: str, *, seconds: int = 1, is_first: bool = True) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.is_first = is_first


class UnavailableError(WarroomError):
    """Another system does not answer."""


class DatabaseDamagedError(UnavailableError):
    """The database's file is damaged; only a backup helps."""
