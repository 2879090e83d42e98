"""Modules that a library imports at its head and rarely uses, imported on first use."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


@contextmanager
def deferred_import(*names: str) -> Iterator[None]:
    """Let imports of these modules, within the block, give stand-ins that import them on first use of an attribute.

    A module's parent is named before it. What is imported already stays as it is.
    """
    if sys.modules.keys() & set(names):
        yield
        return
    stand_ins = {name: _Deferred(name) for name in names}
    sys.modules.update(stand_ins)
    try:
        for name in names:
            parent, _, child = name.rpartition(".")
            if parent:
                setattr(stand_ins[parent], child, stand_ins[name])
        yield
    finally:
        _forget_stand_ins()


class _Deferred(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []  # modules below it may be stand-ins, too

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # the import system asks for these
            raise AttributeError(name)
        _forget_stand_ins()
        return getattr(import_module(self.__name__), name)


def _forget_stand_ins() -> None:
    for name in [name for name, module in sys.modules.items() if isinstance(module, _Deferred)]:
        del sys.modules[name]
