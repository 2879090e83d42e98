"""Tuning of the garbage collector, while content is read and while an app is open."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 2_000  # before the collector looks for cycles among them; a command makes some hundreds


@contextmanager
def no_collector() -> Iterator[None]:
    """Disable the garbage collector while thousands of lasting values are made: it would double their cost."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def calm_collector() -> Iterator[None]:
    """Exempt the content, which is kept as long as the app, from garbage collection, and collect less often."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
