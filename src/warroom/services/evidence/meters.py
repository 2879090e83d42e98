"""Progress of this process's exports, in files and bytes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from warroom.model.ids import IncidentId


class Stage(StrEnum):
    """What an export does, one after the other."""

    CHECKING = "checking"  # all bytes are read and hashed
    SIGNING = "signing"
    WRITING = "writing"
    FINISHING = "finishing"  # the files are flushed to disk, and a zip gets its hash


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportProgress:
    """The progress of an export: files of this stage that are done, and bytes of them."""

    incident: IncidentId
    by: str
    since: datetime
    stage: Stage
    files: int
    of_files: int
    bytes: int
    of_bytes: int


class Meter:
    """Counts for one export. One thread counts while others read; they may see a value that is one piece old."""

    def __init__(self, incident: IncidentId, by: str, since: datetime) -> None:
        self._of = {"incident": incident, "by": by, "since": since}
        self.start(Stage.CHECKING, ())

    def start(self, stage: Stage, sizes: Sequence[int]) -> None:
        """Start a stage with files of these sizes."""
        self._stage, self._sizes, self._of_bytes = stage, sizes, sum(sizes)
        self._files, self._whole, self._bytes = 0, 0, 0

    def piece(self, piece: bytes) -> None:
        self._bytes += len(piece)

    def counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces of a file, which is done with the last one."""
        for piece in pieces:
            self.piece(piece)
            yield piece
        self.file()

    def file(self) -> None:
        """Count the next file as done, however many of its bytes were there."""
        self._whole += self._sizes[self._files]
        self._bytes = self._whole
        self._files += 1

    @property
    def now(self) -> ExportProgress:
        return ExportProgress(
            **self._of,  # type: ignore[arg-type]  # the three fields of these names
            stage=self._stage,
            files=self._files,
            of_files=len(self._sizes),
            bytes=self._bytes,
            of_bytes=self._of_bytes,
        )


class Meters:
    """The exports of this process, in the order of their starts."""

    def __init__(self) -> None:
        self._meters: list[Meter] = []

    @contextmanager
    def started(self, incident: IncidentId, by: str, since: datetime) -> Iterator[Meter]:
        """Yield the meter of a new export, which is among the others while the context lasts."""
        meter = Meter(incident, by, since)
        self._meters.append(meter)
        try:
            yield meter
        finally:
            self._meters.remove(meter)

    def now(self) -> list[ExportProgress]:
        return [meter.now for meter in self._meters]
