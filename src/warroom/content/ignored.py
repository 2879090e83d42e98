"""Files of a pack that nothing reads: whole folders of kinds that this runtime has no use for."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from pathlib import PurePosixPath

ITEMS = frozenset({".yml", ".yaml", ".json"})
NO_KIND = frozenset({"doc_files", "ReleaseNotes", "test_data", "Tools"})


def ignored_folders(names: Iterable[PurePosixPath], are_read: Container[str]) -> Mapping[str, int]:
    """Count the files in each folder of a pack that holds items and is none of those that are read."""
    return Counter(
        name.parts[0]
        for name in sorted(names)
        if len(name.parts) > 1
        and name.suffix in ITEMS
        and name.parts[0] not in NO_KIND
        and name.parts[0] not in are_read
    )
