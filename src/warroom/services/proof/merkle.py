"""The hash tree of RFC 6962: one root stands for many leaves, and a short path shows that one of them is there."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

EMPTY = hashlib.sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash the bytes of a leaf; the zero before them keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\0" + leaf).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of leaves, in their order.

    >>> root([leaf_hash(b"a"), leaf_hash(b"b")]).hex()[:16]
    'b137985ff484fb60'
    """
    return _levels(leaves)[-1][0] if leaves else EMPTY


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from one leaf to the root, lowest first; they show nothing of the other leaves."""
    [path] = inclusion_proofs(leaves, [index])
    return path


def inclusion_proofs(leaves: Sequence[bytes], indexes: Sequence[int]) -> list[list[bytes]]:
    """Return the paths of several leaves."""
    levels = _levels(leaves)[:-1]
    paths = []
    for index in indexes:
        if not 0 <= index < len(leaves):
            raise ValueError(f"There is no leaf {index} in a tree of {len(leaves)}. Count from 0.")
        beside = [(level, index >> height ^ 1) for height, level in enumerate(levels)]
        paths.append([level[place] for level, place in beside if place < len(level)])
    return paths


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the hash of a leaf is the one at `index` in the tree of `size` leaves that has the root `expected`."""
    if not 0 <= index < size:
        return False
    found, last, rest = leaf, size - 1, list(path)
    while last:
        if index & 1 or index < last:
            if not rest:
                return False
            beside = rest.pop(0)
            found = _node(beside, found) if index & 1 else _node(found, beside)
        index, last = index >> 1, last >> 1
    return not rest and found == expected


def shared_proof(leaves: Sequence[bytes], indexes: Iterable[int]) -> list[bytes]:
    """Return a proof of several leaves at once: the hashes beside them, each once, from left to right.

    >>> leaves = [leaf_hash(b"%d" % number) for number in range(5)]
    >>> joined_root({2: leaves[2], 3: leaves[3]}, 5, shared_proof(leaves, [3, 2])) == root(leaves)
    True
    """
    wanted = sorted(set(indexes))
    if wanted and not 0 <= wanted[0] <= wanted[-1] < len(leaves):
        raise ValueError(f"There is no leaf {wanted[-1]} in a tree of {len(leaves)}. Count from 0.")
    beside: list[bytes] = []

    def walk(low: int, high: int) -> None:
        if bisect_left(wanted, low) == bisect_left(wanted, high):
            beside.append(root(leaves[low:high]))
        elif high - low > 1:
            middle = low + _left_part(high - low)
            walk(low, middle)
            walk(middle, high)

    walk(0, len(leaves))
    return beside


def joined_root(known: Mapping[int, bytes], size: int, beside: Sequence[bytes]) -> bytes:
    """Return the root that known leaves and the hashes beside them lead to; raises ValueError when they fit no tree."""
    wanted, rest = sorted(known), list(reversed(beside))
    if not wanted or not 0 <= wanted[0] <= wanted[-1] < size:
        raise ValueError(f"leaves {wanted[:1]} to {wanted[-1:]} are not those of a tree of {size}")

    def walk(low: int, high: int) -> bytes:
        if bisect_left(wanted, low) == bisect_left(wanted, high):
            return rest.pop()
        if high - low == 1:
            return known[low]
        middle = low + _left_part(high - low)
        return _node(walk(low, middle), walk(middle, high))

    try:
        top = walk(0, size)
    except IndexError:
        raise ValueError("the proof has too few hashes") from None
    if rest:
        raise ValueError("the proof has more hashes than are needed for a root")
    return top


def _left_part(size: int) -> int:
    """Return how many of the leaves are on the left: the largest power of two below their number."""
    return 1 << (size - 1).bit_length() - 1


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the tree level by level, the leaves first; a last one without a partner moves up unchanged."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [_node(below[place], below[place + 1]) for place in range(0, len(below) - 1, 2)]
        levels.append(pairs + below[len(pairs) * 2 :])
    return levels


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
