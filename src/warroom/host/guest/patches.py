from __future__ import annotations

import locale
import sys
from operator import is_
from types import ModuleType
from typing import Any

# What content is known to patch, as far as it is loaded. Looking at every module would take longer than a short run.
MODULES = (
    "builtins", "datetime", "http.client", "io", "json", "logging", "os", "os.path", "random", "re", "requests",
    "requests.adapters", "requests.api", "requests.sessions", "shutil", "signal", "socket", "ssl", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib.request", "urllib3", "urllib3.connectionpool", "urllib3.util.ssl_",
    "uuid", "warnings",
)  # fmt: skip
CLASSES = (
    ("http.client", "HTTPConnection"),
    ("requests.adapters", "HTTPAdapter"),
    ("requests.sessions", "Session"),
    ("socket", "socket"),
    ("ssl", "SSLContext"),
)
# Each run sets these again, or Python itself does.
OF_EACH_RUN = {
    "builtins": frozenset({"_"}),
    "sys": frozenset({"argv", "last_exc", "last_traceback", "last_type", "last_value", "path", "stderr", "stdout"}),
    "tempfile": frozenset({"tempdir"}),
}
NOTHING: frozenset[str] = frozenset()


class Patches:
    """Puts back what a run has put in the place of functions and classes that the next run in the process uses too.

    It knows the modules above and those of packs, as they are when a run begins after they were loaded. What a run does
    inside of an object (filters of warnings, a library's defaults, the state of `random`) stays until the worker ends.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, dict[str, Any]]] = {}
        self._awaited = list(MODULES)
        self._recursion = sys.getrecursionlimit()
        self._locale = locale.setlocale(locale.LC_ALL)

    def note(self, name: str, holder: Any) -> None:
        """Remember how a module or class is."""
        self._known[name] = (holder, dict(vars(holder)))

    def remember(self) -> None:
        """Note what has been loaded since."""
        for name in [name for name in self._awaited if name in sys.modules]:
            self._awaited.remove(name)
            self.note(name, sys.modules[name])
            for owner, class_name in CLASSES:
                if owner == name:
                    self.note(f"{name}:{class_name}", getattr(sys.modules[name], class_name))

    def undo(self) -> None:
        for name, (holder, before) in self._known.items():
            now = vars(holder)
            if len(now) != len(before) or not all(map(is_, now.values(), before.values())):
                _put_back(holder, before, OF_EACH_RUN.get(name, NOTHING))
        if sys.getrecursionlimit() != self._recursion:
            sys.setrecursionlimit(self._recursion)
        if locale.setlocale(locale.LC_ALL) != self._locale:
            locale.setlocale(locale.LC_ALL, self._locale)


def _put_back(holder: Any, before: dict[str, Any], left: frozenset[str]) -> None:
    now = dict(vars(holder))
    for name in now.keys() - before.keys() - left:
        if not isinstance(now[name], ModuleType):  # a part of a package that was imported is there to stay
            delattr(holder, name)
    for name, value in before.items():
        if name not in left and (name not in now or now[name] is not value):
            setattr(holder, name, value)
