"""Tables of faults, as files: the user's, or one of the package."""

from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from visionone_sim.faults import Fault
from visionone_sim.shipped import FAULT_TABLES, fault_table_names


class FaultTableError(Exception):
    """A file holds no table of faults."""


def read_table(name: str) -> list[Fault]:
    """Read a table by its name, or by the path of a file."""
    file = FAULT_TABLES / f"{name}.yaml" if name in fault_table_names() else Path(name)
    try:
        rows = yaml.safe_load(file.read_text(encoding="utf-8"))
        return TypeAdapter(list[Fault]).validate_python(rows or [])
    except OSError as error:
        known = ", ".join(fault_table_names())
        raise FaultTableError(f"{name} cannot be read ({error.strerror}); name a file or one of {known}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FaultTableError(f"{name} is not YAML: {' '.join(str(error).split())}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        where = f"{name}, row {place}" if place else f"{name} is no list of faults"
        raise FaultTableError(f"{where}: {first['msg']}.") from error
