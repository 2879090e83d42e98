"""Entry of the process that workers are forked from: `python -I __main__.py ORDERS_FD LIMITS`."""

import importlib
import importlib.util
import json
import sys
from pathlib import Path

PACKAGE = "_warroom_guest"


def load_guest(folder: Path) -> None:
    """Make the guest's modules importable without putting their folder on the path that pack code searches."""
    spec = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


def main() -> None:
    load_guest(Path(__file__).resolve().parent)
    session = importlib.import_module(f"{PACKAGE}.session")
    fork_server = importlib.import_module(f"{PACKAGE}.fork_server")
    orders_fd, limits = sys.argv[1:3]
    session.main(*fork_server.serve(int(orders_fd)), json.loads(limits))


if __name__ == "__main__":
    main()
