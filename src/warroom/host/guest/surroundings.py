from __future__ import annotations

import logging
import os
import socket
import sys
import tempfile
import time

from .bounded_log import BoundedLog, LogStream, text_over  # noqa: TID252  # warroom is not importable in a worker


class Surroundings:
    """The state of the process that pack code is known to bend (proxies in the environment, handlers, streams).

    `enter` sets it up for a run, `leave` puts it back, so that the next run in the same process starts clean.
    """

    def __init__(self) -> None:
        self._environment = dict(os.environ)
        self._expected = self._environment  # as the run finds it
        self._argv = list(sys.argv[:1])
        self._path = list(sys.path)
        self._out, self._err = LogStream(1), LogStream(2)
        self._handlers: list[logging.Handler] = []
        self._level = logging.WARNING
        self._timeout: float | None = None

    def enter(self, scratch: str, log: BoundedLog) -> None:
        os.chdir(scratch)
        tempfile.tempdir = scratch
        if self._expected.get("TMPDIR") != scratch:
            os.environ["TMPDIR"] = os.environ["HOME"] = scratch
            self._expected = {**self._environment, "TMPDIR": scratch, "HOME": scratch}
        self._out.log = self._err.log = log
        sys.stdout, sys.stderr = text_over(self._out), text_over(self._err)
        sys.argv[:] = self._argv
        self._handlers, self._level = list(logging.root.handlers), logging.root.level
        self._timeout = socket.getdefaulttimeout()

    def leave(self) -> None:
        self._out.log = self._err.log = None
        if os.environ != self._expected:  # the folder of the last run stays in it until the next run
            os.environ.clear()
            os.environ.update(self._expected)
            time.tzset()
        sys.path[:] = self._path
        logging.root.handlers[:] = self._handlers
        if logging.root.level != self._level:
            logging.root.setLevel(self._level)
        socket.setdefaulttimeout(self._timeout)
