"""The eight leaves and their roots are the ones that implementations of Certificate Transparency share."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.services.proof.merkle import inclusion_proof, joined_root, leaf_hash, root, shared_proof, verify_inclusion

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
TREES = st.lists(st.binary(max_size=4), min_size=1, max_size=40).map(
    lambda leaves: [leaf_hash(leaf) for leaf in leaves]
)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_of_the_shared_leaves_is_the_known_one(size: int) -> None:
    assert root(HASHES[:size]).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root([]) == hashlib.sha256(b"").digest()


def test_a_path_is_the_one_that_the_rfc_draws() -> None:
    """RFC 6962, 2.1.3: in the tree of seven, the path of d3 is c, g, l, and that of d6 is i, k."""
    pair = _node(HASHES[0], HASHES[1])
    right = _node(_node(HASHES[4], HASHES[5]), HASHES[6])
    assert inclusion_proof(HASHES[:7], 3) == [HASHES[2], pair, right]
    assert inclusion_proof(HASHES[:7], 6) == [_node(HASHES[4], HASHES[5]), root(HASHES[:4])]


@given(TREES, st.data())
def test_each_leaf_is_shown_to_be_in_its_tree_and_only_at_its_place(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, top = inclusion_proof(leaves, index), root(leaves)
    assert verify_inclusion(leaves[index], index, len(leaves), path, top)
    for other in range(-1, len(leaves) + 2):
        if other != index and not (0 <= other < len(leaves) and leaves[other] == leaves[index]):
            assert not verify_inclusion(leaves[index], other, len(leaves), path, top)


@given(TREES, st.data())
def test_a_path_that_was_changed_shows_nothing(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, top = inclusion_proof(leaves, index), root(leaves)
    changed = [path[1:], [*path, top], [bytes(32), *path[1:]]] if path else [[top]]
    assert not any(verify_inclusion(leaves[index], index, len(leaves), wrong, top) for wrong in changed)
    assert not verify_inclusion(bytes(32), index, len(leaves), path, top)
    assert not verify_inclusion(leaves[index], index, len(leaves), path, bytes(32))


@pytest.mark.parametrize("index", [-1, 8, 100])
def test_a_leaf_that_is_not_there_has_no_path(index: int) -> None:
    with pytest.raises(ValueError, match=f"no leaf {index} in a tree of 8"):
        inclusion_proof(HASHES, index)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


@given(st.integers(1, 70), st.data())
def test_several_leaves_are_proven_at_once_and_no_other_ones(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(size)]
    wanted = data.draw(st.sets(st.integers(0, size - 1), min_size=1))
    beside = shared_proof(leaves, wanted)
    known = {index: leaves[index] for index in wanted}
    assert joined_root(known, size, beside) == root(leaves)
    changed = data.draw(st.sampled_from(sorted(wanted)))
    assert joined_root({**known, changed: leaf_hash(b"other")}, size, beside) != root(leaves)
    assert set(beside).isdisjoint(known.values())


@pytest.mark.parametrize(
    ("known", "size", "beside"),
    [((), 1, 0), ((1,), 1, 0), ((-1,), 3, 1), ((0,), 4, 1), ((0,), 4, 3), ((0,), 0, 0), ((0, 1), 2, 1)],
)
def test_hashes_that_fit_no_tree_are_said(known: tuple[int, ...], size: int, beside: int) -> None:
    with pytest.raises(ValueError, match=r"too few hashes|more hashes than|not those of a tree"):
        joined_root(dict.fromkeys(known, bytes(32)), size, [bytes(32)] * beside)
    with pytest.raises(ValueError, match="There is no leaf 4 in a tree of 4"):
        shared_proof([bytes(32)] * 4, [4])
