import errno
import os
import stat
import zipfile
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from warroom.model.errors import ConflictError, DamagedError, InvalidInputError
from warroom.services.proof.container import opened
from warroom.services.proof.sink import FolderSink, ZipSink, folder_at, refuse_if_there, refuse_unless_a_name, zip_at

FILES = {"bagit.txt": b"a bag", "data/" + "0" * 64: b"bytes" * 1000}


def fill(sink: FolderSink | ZipSink) -> None:
    for name, data in FILES.items():
        sink.write(name, [data[:10], data[10:]], len(data))


def test_a_folder_holds_what_was_written_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "case"
    with folder_at(target) as sink:
        fill(sink)
        assert not target.exists()
    assert {name: (target / name).read_bytes() for name in FILES} == FILES
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")} == {0o700, 0o600}


def test_a_zip_holds_what_was_written_uncompressed_and_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        with zip_at(tmp_path / name, overwrite=False) as sink:
            fill(sink)
            assert not (tmp_path / name).exists()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {info.filename: archive.read(info) for info in archive.infolist()} == FILES
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600
    container = opened(tmp_path / "a.zip")
    assert [each.unread for each in container.hashed()] == [""] * len(container.names)
    assert container.problems == []
    container.close()


@pytest.mark.parametrize("error", [DamagedError, KeyboardInterrupt])
def test_nothing_stays_of_what_breaks_off(tmp_path: Path, error: type[BaseException]) -> None:
    def break_off(sink: FolderSink | ZipSink) -> None:
        fill(sink)
        raise error

    with pytest.raises(error), folder_at(tmp_path / "case") as folder:
        break_off(folder)
    with pytest.raises(error), zip_at(tmp_path / "case.zip", overwrite=False) as archive:
        break_off(archive)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_many_files_is_whole(tmp_path: Path) -> None:
    names = [f"data/{number:064x}" for number in range(100)]
    before = len([*Path("/proc/self/fd").iterdir()])
    with folder_at(tmp_path / "case") as sink:
        for name in names:
            sink.write(name, [name.encode()], 0)
    assert {name: (tmp_path / "case" / name).read_text() for name in names} == {name: name for name in names}
    assert len([*Path("/proc/self/fd").iterdir()]) <= before


class FullDisk(Executor):
    """Whatever is to be flushed finds no room, as file systems say that keep room for nothing until then."""

    def submit(self, fn: Callable[..., object], /, *args: object, **kwargs: object) -> Future[object]:  # type: ignore[override]
        del fn, kwargs
        (descriptor,) = args
        assert isinstance(descriptor, int)
        os.close(descriptor)
        future: Future[object] = Future()
        future.set_exception(OSError(errno.ENOSPC, "No space left on device"))
        return future


@pytest.mark.parametrize("files", [1, 200])
def test_what_does_not_reach_the_disk_is_never_taken_for_written(tmp_path: Path, files: int) -> None:
    sink = FolderSink(tmp_path, FullDisk())

    def whole() -> None:
        for number in range(files):
            sink.write(f"data/{number}", [b"a"], 1)
        sink.finish()

    with pytest.raises(OSError, match="No space left"):
        whole()


def test_what_is_there_is_replaced_only_by_a_whole_zip_and_only_when_told_to(tmp_path: Path) -> None:
    target = tmp_path / "case.zip"
    target.write_bytes(b"mine")
    with pytest.raises(ConflictError, match="exists already"), zip_at(target, overwrite=False):
        pass
    with pytest.raises(DamagedError), zip_at(target, overwrite=True):
        raise DamagedError
    assert target.read_bytes() == b"mine"
    with zip_at(target, overwrite=True) as sink:
        fill(sink)
    assert zipfile.is_zipfile(target)
    assert list(tmp_path.iterdir()) == [target]


def test_whoever_was_quicker_keeps_what_they_wrote(tmp_path: Path) -> None:
    target = tmp_path / "case.zip"
    with pytest.raises(ConflictError), zip_at(target, overwrite=False):
        target.write_bytes(b"theirs")
    assert target.read_bytes() == b"theirs"
    with pytest.raises(InvalidInputError, match="cannot be written"), folder_at(tmp_path / "case"):
        (tmp_path / "case").write_bytes(b"theirs")
    assert (tmp_path / "case").read_bytes() == b"theirs"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "case.zip"]


def test_a_link_that_leads_nowhere_is_there_too(tmp_path: Path) -> None:
    (tmp_path / "case").symlink_to(tmp_path / "missing")
    with pytest.raises(ConflictError):
        refuse_if_there(tmp_path / "case")


@pytest.mark.parametrize("name", ["missing/case", "missing/case.zip", "x" * 300 + ".zip"])
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    with (
        pytest.raises((InvalidInputError, OSError)) as refused,
        zip_at(target, overwrite=False) if name.endswith("zip") else folder_at(target) as sink,
    ):
        fill(sink)
    assert "cannot be written" in str(refused.value)
    assert not any(tmp_path.iterdir())


@pytest.mark.slow
def test_a_large_file_is_written_as_large_zips_are(tmp_path: Path) -> None:
    """Sparse on the disk: 2.2 GB of zeros, of which the zip's own numbers need more than 32 bits."""
    size, piece = 2_200_000_000, bytes(1 << 20)
    whole, rest = divmod(size, len(piece))
    with (tmp_path / "large.zip").open("w+b") as file:
        sparse = Sparse(file.fileno())
        sink = ZipSink(sparse)  # type: ignore[arg-type]
        sink.write("bagit.txt", [], 0)
        sink.write("data/large", (piece if number < whole else piece[:rest] for number in range(whole + 1)), size)
        sink.write("data/small", [b"behind it"], 9)
        sink.finish()
    with zipfile.ZipFile(tmp_path / "large.zip") as archive:
        assert archive.getinfo("data/large").file_size == size
        assert archive.read("data/small") == b"behind it"
    container = opened(tmp_path / "large.zip")
    assert size in {each.size for each in container.hashed() if not each.unread}
    container.close()
    assert container.problems == []


class Sparse:
    """A file in which zeros take no room."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._zeros = bytes(1 << 20)

    def write(self, data: bytes) -> int:
        if data == self._zeros:
            os.lseek(self._descriptor, len(data), os.SEEK_CUR)
        else:
            os.write(self._descriptor, data)
        return len(data)

    def read(self, size: int) -> bytes:
        return os.read(self._descriptor, size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def tell(self) -> int:
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def seekable(self) -> bool:
        return True

    def flush(self) -> None:
        """There is nothing to flush."""


@pytest.mark.parametrize("name", ["a\0b", "half \ud800"])
def test_what_no_file_can_be_called_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(InvalidInputError, match=r"is no name of a file: .+\. Choose another name\.$"):
        refuse_unless_a_name(Path(name))
    refuse_unless_a_name(Path(os.fsdecode(b"caf\xe9")))  # odd, and on many disks
