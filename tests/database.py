"""A new SQLite database for each test, made once: bringing one up to date takes longer than most tests."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from warroom.store.engine import writing_engine
from warroom.store.migrate import migrate


def lay_database(path: Path) -> None:
    """Put a database without rows at a path, with the tables of this version."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(_migrated())


def lay_home(home: Path) -> None:
    """Put one into a data folder that has none, for a server or a command that is to start on it."""
    if not (home / "warroom.db").exists():
        lay_database(home / "warroom.db")


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warroom.db"
        engine = writing_engine(f"sqlite:///{path}")
        migrate(engine)
        engine.dispose()  # what the write-ahead log holds goes into the file
        return path.read_bytes()
