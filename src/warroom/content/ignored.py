"""Files of a pack that nothing reads: whole folders of kinds that this runtime has no use for."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from warroom.content.load import FOLDERS, open_packs

ITEMS = frozenset({".yml", ".yaml", ".json"})
NO_KIND = frozenset({"doc_files", "ReleaseNotes", "test_data", "Tools"})


def ignored_folders(path: Path) -> Mapping[str, int]:
    """Count the files in each folder of the packs at a path that holds items of a kind that is not read."""
    found = (name for files in open_packs(path) for name in files.names if len(name.parts) > 1)
    return Counter(
        name.parts[0]
        for name in sorted(found)
        if name.suffix in ITEMS and name.parts[0] not in FOLDERS and name.parts[0] not in NO_KIND
    )
