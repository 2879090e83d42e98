"""A new SQLite database for each test, made once: bringing one up to date takes longer than most tests."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from warroom.store.engine import writing_engine
from warroom.store.migrate import migrate


def lay_database(path: Path) -> None:
    """Put a database without rows at a path, with the tables of this version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warroom.db"
        engine = writing_engine(f"sqlite:///{path}")
        migrate(engine)
        engine.dispose()  # what the write-ahead log holds goes into the file
        return path.read_bytes()
