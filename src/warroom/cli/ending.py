"""An end that comes: what does not end by itself in time is ended."""

import os
import sys
import threading

DEMO_SECONDS = 20.0
SERVER_SECONDS = 60.0  # what is under way may have much to write


def end_within(seconds: float, code: int) -> None:
    """End this process with the code when it lives so many seconds from now; its twin and its workers see that.

    An end in good order comes first as a rule: then nothing happens.
    """
    timer = threading.Timer(seconds, _end, (seconds, code))
    timer.daemon = True
    timer.start()


def _end(seconds: float, code: int) -> None:
    sys.stderr.write(f"Something did not end within {seconds:g} seconds, and was cut off; what it did is kept.\n")
    sys.stderr.flush()
    os._exit(code)
