"""`make test ARGS=--fast` leaves out what takes long, says so, and never what was asked for by name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def collected(*words: str) -> str:
    """Return the tests that pytest would run, and its output."""
    command = [sys.executable, "-m", "pytest", "-n0", "--collect-only", "-q", *words]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_fast_leaves_out_what_takes_long_and_says_so() -> None:
    told = collected("--fast", "tests/store/test_numbers.py")
    assert "test_numbers.py::" in told
    assert "test_two_processes_share_the_numbers" not in told
    assert "--fast left out tests/acceptance, tests/browser" in told
    assert "all: make test" in told


def test_fast_leaves_out_no_room_that_is_asked_for() -> None:
    told = collected("--fast", "tests/durable/test_clock.py")
    assert "test_clock.py::" in told
    assert "tests/durable" not in told.partition("--fast left out")[2]


def test_without_it_nothing_is_left_out() -> None:
    told = collected("tests/store/test_numbers.py")
    assert "test_two_processes_share_the_numbers" in told
    assert "left out" not in told
