import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import Repository

GUEST = Path("src/warroom/host/guest")
# Pack code runs in images that hold nothing of ours; in JavaScript it runs where we are.
OF_GUEST_MODULES = {"src/warroom/host/guest/javascript.py": {"quickjs"}}
# An import by name is seen by no check of directions, so each place has its reason here.
IMPORTS_BY_NAME = {
    "src/warroom/cli/lazy_import.py": "a command loads what it needs; the command line lies above all other rooms",
    "src/visionone_sim/cli.py": "the same, of the twin's command line",
    "src/warroom/web/pages/__init__.py": "its own modules, each of which may have routes",
    "src/warroom/host/guest/__main__.py": "its own module, by the name that a worker's program has",
    "src/warroom/durable/deferred_import.py": "libraries' modules that a library of ours rarely uses",
    "src/warroom/host/guest/fork_server.py": "modules that pack code uses, those that are installed",
    "src/warroom/host/guest/session.py": "its own module that runs JavaScript, in the workers that need it",
    "src/warroom/host/guest/sources.py": "modules of pack code",
}


def _imported_modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.slow
def test_imports_only_point_down(repository: Repository) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(repository.root / "src")}
    done = subprocess.run(
        [lint, "--no-cache"], cwd=repository.root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_only_named_places_import_by_name(repository: Repository) -> None:
    found = [
        str(path)
        for path in repository.under("src")
        if any(
            getattr(node, "attr", getattr(node, "id", "")) == "import_module"
            for node in ast.walk(repository.tree(path))
        )
    ]
    assert sorted(found) == sorted(IMPORTS_BY_NAME)


def test_the_guest_needs_nothing_but_the_standard_library_and_itself(repository: Repository) -> None:
    # A worker starts the folder as a program, so its modules import each other by their bare names.
    modules = [path for path in repository.under("src") if GUEST in path.parents]
    allowed = sys.stdlib_module_names | {path.stem for path in modules}
    found = [
        f"{path} imports {module}"
        for path in modules
        for module in _imported_modules(repository.tree(path))
        if module.split(".")[0] not in allowed | OF_GUEST_MODULES.get(str(path), set())
    ]
    assert modules, "The guest has moved; this test looks for it in vain."
    assert found == [], "Pack code runs in images that hold nothing of ours."
