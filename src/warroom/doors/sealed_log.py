"""The sealed event log: check it, remove what is old."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field

from warroom.doors.answer import shaped
from warroom.doors.asked import Asked
from warroom.doors.operation import reads, writes
from warroom.doors.words import moment_named
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission
from warroom.services.proof.verify import read_fingerprint


def _written(said: Any) -> Any:
    """Take a number and a hash for what is written with a colon between them."""
    match said:
        case [int(number), str(digest)]:
            return f"{number}:{digest}"
    return said


Noted: TypeAlias = Annotated[str, BeforeValidator(_written), Field(pattern=r"^([0-9]{1,18}:[0-9a-f]{64})?$")]


class LogCheck(Asked):
    """Against what the log is checked besides its own seals."""

    keys: list[str] = Field(default=[], max_length=1000, description="Fingerprints of earlier signing keys.")
    head: Noted = Field(default="", description="A seal that somebody has written down: NUMBER:HASH.")


class Trimming(Asked):
    """Up to when events are removed, and why."""

    before: str = Field(max_length=40, description="Like 2026-11-24T10:00:00Z.")
    reason: str = Field(min_length=1, max_length=10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictShown:
    """The result of a check; `head` is number and hash of the last seal, to be noted elsewhere."""

    whole: bool
    events: int
    seals: int
    unsealed: int
    removed: int
    more: int
    problems: Sequence[str]
    head: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """Up to which event, how many, and the last seal before what stays."""

    through: int
    removed: int
    seal: int


@reads("audit.verify", Permission.VERIFY_LOG)
async def verify_log(app: App, asked: LogCheck, actor: Actor) -> VerdictShown:
    """Check every seal and every event; each problem is a sentence that names it."""
    number, _, digest = asked.head.partition(":")
    try:
        keys = [read_fingerprint(key) for key in asked.keys]
    except ValueError as error:
        raise InvalidInputError(f"{error} `warroom doctor` shows the one of today's key.") from error
    verdict = await app.sealing.verify(actor, keys=keys, head=(int(number), digest) if asked.head else None)
    head = f"{verdict.head[0]}:{verdict.head[1]}" if verdict.head else None
    return shaped(VerdictShown, verdict, whole=verdict.is_whole, head=head)


@writes("audit.trim", Permission.TRIM_LOG, ConflictError)
async def trim_log(app: App, asked: Trimming, actor: Actor) -> Trimmed:
    """Remove old events, but custody of evidence; a signed checkpoint stays, from which the rest is checked."""
    point, removed = await app.sealing.trim(moment_named(asked.before), asked.reason, actor)
    return Trimmed(through=point.through, removed=removed, seal=point.number)
