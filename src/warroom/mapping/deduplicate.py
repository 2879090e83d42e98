"""Drops records that have become incidents before."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

from warroom.model.json import Json

LONGEST_ID = 600

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduplicated(Generic[T]):
    """`new` in the order of the fetch; how many were incidents before, and how many came twice in this fetch."""

    new: tuple[T, ...]
    known: int = 0
    repeated: int = 0


def mirror_id(fetched: Json) -> str:
    """The source's own id of a fetched incident; empty when it has none."""
    found = fetched.get("dbotMirrorId") if isinstance(fetched, dict) else None
    return short_id(found) if isinstance(found, str) else str(found) if isinstance(found, int) else ""


def short_id(remote: str) -> str:
    """Return an id short enough for a database index: a digest replaces one that is too long."""
    return remote if len(remote) <= LONGEST_ID else sha256(remote.encode("utf-8", "surrogatepass")).hexdigest()


def deduplicate(fetched: Iterable[T], known: Container[str], key: Callable[[T], str] = mirror_id) -> Deduplicated[T]:
    """Drop what is known and what repeats; the first one stays, and so does what has no id."""
    new: list[T] = []
    seen: set[str] = set()
    known_ones = repeated = 0
    for each in fetched:
        remote = key(each)
        if remote and remote in known:
            known_ones += 1
        elif remote and remote in seen:
            repeated += 1
        else:
            seen.add(remote)
            new.append(each)
    return Deduplicated(new=tuple(new), known=known_ones, repeated=repeated)
