"""A retry policy: how long to wait before each next try, and whether the tries ever end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, repeat


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Waits in seconds, at least one; after the last one it is given up, unless that one repeats."""

    waits: tuple[float, ...]
    repeats: bool = False

    def __iter__(self) -> Iterator[timedelta]:
        """Yield the wait before each next try."""
        more = repeat(self.waits[-1]) if self.repeats else ()
        return (timedelta(seconds=seconds) for seconds in chain(self.waits, more))

    def has_ended(self, failures: int) -> bool:
        """Whether no retry follows this many failures."""
        return not self.repeats and failures > len(self.waits)

    def after(self, failures: int) -> timedelta:
        """Return the wait after this many failures, counted from 1."""
        return timedelta(seconds=self.waits[min(failures, len(self.waits)) - 1])
