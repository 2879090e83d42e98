from itertools import count
from pathlib import Path

from warroom.store.blobs import FolderBlobs
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
