"""Exports that were made by earlier versions: they are checked for as long as a court may want them.

`whole` and `one-item` are cases of `exports.py`; `a` is the format of 2026-11-29, `b` has the proofs against the log.
A new form of an export gets files of its own here; these stay as they are.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from warroom.services.proof.layout import VERIFIER, fingerprint
from warroom.services.proof.verify import verify
from warroom.testing.signing import MemorySigner

SAVED = sorted((Path(__file__).parent / "saved").glob("*.zip"))
KEY = fingerprint(MemorySigner().public_key())


def test_there_are_exports_of_each_form() -> None:
    assert [path.stem for path in SAVED] == ["one-item-a", "one-item-b", "whole-a", "whole-b"]


@pytest.mark.parametrize("saved", SAVED, ids=lambda path: path.stem)
def test_an_export_of_an_earlier_version_is_intact_still(saved: Path) -> None:
    verdict = verify(saved, KEY)
    assert verdict.problems == []
    assert verdict.items == (3 if saved.stem.startswith("whole") else 1)


@pytest.mark.parametrize("saved", SAVED, ids=lambda path: path.stem)
def test_the_program_that_lies_in_it_finds_the_same(saved: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        archive.extract(VERIFIER, tmp_path)
    command = [sys.executable, "-I", "-S", str(tmp_path / VERIFIER), str(saved), "--key", KEY]
    answer = subprocess.run(command, capture_output=True, text=True, env={}, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.endswith(f"signed by the key that you named, {KEY}.\n")
