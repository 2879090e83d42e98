# ruff: noqa: TID252  # warroom is not importable in a worker
"""JavaScript in QuickJS: a context for one run, with memory and stack limits and nothing of the system."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import quickjs

PRELUDE = (Path(__file__).parent / "prelude.js").read_text(encoding="utf-8")
OUT_OF_MEMORY = "InternalError: out of memory"  # as QuickJS says it
STACK = 1 << 20  # of the eight that the process has, as a rule
MEMORY_SHARE = 4  # of the process's memory: values are copied on their way in and out
ROOM = 20_000  # lines for each text, since QuickJS knows positions, and no names of files
FRAME = re.compile(r"<input>:(\d+)(:\d+)?")
OF_AN_AGENT = [
    "env",
    "execute",
    "pack",
    "pack_file",
    "packOutput",
    "registry",
    "which",
    "wmi_query",
]  # runs on an endpoint
NOT_HERE = re.compile(rf"ReferenceError: ({'|'.join(['entries', *OF_AN_AGENT])}) is not defined")

if TYPE_CHECKING:
    from .sources import Text

Ask = Callable[[str, str], str]


class Program:
    """Texts that are run one after the other in a context of their own; the last one is the body of a function."""

    def __init__(self, ask: Ask, memory: int | None) -> None:
        self._context = quickjs.Context()
        self._context.set_max_stack_size(STACK)
        if memory is not None:
            self._context.set_memory_limit(memory // MEMORY_SHARE)
        self._context.add_callable("ask", ask)
        self._texts: list[Text] = []

    def run(self, given: dict[str, Any], modules: Iterable[Text], script: Text) -> dict[str, Any]:
        """Return `results`, or `error` and `traceback`; `given` are the script's global names."""
        try:
            main = self._context.eval(PRELUDE)(json.dumps(given))
            for module in modules:
                self._context.eval(self._placed(module))
            end = json.loads(main(self._context.eval(f"(function () {{{self._placed(script)}\n}})")))
        except quickjs.JSException as error:  # of a text that cannot be read, or of memory that ran out
            message, _, stack = str(error).partition("\n")
            return self._told(message, stack)
        except (MemoryError, SystemError):  # which is how QuickJS hands some of the former on
            return {"error": OUT_OF_MEMORY}
        except RecursionError:
            return {"error": "RangeError: the result is nested too deep"}
        except (TypeError, ValueError):
            end = None
        match end:
            case {"results": list() as results}:
                return {"results": results}
            case {"error": str() as message, "stack": str() as stack}:
                return self._told(message, stack)
        return {"error": "TypeError: what the script leaves is no JSON, since it has changed how JSON is made"}

    def _placed(self, text: Text) -> str:
        """Move a text down to lines that no other text has."""
        self._texts.append(text)
        return "\n" * (ROOM * len(self._texts)) + text.text

    def _told(self, error: str, stack: str) -> dict[str, Any]:
        line = " ".join(error.split())
        if found := NOT_HERE.match(line):
            line += f". `{found[1]}` is not available in this runtime."
        frames = "\n".join(filter(None, map(self._frame, stack.splitlines())))
        return {"error": line, "traceback": f"{line}\n{frames}" if frames else ""}

    def _frame(self, frame: str) -> str:
        """Name the file of a line of a stack; nothing for our own part of it."""
        found = FRAME.search(frame)
        if found is None:
            return ""
        number = min(int(found[1]) // ROOM, len(self._texts))
        if not number:
            return ""
        text = self._texts[number - 1]
        line = int(found[1]) - number * ROOM + text.before
        return FRAME.sub(f"{text.file}:{line}{found[2] or ''}", frame)
