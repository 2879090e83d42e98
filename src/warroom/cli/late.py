"""What costs time to import is named, and imported when it is asked for: the one place of the command line for that."""

import gc
from dataclasses import dataclass
from importlib import import_module
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make `Late[…](…)` with them
class Late(Generic[T]):
    """Something of a module, by `module:name`."""

    reference: str

    def get(self) -> T:
        """Import the module, unless it is there already, and give what is named.

        >>> Late[int]("stat:S_IRUSR").get()
        256
        """
        module, _, name = self.reference.partition(":")
        was_on = gc.isenabled()
        gc.disable()  # what is imported stays: looking through it again and again is a sixth of what it costs
        try:
            found: T = getattr(import_module(module), name)
        finally:
            if was_on:
                gc.enable()
        return found
