"""Mappings whose values are made on first access."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from warroom.content.heading import Heading, heading_of

K = TypeVar("K")
T = TypeVar("T")


class LateMapping(Mapping[K, T]):
    """Values by key, each made once, when it is first asked for.

    >>> squares = LateMapping([2, 3], lambda key: key * key)
    >>> squares[3], len(squares), 4 in squares
    (9, 2, False)
    """

    def __init__(self, keys: Iterable[K], make: Callable[[K], T]) -> None:
        self._keys = dict.fromkeys(keys)
        self._make = make
        self._made: dict[K, T] = {}

    def __getitem__(self, key: K) -> T:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Shelf(LateMapping[str, T]):
    """Items by id, each read when it is first asked for; their headings are known."""

    def __init__(self, headings: Mapping[str, Heading], read: Callable[[str], T]) -> None:
        super().__init__(headings, read)
        self.headings = headings


def headings(items: Mapping[str, T]) -> Mapping[str, Heading]:
    """Return the headings of items; only items that are loaded already are looked into."""
    if isinstance(items, Shelf):
        return items.headings
    return {item_id: heading_of(item) for item_id, item in items.items()}
