import hashlib
from io import BytesIO

import pytest

from warroom.store.digest import CHUNK, digest


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 7])
def test_all_hashes_come_from_one_pass(size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    seen: list[bytes] = []
    found = digest(BytesIO(data), each=seen.append)
    assert b"".join(seen) == data
    assert max(map(len, seen), default=0) <= CHUNK
    stored = found.named("lsass.zip")
    assert (stored.name, stored.size) == ("lsass.zip", size)
    for name in ("md5", "sha1", "sha256", "sha512"):
        assert getattr(stored, name) == hashlib.new(name, data).hexdigest()
