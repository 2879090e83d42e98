import hashlib
from functools import partial
from io import BytesIO
from itertools import chain
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.model.entry import StoredFile
from warroom.model.errors import DamagedError
from warroom.services.evidence.intact import VerifiedFile, guarded, hash_of, refuse_others


def file_of(data: bytes) -> StoredFile:
    return StoredFile(name="a", size=len(data), md5="", sha1="", sha256=hashlib.sha256(data).hexdigest())


def test_a_hash_is_of_the_whole() -> None:
    data = b"MDMP" * (1 << 19)
    assert hash_of(BytesIO(data)) == hashlib.sha256(data).hexdigest()


@given(data=st.binary(max_size=300), size=st.integers(1, 64))
def test_whole_bytes_come_through_in_any_pieces(data: bytes, size: int) -> None:
    stream = guarded(lambda _: BytesIO(data), file_of(data))
    assert b"".join(iter(lambda: stream.read(size), b"")) == data


@given(
    data=st.binary(min_size=1, max_size=100),
    at=st.integers(0, 99),
    flip=st.integers(1, 255),
    size=st.integers(1, 64),
)
def test_of_bytes_with_one_flipped_the_end_never_comes(data: bytes, at: int, flip: int, size: int) -> None:
    changed = bytearray(data)
    changed[at % len(data)] ^= flip
    assert_no_end(BytesIO(bytes(changed)), file_of(data), size)


@pytest.mark.parametrize("lies_there", [b"", b"evidenc", b"evidence!", b"evidence" * 2])
def test_bytes_that_are_fewer_or_more_are_not_whole(lies_there: bytes) -> None:
    assert_no_end(BytesIO(lies_there), file_of(b"evidence"), 3, more=True)


def assert_no_end(source: BinaryIO, file: StoredFile, size: int, *, more: bool = False) -> None:
    got = bytearray()
    with pytest.raises(DamagedError, match="the rest is not sent"):
        got.extend(chain.from_iterable(iter(partial(VerifiedFile(source, file).read, size), b"")))
    assert more or len(got) < file.size


def test_closing_lets_go_of_the_source() -> None:
    source = BytesIO(b"")
    guarded(lambda _: source, file_of(b"")).close()
    assert source.closed


def test_another_hash_is_refused_with_the_place() -> None:
    refuse_others("a", "a", "/blobs/a")
    with pytest.raises(DamagedError, match="Bring /blobs/a back from a backup"):
        refuse_others("b", "a", "/blobs/a")
