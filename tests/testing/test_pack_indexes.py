from warroom.testing.pack_indexes import MemoryPackIndexes

# What indexes that are kept promise is tested in tests/store/test_pack_indexes.py, on these and on the file.


def test_what_is_read_is_json() -> None:
    indexes = MemoryPackIndexes()
    indexes.write({"/packs/One": {"names": ("a", "b")}})
    assert indexes.read() == {"/packs/One": {"names": ["a", "b"]}}
