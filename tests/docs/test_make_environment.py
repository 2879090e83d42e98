"""`scripts/make-environment` does nothing where the environment is what it would make, whatever the files' dates."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("pyproject.toml", "constraints.txt", "scripts/make-environment")
TOOLS = ("bash", "env", "dirname", "cat", "cksum")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout on a machine without Python, with an environment that does not say what it is made from."""
    root = tmp_path / "checkout"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / ".venv/bin").mkdir(parents=True)
    python = root / ".venv/bin/python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ]\n', encoding="utf-8")  # it runs, and has no pip
    python.chmod(0o755)
    (tmp_path / "tools").mkdir()
    for tool in TOOLS:
        (tmp_path / "tools" / tool).symlink_to(str(shutil.which(tool)))
    return root


def made(root: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(root.parent / "tools")}
    command = [root / "scripts/make-environment"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def mark(root: Path) -> None:
    sums = subprocess.run(["cksum", *FILES], cwd=root, capture_output=True, text=True, check=True)
    (root / ".venv/.made-from").write_text(f"{root.resolve()}\n{sums.stdout}", encoding="utf-8")


def test_an_environment_of_the_same_files_is_left_as_it_is(checkout: Path) -> None:
    mark(checkout)
    done = made(checkout)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", FILES)
def test_it_is_made_anew_when_one_of_them_has_changed(checkout: Path, name: str) -> None:
    mark(checkout)
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    done = made(checkout)
    assert done.returncode == 1
    assert "found no Python" in done.stderr


def test_it_is_made_anew_in_a_copy_of_the_folder(checkout: Path, tmp_path: Path) -> None:
    mark(checkout)
    copy = tmp_path / "copy"
    shutil.copytree(checkout, copy)
    assert "found no Python" in made(copy).stderr
