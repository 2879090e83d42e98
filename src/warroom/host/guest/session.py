# ruff: noqa: TID252  # a worker runs this by file path, where warroom is not importable
from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
import threading
import traceback
from typing import Any

from .bounded_log import BoundedLog
from .channel import Channel, HostGoneError
from .demisto_object import Demisto
from .descendants import adopt_orphans, end_descendants
from .limits import apply_limits, die_with_host, end_group, resident_bytes
from .outcome import Outcome
from .patches import Patches
from .sources import PackModules, Sources
from .surroundings import Surroundings
from .traces import trace_of

JAVASCRIPT = "javascript"
ERROR_LENGTH = 8_000
TRACEBACK_LENGTH = 64_000


class Session:
    """Runs code as the host asks, one run after another."""

    def __init__(self, channel: Channel, sources: Sources, limits: dict[str, Any]) -> None:
        self._channel = channel
        self._log_limit: int = limits["log_limit"]
        self._result_limit: int = limits["result_limit"]
        self._sources = sources
        self._patches = Patches()
        self._modules = PackModules(self._sources, self._patches.note)
        self._demisto = Demisto(channel)
        self._surroundings = Surroundings()
        self._threads = threading.active_count()
        sys.meta_path.insert(0, self._modules)
        sys.modules["demistomock"] = self._demisto  # type: ignore[assignment]  # the import system takes any object

    def serve(self, run: dict[str, Any]) -> None:
        """Work until the host has ended, or until a run has left something that could disturb the next one."""
        while self._serve_one(run):
            run = self._channel.receive()

    def _serve_one(self, run: dict[str, Any]) -> bool:
        outcome = Outcome(BoundedLog(self._log_limit), self._result_limit)
        self._sources.add(run["sources"], run["files"])
        self._surroundings.enter(run["scratch"], outcome.log)
        try:
            end = self._execute(run, outcome)
        finally:
            end_descendants()
            self._patches.undo()
            self._surroundings.leave()
        is_clean = threading.active_count() == self._threads and not end.pop("is_broken", False)
        end |= {"log": outcome.log.lines(), "keep": is_clean, "resident": resident_bytes()}
        self._channel.send(outcome.line(run["id"], end))
        return is_clean

    def _execute(self, run: dict[str, Any], outcome: Outcome) -> dict[str, object]:
        self._demisto.begin(run, outcome)
        try:
            self._modules.want(run["modules"])
            namespace = self._namespace()
            self._patches.remember()
            exec(self._sources.compiled(run["name"], run["code"]), namespace)  # noqa: S102  # the purpose of all this
        except SystemExit as end:  # code that has caught an error and ends with it is still in its `except`
            caught = end.__context__
            return {"traceback": trace_of(caught, TRACEBACK_LENGTH)} if caught else {}
        except HostGoneError:
            raise
        except BaseException as error:  # noqa: BLE001  # whatever escapes pack code is the run's error, not ours
            return _explain(error)
        return {}

    def _namespace(self) -> dict[str, object]:
        """A fresh module: `__name__` is what content compares with before it calls its main()."""
        return {
            "register_module_line": lambda *_, **__: None,
            "__line__": lambda: 0,
            **self._modules.common_names(),
            "__name__": "builtins",
            "__builtins__": __builtins__,
            "demisto": self._demisto,
        }


def _explain(error: BaseException) -> dict[str, object]:
    last = " ".join(traceback.format_exception_only(type(error), error)[-1].split())[:ERROR_LENGTH]
    end: dict[str, object] = {
        "error": last,
        "traceback": trace_of(error, TRACEBACK_LENGTH),
        "is_broken": isinstance(error, MemoryError),
    }
    if isinstance(error, ModuleNotFoundError):
        end["missing"] = error.name or ""
    if isinstance(error, SyntaxError):
        end["is_syntax"] = True
    return end


def main(read_fd: int, write_fd: int, sources: Sources, limits: dict[str, Any]) -> None:
    for fd in (read_fd, write_fd):
        os.set_inheritable(fd, False)  # the children of pack code must not hold the pipes open
    apply_limits(limits)
    adopt_orphans()
    die_with_host(read_fd)
    channel = Channel(read_fd, write_fd)
    with contextlib.suppress(HostGoneError):
        first = channel.receive()
        if first["language"] == JAVASCRIPT:  # what runs it is loaded in the workers that need it
            kind = importlib.import_module(f"{__package__}.javascript_session").JavaScriptSession
        else:
            kind = Session
        session = kind(channel, sources, limits)
        gc.freeze()
        session.serve(first)
    end_group()
