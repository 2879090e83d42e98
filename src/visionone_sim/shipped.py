"""The files in the twin's package, by name."""

from pathlib import Path

STORIES = Path(__file__).parent / "scenarios" / "stories"
FAULT_TABLES = Path(__file__).parent / "fault_tables"


def scenario_names() -> list[str]:
    """Return the scenarios of the package."""
    return _names(STORIES)


def fault_table_names() -> list[str]:
    """Return the tables of faults of the package."""
    return _names(FAULT_TABLES)


def _names(folder: Path) -> list[str]:
    return sorted(file.stem for file in folder.glob("*.yaml"))
