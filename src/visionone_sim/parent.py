"""Ends a twin with the program that started it, however that ended: the pipe between them closes by itself."""

import os
from collections.abc import Callable
from threading import Thread

STDIN = 0


def end_with_parent(stop: Callable[[], None], descriptor: int = STDIN) -> Thread:
    """Call `stop` when the other end of a pipe is closed; its data is ignored.

    The descriptor is read without a buffer, whose lock an ending interpreter would wait for.
    """

    def watch() -> None:
        while os.read(descriptor, 4096):
            pass
        stop()

    watcher = Thread(target=watch, name="parent", daemon=True)
    watcher.start()
    return watcher
