from __future__ import annotations

import importlib.machinery
import importlib.util
import linecache
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from types import CodeType, MappingProxyType, ModuleType
from typing import NamedTuple

ALWAYS_THERE = ("CommonServerPython", "CommonServerUserPython")


class Text(NamedTuple):
    """A program text; its first line is the one after `before` lines of the file."""

    file: str
    before: int
    text: str


NO_FILES: Mapping[str, tuple[str, int]] = MappingProxyType({})


class Sources:
    """Program texts by their key, compiled once each, with the file and line that they come from."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._files: dict[str, tuple[str, int]] = {}
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def add(self, texts: Mapping[str, str], files: Mapping[str, tuple[str, int]] = NO_FILES) -> None:
        """Add texts by key; `files` has the file of some of them, and the number of lines before the text there."""
        self._texts.update(texts)
        self._files.update(files)

    def text(self, name: str, key: str) -> Text:
        file_name, before = self._files.get(key) or (f"<{name}>", 0)
        return Text(file_name, before, self._texts[key])

    def compiled(self, name: str, key: str) -> CodeType:
        code = self._compiled.get((name, key))
        if code is None:
            file_name, before, plain = self.text(name, key)
            text = "\n" * before + plain  # so that line numbers are those of the file, in syntax errors too
            # Tracebacks then show the line, though the file is not there to be read.
            linecache.cache[file_name] = (len(text), None, text.splitlines(keepends=True), file_name)
            # Python warns of old syntax, such as "\d" in a plain string; those who run a pack cannot change it.
            with warnings.catch_warnings(action="ignore"):
                code = self._compiled[name, key] = compile(text, file_name, "exec", dont_inherit=True)
        return code


def _nothing(_name: str, _module: ModuleType) -> None:
    """Ignore what was loaded."""


class PackModules(MetaPathFinder, Loader):
    """Imports the modules that a pack's code names: once per process, again when their text has changed."""

    def __init__(self, sources: Sources, loaded: Callable[[str, ModuleType], None] = _nothing) -> None:
        self._sources = sources
        self._on_load = loaded
        self._wanted: dict[str, str] = {}
        self._loaded: dict[str, tuple[str, ModuleType]] = {}
        self._names: dict[str, object] | None = None

    def want(self, modules: Mapping[str, str]) -> None:
        """Say which modules (name to the key of their text) exist from now on."""
        if self._wanted == modules:
            return
        if any(modules.get(name, key) != key for name, (key, _) in self._loaded.items()):
            # One may have imported names of another, so all go together.
            self._forget(self._loaded)
            self._loaded.clear()
        self._forget(name for name in self._loaded if name not in modules)
        self._wanted, self._names = dict(modules), None
        sys.modules.update({name: module for name, (_, module) in self._loaded.items() if name in modules})

    @staticmethod
    def _forget(names: Iterable[str]) -> None:
        for name in names:
            sys.modules.pop(name, None)

    def common_names(self) -> dict[str, object]:
        """What code finds without importing it: XSOAR puts these modules' texts in front of every script."""
        if self._names is None:
            names: dict[str, object] = {}
            for name in ALWAYS_THERE:
                if name in self._wanted:
                    names.update(vars(importlib.import_module(name)))
            self._names = {name: value for name, value in names.items() if name not in _MODULE_ATTRIBUTES}
        return self._names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname in self._wanted or fullname == "CommonServerUserPython":
            return importlib.util.spec_from_loader(fullname, self, origin=f"<{fullname}>")
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        del spec

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        key = self._wanted.get(name, "")
        if key:  # else it is CommonServerUserPython, which is the customer's, and there is none
            # XSOAR puts all these texts into one, where `demisto` is there without an import.
            if "demistomock" in sys.modules:
                vars(module)["demisto"] = sys.modules["demistomock"]
            exec(self._sources.compiled(name, key), vars(module))  # noqa: S102  # running pack code is the purpose
        self._loaded[name] = (key, module)
        self._on_load(name, module)


_MODULE_ATTRIBUTES = frozenset(
    {
        "__name__",
        "__doc__",
        "__package__",
        "__loader__",
        "__spec__",
        "__file__",
        "__cached__",
        "__builtins__",
        "__path__",
        "demisto",  # which each run has anyway
        # What a module's annotations leave: shared, each run's would stay for the next one.
        "__annotations__",
        "__annotate__",
        "__conditional_annotations__",
    }
)
