"""How often the garbage collector looks, while content is read and while an app is open."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 2_000  # before the collector looks for cycles among them; a command makes some hundreds


@contextmanager
def no_collector() -> Iterator[None]:
    """Look for no cycles while thousands of values are made, all of which stay: it would double what they cost."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def calm_collector() -> Iterator[None]:
    """Keep the garbage collector off the content, which lives as long as the app, and let it look less often."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
