# ruff: noqa: TID252  # warroom is not importable in a worker
from __future__ import annotations

import os

from .bounded_log import BoundedLog
from .channel import encode

RECORDS_SHARE = 2  # records may fill half of the message, and one of them
RECORD_SHARE = 8  # an eighth
SPILLED = ".spilled-record-"


class Outcome:
    """What a run leaves behind, as JSON text from the moment that it is set.

    Later changes to a value that was handed over do not count, and the size is known as it grows.
    """

    def __init__(self, log: BoundedLog, limit: int) -> None:
        self.log = log
        self.kept: dict[str, str] = {}
        self._results: list[str] = []
        self._limit = limit
        self._size = 0

    def set(self, name: str, value: object) -> None:
        self.kept[name] = encode(value)

    def set_records(self, name: str, values: list[object], folder: str) -> None:
        """Keep each record as JSON; a large one, or one that would make the message too large, goes into a file.

        One that cannot be written is replaced by a description of it, so that the others are kept.
        """
        room = self._limit // RECORDS_SHARE
        texts: list[str] = []
        spilled: list[list[object]] = []
        for position, value in enumerate(values):
            text = _written(value)
            if len(text) <= min(room, self._limit // RECORD_SHARE):
                room -= len(text)
                texts.append(text)
                continue
            file = f"{SPILLED}{position}"
            with open(os.path.join(folder, file), "w", encoding="ascii") as stream:  # noqa: PTH118, PTH123  # pathlib is not imported here
                stream.write(text)
            texts.append("null")
            spilled.append([position, file])
        self.kept[name] = f"[{','.join(texts)}]"
        if spilled:
            self.kept["spilled"] = encode(spilled)

    def add_result(self, text: str) -> None:
        self._size += len(text)
        if self._size <= self._limit:
            self._results.append(text)

    def too_large(self) -> str:
        """One sentence when there is more than the limit, else nothing."""
        size = self._size + sum(map(len, self.kept.values()))
        if size <= self._limit:
            return ""
        return (
            f"ResultTooLargeError: the results are {_mebibytes(size)}, over the limit of {_mebibytes(self._limit)}; "
            "return less, or return it as a file."
        )

    def line(self, run: int, end: dict[str, object]) -> str:
        """The message that ends the run; `end` is what the session knows (error, log, memory)."""
        error = self.too_large()
        if error:
            return encode({"op": "done", "id": run, "results": [], **end, "error": error})
        parts = [f'"results":[{",".join(self._results)}]', *(f"{encode(n)}:{text}" for n, text in self.kept.items())]
        head = encode({"op": "done", "id": run, **end})
        return f"{head[:-1]},{','.join(parts)}}}"


def _written(value: object) -> str:
    try:
        return encode(value)
    except (RecursionError, TypeError, ValueError) as error:
        known = value if isinstance(value, dict) else {}
        said = {key: str(known[key])[:200] for key in ("name", "dbotMirrorId", "occurred") if key in known}
        return encode(
            {**said, "details": f"The record cannot be written as JSON ({error}); nothing more is known of it."}
        )


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):.1f} MiB"
