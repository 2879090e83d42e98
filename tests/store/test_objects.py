from itertools import count
from pathlib import Path

import pytest
from fsspec.core import url_to_fs

from warroom.model.errors import ConflictError, DamagedError
from warroom.store.blobs import FolderBlobs
from warroom.store.cipher import Cipher
from warroom.store.objects import ObjectBlobs, open_blobs

# What blobs promise is tested in test_blobs.py, on these over fsspec's memory too.

_roots = count(1)


async def test_a_url_is_an_object_store_and_a_path_a_folder(tmp_path: Path) -> None:
    assert isinstance(open_blobs(tmp_path), FolderBlobs)
    assert isinstance(open_blobs(str(tmp_path)), FolderBlobs)
    objects = open_blobs(f"memory://objects{next(_roots)}")
    assert isinstance(objects, ObjectBlobs)
    stored = await objects.put(b"MDMP", "a")
    assert objects.location(stored.sha256).startswith("memory://")
    assert objects.location(stored.sha256).endswith(stored.sha256)


async def test_two_stores_of_one_url_hold_the_same(tmp_path: Path) -> None:
    url = f"memory://shared{next(_roots)}"
    stored = await open_blobs(url).put(b"MDMP", "a")
    with open_blobs(url).open(stored.sha256) as file:
        assert file.read() == b"MDMP"


async def test_evidence_in_an_object_store_is_encrypted_and_what_was_there_before_is_read_and_encrypted(
    tmp_path: Path,
) -> None:
    url, cipher = f"memory://encrypted{next(_roots)}", Cipher(bytes(32), origin="the test's key")
    before, after = ObjectBlobs(url), ObjectBlobs(url, cipher)
    data = b"MDMP" * 50_000
    old, new = await before.put(b"of before", "old"), await after.put(data, "new")
    files, root = url_to_fs(url)
    lying = {path.rpartition("/")[2]: files.cat_file(path) for path in files.find(root)}
    assert set(lying) == {old.sha256, f"{new.sha256}.enc"}
    assert b"MDMP" not in lying[f"{new.sha256}.enc"]
    assert await after.encrypt(old.sha256)
    assert not await after.encrypt(old.sha256)
    assert not await before.encrypt(new.sha256)
    for stored, expected in ((old, b"of before"), (new, data)):
        assert after.location(stored.sha256).endswith(f"{stored.sha256}.enc")
        assert await after.held(stored.sha256[:2]) == [stored.sha256]
        with after.open(stored.sha256) as file:
            assert file.read() == expected
        assert (await after.link(stored.sha256, tmp_path)).read_bytes() == expected


async def test_an_object_that_was_changed_or_is_of_another_key_is_refused(tmp_path: Path) -> None:
    url = f"memory://changed{next(_roots)}"
    blobs = ObjectBlobs(url, Cipher(bytes(32), origin="the test's key"))
    stored = await blobs.put(b"MDMP" * 50_000, "a")
    with pytest.raises(ConflictError, match="another key than other"):
        ObjectBlobs(url, Cipher(bytes([1] * 32), origin="other")).open(stored.sha256)
    files, root = url_to_fs(url)
    [path] = files.find(root)
    whole = bytearray(files.cat_file(path))
    whole[-100] ^= 1
    files.pipe_file(path, bytes(whole))
    with pytest.raises(DamagedError):
        await blobs.link(stored.sha256, tmp_path)
    assert not (tmp_path / stored.sha256).exists()
