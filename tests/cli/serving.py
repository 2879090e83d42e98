"""A running `warroom serve`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = "from warroom.cli.main import main; main()"


@contextmanager
def serving(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Start the server in a session of its own, whose members can be counted."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "--home", str(home), "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            assert server.stdout is not None
            assert f"warroom serves {home}" in server.stdout.readline()
            yield server
        finally:
            server.kill()
