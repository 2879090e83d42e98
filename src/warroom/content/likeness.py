"""Names that look like a misspelled one, found in thousands of names in some milliseconds."""

from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nlargest

COMPARED = 50


def close_names(name: str, names: Iterable[str], *, most: int = 3, cutoff: float = 0.7) -> list[str]:
    """The names that look like this one, the most similar first.

    difflib compares only those that share the most pairs of letters: comparing thousands would take seconds.

    >>> close_names("isolat-endpoint", ["isolate-endpoint", "restore-endpoint", "get-alert"])
    ['isolate-endpoint', 'restore-endpoint']
    """
    pairs = {name[at : at + 2] for at in range(len(name) - 1)}
    likely = nlargest(COMPARED, names, key=lambda other: sum(map(other.__contains__, pairs)))
    return get_close_matches(name, likely, n=most, cutoff=cutoff)
