import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.repository import Repository

GUEST = "warroom.host.guest"


def _imported_modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_imports_only_point_down(repository: Repository) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(repository.root / "src")}
    done = subprocess.run(
        [lint, "--no-cache"], cwd=repository.root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_guest_needs_nothing_but_the_standard_library(repository: Repository) -> None:
    guest = Path("src/warroom/host/guest")
    found = [
        f"{path} imports {module}"
        for path in repository.under("src")
        if guest in path.parents
        for module in _imported_modules(repository.tree(path))
        if module.split(".")[0] not in sys.stdlib_module_names and not module.startswith(GUEST)
    ]
    assert found == [], "Pack code runs in images that hold nothing of ours."
