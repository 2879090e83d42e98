from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
IMPORT_SYSTEM = "<frozen importlib"
LEFT_OUT = "\n… some of it is left out here …\n"


def trace_of(error: BaseException, limit: int) -> str:
    """The traceback as Python writes it, with the frames of the code and its libraries only; long ones lose the middle.

    It shows lines of the source, never the values of variables.
    """
    told = traceback.TracebackException.from_exception(error, compact=True)
    for part in _parts(told):
        part.stack[:] = [frame for frame in part.stack if not _is_machinery(frame.filename)]
    return _cut("".join(told.format()), limit)


def _parts(told: traceback.TracebackException) -> Iterator[traceback.TracebackException]:
    """Yield every exception that a traceback shows: causes, contexts, and the members of groups."""
    left = [told]
    while left:
        part = left.pop()
        yield part
        left += filter(None, (part.__cause__, part.__context__, *(part.exceptions or ())))


def _is_machinery(file_name: str) -> bool:
    return Path(file_name).parent == HERE or file_name.startswith(IMPORT_SYSTEM)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head = (limit - len(LEFT_OUT)) // 2
    return text[:head] + LEFT_OUT + text[head + len(LEFT_OUT) - limit :]
