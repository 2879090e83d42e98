"""Waiting for something that another process does."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 120.0  # on a machine at load 20 as well; whoever waits goes on as soon as it can
PAUSE = 0.05


def until(ask: Callable[[], T], what: str, *, seconds: float = PATIENCE) -> T:
    """Ask again and again until the answer counts; a test that waits in vain says what for."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not (answer := ask()):
        assert time.monotonic() < end, f"Waited {seconds:g} s in vain: {what}."
        pause.wait(PAUSE)
    return answer
