import hashlib
import os
import subprocess
import sys
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from warroom.model.errors import ConflictError, DamagedError
from warroom.store.cipher import CHUNK, FORMAT, HEAD, TAG, Cipher

CIPHER = Cipher(bytes(range(32)), origin="the test's key")
SIZES = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])


def encrypted(data: bytes, pieces: int = 1 << 20) -> bytes:
    sink = BytesIO()
    writer = CIPHER.writer(sink)
    for at in range(0, len(data), pieces):
        writer.write(data[at : at + pieces])
    writer.finish()
    return sink.getvalue()


def decrypted(stored: bytes, pieces: int = 1 << 20) -> bytes:
    with CIPHER.reader(BytesIO(stored)) as stream:
        return b"".join(iter(lambda: stream.read(pieces), b""))


@given(size=SIZES, wrote=st.integers(1, 3 * CHUNK), reads=st.integers(1000, 3 * CHUNK))
@example(size=2 * CHUNK, wrote=CHUNK, reads=CHUNK)
def test_what_is_read_is_what_was_written_in_any_pieces(size: int, wrote: int, reads: int) -> None:
    data = os.urandom(size)
    stored = encrypted(data, wrote)
    assert decrypted(stored, reads) == data
    assert len(stored) == HEAD + size + TAG * max(1, -(-size // CHUNK))
    assert len(data) < 8 or data[:8] not in stored


def test_the_same_bytes_never_look_the_same_twice() -> None:
    one, other = encrypted(b"lsass" * 100), encrypted(b"lsass" * 100)
    same = sum(a == b for a, b in zip(one, other, strict=True))
    assert same < len(FORMAT) + 8 + 20  # the format, the name of the key, and what chance makes equal


def test_each_flipped_byte_is_found() -> None:
    stored = encrypted(b"MDMP" * 20)
    for at in range(len(stored)):
        changed = bytearray(stored)
        changed[at] ^= 1
        with pytest.raises(DamagedError, match="The encrypted bytes are damaged"):
            decrypted(bytes(changed))


def test_each_end_that_is_cut_off_is_found() -> None:
    stored = encrypted(b"MDMP" * 20)
    for end in range(len(stored)):
        with pytest.raises(DamagedError):
            decrypted(stored[:end])
    with pytest.raises(DamagedError):
        decrypted(stored + b"\0")


def chunks_of(stored: bytes) -> list[bytes]:
    edges = [HEAD, *range(HEAD + CHUNK + TAG, len(stored), CHUNK + TAG), len(stored)]
    return [stored[a:b] for a, b in pairwise(edges)]


@pytest.mark.parametrize(
    "order", [[0, 1], [0, 2], [1, 0, 2, 3], [0, 1, 2], [0, 1, 2, 2, 3], [0, 1, 2, 3, 3], [3], [3, 1, 2, 0], []]
)
def test_chunks_that_are_moved_left_out_or_put_in_are_found(order: list[int]) -> None:
    stored = encrypted(os.urandom(3 * CHUNK + 7))
    chunks = chunks_of(stored)
    assert len(chunks) == 4
    with pytest.raises(DamagedError):
        decrypted(stored[:HEAD] + b"".join(chunks[number] for number in order))


def test_chunks_of_another_blob_are_found() -> None:
    one, other = encrypted(b"a" * 100), encrypted(b"b" * 100)
    with pytest.raises(DamagedError):
        decrypted(one[:HEAD] + other[HEAD:])


def test_another_key_is_said_and_is_no_damage() -> None:
    other = Cipher(bytes(32), origin="/home/secret.key")
    with pytest.raises(ConflictError, match=r"another key than /home/secret\.key; bring that key back") as refused:
        other.reader(BytesIO(encrypted(b"a")))
    assert not isinstance(refused.value, DamagedError)


@pytest.mark.parametrize("stored", [b"", b"WRBLOB1", b"\0" * 500, b"PK\x03\x04" * 100])
def test_what_is_no_encrypted_blob_is_damaged(stored: bytes) -> None:
    with pytest.raises(DamagedError):
        decrypted(stored)


LARGE = """
import re, sys
from pathlib import Path
from warroom.store.blobs import FolderBlobs
from warroom.store.cipher import Cipher
from warroom.services.evidence.intact import hash_of
import asyncio
blobs = FolderBlobs(Path(sys.argv[1]), Cipher(bytes(32), origin="a test"))
stored = asyncio.run(blobs.take(Path(sys.argv[2]), "big"))
with blobs.open(stored.sha256) as file:
    assert hash_of(file) == stored.sha256
print(stored.sha256, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.slow
def test_a_large_file_passes_with_flat_memory(tmp_path: Path) -> None:
    size = 300 * 1024 * 1024
    big = tmp_path / "big"
    with big.open("wb") as file:
        os.truncate(file.fileno(), size)
    done = subprocess.run(
        [sys.executable, "-c", LARGE, str(tmp_path / "blobs"), str(big)], capture_output=True, text=True, check=True
    )
    sha256, kilobytes = done.stdout.split()
    digest = hashlib.sha256()
    for _ in range(300):
        digest.update(bytes(1024 * 1024))
    assert sha256 == digest.hexdigest()
    assert int(kilobytes) < 60 * 1024
