"""Waiting for something that another process does."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

TIMEOUT = 120.0  # on a machine at load 20 as well; whoever waits goes on as soon as it can
PAUSE = 0.05
SHARE = 4  # of the time of waiting, at most a quarter is spent on asking: the cores are for what is waited for


def until(ask: Callable[[], T], what: str, *, seconds: float = TIMEOUT) -> T:
    """Ask again and again until the answer counts; a test that waits in vain says what for."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        began = time.monotonic()
        if answer := ask():
            return answer
        assert time.monotonic() < end, f"Waited {seconds:g} s in vain: {what}."
        pause.wait(max(PAUSE, (SHARE - 1) * (time.monotonic() - began)))
