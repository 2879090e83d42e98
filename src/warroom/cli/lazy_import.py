"""Lazy imports of the command line: slow modules are named, and imported on first use."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make `LazyImport[…](…)` with them
class LazyImport(Generic[T]):
    """Something of a module, by `module:name`; `without` names what libraries import where they can, and need not."""

    reference: str
    without: tuple[str, ...] = ()

    def get(self) -> T:
        """Import the module unless it is imported already, and return the named attribute.

        >>> LazyImport[int]("stat:S_IRUSR").get()
        256
        """
        module, _, name = self.reference.partition(":")
        was_on = gc.isenabled()
        gc.disable()  # what is imported stays: looking through it again and again is a sixth of what it costs
        try:
            with _absent(self.without):
                found: T = getattr(import_module(module), name)
        finally:
            if was_on:
                gc.enable()
        return found


@contextmanager
def _absent(names: tuple[str, ...]) -> Iterator[None]:
    """Make imports of these modules fail, unless they are imported already."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is Python's sign for it
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
