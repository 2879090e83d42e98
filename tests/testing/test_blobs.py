from warroom.testing.blobs import MemoryBlobs

# What blobs promise is tested in tests/store/test_blobs.py, on these and on the folder.


async def test_the_fake_says_how_many_it_holds() -> None:
    blobs = MemoryBlobs()
    assert len(blobs) == 0
    stored = await blobs.put(b"a", "a")
    await blobs.put(b"a", "again")
    assert len(blobs) == 1
    assert blobs.location(stored.sha256) == f"memory:{stored.sha256}"
