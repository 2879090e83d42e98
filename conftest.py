"""Which files pytest looks into."""

from pathlib import Path

PACKS = Path(__file__).parent / "Packs"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave pack code alone: it imports names that only a worker has, and its tests lie beside it."""
    is_code = collection_path.suffix == ".py" and not collection_path.name.startswith(("test_", "conftest"))
    if PACKS in collection_path.parents and is_code and not collection_path.name.endswith("_test.py"):
        return True
    return None
