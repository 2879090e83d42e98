"""A deadline for the process: it is ended when it does not end by itself in time."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from warroom.cli.printable import printable
from warroom.model.errors import WarroomError

DEMO_SECONDS = 20.0
SERVER_SECONDS = 60.0  # what is under way may have much to write
COMMAND_SECONDS = 60.0


def end_within(seconds: float, code: int, before: str = "") -> threading.Timer:
    """End this process with the code if it still runs after so many seconds; its twin and its workers notice that.

    As a rule the process has ended by itself before: then nothing happens. `before` is a line that would be lost.
    """
    timer = threading.Timer(seconds, _end, (seconds, code, before))
    timer.daemon = True
    timer.start()
    return timer


@contextmanager
def bounded_end(seconds: float, code: int = 1) -> Iterator[Callable[[], None]]:
    """Yield what says that the end has begun: the rest of the block then has so many seconds, or the process is ended.

    The block holds all that has to end: a loop with its tasks, and what they had opened.
    """
    timers: list[threading.Timer] = []

    def begin() -> None:
        error = sys.exception()
        refusal = f"{printable(str(error))}\n" if isinstance(error, WarroomError) else ""
        timers.append(end_within(seconds, code, refusal))

    try:
        yield begin
    finally:
        for timer in timers:
            timer.cancel()


def _end(seconds: float, code: int, before: str) -> None:
    sys.stderr.write(
        f"{before}Something did not end within {seconds:g} seconds, and was cut off; what it did is kept.\n"
    )
    sys.stderr.flush()
    os._exit(code)
