# ruff: noqa: TID252  # warroom is not importable in a worker
from __future__ import annotations

import base64
import hmac
import json
import math
import os
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from .channel import HostGoneError, encode
from .demisto_object import Demisto
from .javascript import OUT_OF_MEMORY
from .xml_as_json import xml_as_json

if TYPE_CHECKING:
    from .channel import Channel
    from .outcome import Outcome

LARGEST_FILE = 64 << 20  # bytes that are read into a text
LONGEST_IN_A_WORKER = 30  # seconds; a longer wait before a script has asked for anything is a poll of its task
LONGEST_WAIT = 366 * 86400  # seconds
GRACE = 3600  # seconds after a wait, within which its poll must have run


class CodeServer:
    """Answers what a script asks: some of it here, the rest is asked of the host.

    It never raises: QuickJS would lose what it says.
    """

    def __init__(self, channel: Channel, run: dict[str, Any], outcome: Outcome) -> None:
        self._channel = channel
        self._run = run
        self._outcome = outcome
        demisto = Demisto(channel)
        demisto.begin(run, outcome)
        self._here: dict[str, Callable[..., Any]] = {
            "HMAC_SHA256_MAC": _keyed_hash,
            "atob": lambda text: base64.b64decode(text, validate=True).decode("latin-1"),
            "btoa": lambda text: base64.b64encode(_bytes_of(text)).decode(),
            "demistoVersion": demisto.demistoVersion,
            "getFileByEntryID": self._file_text,
            "getIntegrationContext": demisto.getIntegrationContext,
            "getIntegrationContextVersioned": demisto.getIntegrationContextVersioned,
            "getLastRun": demisto.getLastRun,
            "getLicenseID": demisto.getLicenseID,
            "log": self._log,
            "saveFile": self._save,
            "setContext": self._set_context,
            "setIntegrationContext": demisto.setIntegrationContext,
            "setIntegrationContextVersioned": demisto.setIntegrationContextVersioned,
            "setLastRun": demisto.setLastRun,
            "x2j": lambda xml: encode(xml_as_json(xml)),
        }
        self._to_set: list[dict[str, Any]] = []
        self._is_at_start = True
        calling = run["calling_context"].get("context") or {}
        self._has_waited = bool((calling.get("ParentEntry") or {}).get("polling"))
        self._may_poll = not (run.get("is_integration") or calling.get("CalledByScript"))
        self.poll: dict[str, Any] = {}  # the entry that runs the script again after its first wait; then it has ended
        self.is_host_gone = False

    def ask(self, method: str, args: str) -> str:
        """Return the answer as JSON: a value, or the sentence of an error."""
        return encode(self._told(lambda: self._answer(method, json.loads(args))))

    def _told(self, answer: Callable[[], Any]) -> dict[str, Any]:
        try:
            return {"value": answer(), "error": None}
        except HostGoneError:
            self.is_host_gone = True
            return {"value": None, "error": "The server is gone."}
        except MemoryError:
            return {"value": None, "error": OUT_OF_MEMORY}
        except (OSError, OverflowError, RecursionError, TypeError, ValueError) as refusal:
            return {"value": None, "error": str(refusal)}

    def _answer(self, method: str, args: object) -> Any:
        if not isinstance(args, dict):
            raise TypeError(f"{method} cannot be asked: the script has changed how JSON is made.")
        if self.poll:
            raise ValueError("The script ends here, and is run again after its wait.")
        is_first, self._is_at_start = self._is_at_start, self._is_at_start and method == "log"
        if method == "wait":
            return self._wait(args.get("seconds"), is_first=is_first)
        if method in self._here:
            return self._here[method](**args)
        return self._channel.call(method, args)

    def _set_context(self, **what: Any) -> None:
        """Set a key once the script has ended, as XSOAR does: a script may set it first and delete it then."""
        self._to_set.append(what)

    def end(self) -> str:
        """Do what was left for the end; returns the sentence of an error, or nothing."""
        told = [self._told(partial(self._channel.call, "setContext", what)) for what in self._to_set]
        return next((one["error"] for one in told if one["error"]), "")

    def _wait(self, seconds: float | None, *, is_first: bool) -> None:
        """Wait; a long wait with which a script begins frees the worker: its task runs the script again afterwards."""
        if seconds is None or not 0 <= seconds <= LONGEST_WAIT:
            raise ValueError(f"wait takes a number of seconds, from 0 to {LONGEST_WAIT:,}.")
        if is_first and self._has_waited:
            return
        if is_first and self._may_poll and seconds > LONGEST_IN_A_WORKER:
            self.poll = _poll_after(math.ceil(seconds), self._run)
            raise ValueError("The script is run again after its wait.")
        time.sleep(seconds)  # noqa: TID251  # the script has the process to itself

    def _log(self, level: str, text: str) -> None:
        self._outcome.log.add(f"{level}: {text}")

    def _save(self, content: str) -> str:
        """Store a text as a file that an entry may announce; returns its id."""
        file_id = str(uuid.uuid4())
        with open(f"{self._run['investigation']}_{file_id}", "w", encoding="utf-8") as file:  # noqa: PTH123  # pathlib is for programs
            file.write(content)
        return file_id

    def _file_text(self, id: str) -> str:  # noqa: A002  # as the server's method has it
        found = self._channel.call("getFilePath", {"id": id})
        if (size := os.stat(found["path"]).st_size) > LARGEST_FILE:  # noqa: PTH116  # as above
            raise ValueError(f"The file {found['name']} has {size:,} bytes; a script can read {LARGEST_FILE:,}.")
        with open(found["path"], encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # as above
            return file.read()


def _bytes_of(text: str) -> bytes:
    """Return a byte for each character; UTF-8 where that is not possible."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _keyed_hash(key: str, message: str) -> str:
    return hmac.new(
        key.encode("utf-8", "surrogatepass"), message.encode("utf-8", "surrogatepass"), "sha256"
    ).hexdigest()


def _poll_after(seconds: int, run: dict[str, Any]) -> dict[str, Any]:
    """Make a silent entry that has the same script run again."""
    return {
        "Type": 1,
        "ContentsFormat": "text",
        "Contents": "",
        "PollingCommand": run["command"],
        "PollingArgs": run["args"],
        "NextRun": str(seconds),
        "Timeout": str(seconds + GRACE),
    }
