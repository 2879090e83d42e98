"""Which files pytest looks into."""

from pathlib import Path

ROOT = Path(__file__).parent
PACKS = ROOT / "Packs"
# Alembic runs these files in a surrounding of its own.
MIGRATIONS = ROOT / "src/warroom/store/migrations"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave alone what cannot be imported as it stands; pack code imports names that only a worker has."""
    if collection_path == MIGRATIONS:
        return True
    name = collection_path.name
    is_test = name.startswith(("test_", "conftest")) or name.endswith("_test.py")
    if PACKS in collection_path.parents and collection_path.suffix == ".py" and not is_test:
        return True
    return None
