# ruff: noqa: TID252  # warroom is not importable in a worker
from __future__ import annotations

from .bounded_log import BoundedLog
from .channel import encode


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


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):.1f} MiB"
