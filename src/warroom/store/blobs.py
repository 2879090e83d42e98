"""Bytes by their SHA-256 in a folder."""

import asyncio
import os
import shutil
from collections.abc import Awaitable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from warroom.model.entry import StoredFile
from warroom.model.errors import DamagedError, NotFoundError, WarroomError
from warroom.services.evidence.intact import hash_of, refuse_others
from warroom.services.ports.blobs import Blobs
from warroom.store.cipher import Cipher
from warroom.store.digest import Digest, digest
from warroom.store.outage import outage_of

READ_ONLY = 0o400
ENCRYPTED = ".enc"
GONE = ".gone"  # while it is removed


class FolderBlobs:
    """Implements the Blobs port: files named by their hash, in 65,536 folders, moved in when they are complete.

    With a cipher, new ones are encrypted; those stored in clear stay readable until they are encrypted.
    """

    def __init__(self, root: Path, cipher: Cipher | None = None) -> None:
        self._root = root
        self._cipher = cipher
        self._arrivals = root / "arriving"
        self._arrivals.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)

    def forget_arrivals(self) -> None:
        """Remove partly stored files of killed processes; only for the sole owner of the folder."""
        for path in self._arrivals.iterdir():
            path.unlink()

    async def take(self, path: Path, name: str) -> StoredFile:
        return await _kept(asyncio.to_thread(self._take, path, name))

    async def put(self, data: bytes, name: str) -> StoredFile:
        return await _kept(asyncio.to_thread(self._put, data, name))

    def open(self, sha256: str) -> BinaryIO:
        for place in self._places(sha256):
            try:
                source = place.open("rb")
            except FileNotFoundError:
                continue
            if self._cipher is None or place.suffix != ENCRYPTED:
                return source
            try:
                return self._cipher.reader(source)
            except WarroomError:
                source.close()
                raise
        raise NotFoundError(f"The bytes {sha256} are not in {self._root}; they may have been removed by hand.")

    async def link(self, sha256: str, folder: Path) -> Path:
        return await asyncio.to_thread(self._link, sha256, folder)

    def location(self, sha256: str) -> str:
        return str(self._place(sha256))

    async def held(self, shelf: str) -> list[str]:
        return await asyncio.to_thread(self._on, shelf)

    async def remove(self, sha256: str, unless_since: datetime) -> bool:
        return await asyncio.to_thread(self._remove, sha256, unless_since.timestamp())

    async def encrypt(self, sha256: str) -> bool:
        """Encrypt a blob that is stored in clear; False when it is not. Raises DamagedError as `link` does."""
        return await asyncio.to_thread(self._encrypt, sha256)

    def _places(self, sha256: str) -> tuple[Path, ...]:
        """Return where the bytes may be; the first place twice, since they may move there from the second."""
        plain = self._root / sha256[:2] / sha256[2:4] / sha256
        encrypted = plain.with_suffix(ENCRYPTED)
        return (encrypted, plain, encrypted) if self._cipher else (plain,)

    def _place(self, sha256: str) -> Path:
        """Return the path for a hash."""
        places = self._places(sha256)
        return next((place for place in places if place.exists()), places[0])

    def _take(self, path: Path, name: str) -> StoredFile:
        is_foreign = path.is_symlink() or path.stat().st_dev != self._root.stat().st_dev or path.stat().st_nlink > 1
        if is_foreign or self._cipher:
            stored = self._copy(path, name)
            path.unlink()
            return stored
        with path.open("rb") as file:
            found = digest(file)
            os.fsync(file.fileno())
        self._move_in(path, found.sha256)
        return found.named(name)

    def _put(self, data: bytes, name: str) -> StoredFile:
        return self._write(BytesIO(data), name)

    def _copy(self, path: Path, name: str) -> StoredFile:
        with path.open("rb") as file:
            return self._write(file, name)

    def _write(self, source: BinaryIO, name: str) -> StoredFile:
        found, arriving = self._arrived(source)
        self._move_in(arriving, found.sha256)
        return found.named(name)

    def _arrived(self, source: BinaryIO) -> tuple[Digest, Path]:
        """Write a source completely, beside its final place."""
        with NamedTemporaryFile(dir=self._arrivals, delete=False) as file:
            arriving = Path(file.name)
            try:
                writer = self._cipher.writer(file) if self._cipher else None
                found = digest(source, each=writer.write if writer else file.write)
                if writer:
                    writer.finish()
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                arriving.unlink()
                raise
        return found, arriving

    def _move_in(self, path: Path, sha256: str) -> None:
        place = self._place(sha256)
        if self._is_whole(sha256) and _touched(place):
            path.unlink()
            return
        for folder in (place.parent.parent, place.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        path.chmod(READ_ONLY)
        path.rename(place)
        _sync_folder(place.parent)

    def _is_whole(self, sha256: str) -> bool:
        """Whether the bytes are there already, and are those of the hash: damaged ones are replaced."""
        try:
            with self.open(sha256) as file:
                return hash_of(file) == sha256
        except (NotFoundError, DamagedError):
            return False

    def _encrypt(self, sha256: str) -> bool:
        if self._cipher is None:
            return False
        encrypted, plain, _ = self._places(sha256)
        if not plain.exists():
            return False
        with plain.open("rb") as source:
            found, arriving = self._arrived(source)
        if found.sha256 != sha256:
            arriving.unlink()
            refuse_others(found.sha256, sha256, str(plain))
        arriving.chmod(READ_ONLY)
        arriving.rename(encrypted)
        _sync_folder(plain.parent)
        plain.unlink()
        return True

    def _on(self, shelf: str) -> list[str]:
        return sorted({path.stem for path in (self._root / shelf).glob("*/*") if path.suffix in {"", ENCRYPTED, GONE}})

    def _remove(self, sha256: str, unless_since: float) -> bool:
        """Move them aside first: a process that stores the same bytes meanwhile renews their time, or stores them."""
        is_gone = False
        for place in dict.fromkeys(self._places(sha256)):  # a killed process can have left both, and what it put aside
            aside = place.with_suffix(GONE)
            try:
                place.rename(aside)
            except FileNotFoundError:
                if not aside.exists():
                    continue
            else:
                if aside.stat().st_mtime > unless_since:
                    aside.rename(place)
                    return False
            aside.unlink()
            _sync_folder(place.parent)
            is_gone = True
        return is_gone

    def _link(self, sha256: str, folder: Path) -> Path:
        place, target = self._place(sha256), folder / sha256
        if place.suffix == ENCRYPTED:
            return written_out(self, sha256, target)
        with self.open(sha256) as source:
            refuse_others(hash_of(source), sha256, str(place))
        try:
            os.link(place, target)
        except FileExistsError:
            pass
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(place, target)
            target.chmod(READ_ONLY)
        return target


def written_out(blobs: Blobs, sha256: str, target: Path) -> Path:
    """Copy a blob into a file for a worker, unless it is there; a damaged one raises DamagedError, and has no file."""
    if target.exists():
        return target
    half = target.with_suffix(".half")
    try:
        with blobs.open(sha256) as source, half.open("wb") as sink:
            found = hash_of(source, each=sink.write)
        refuse_others(found, sha256, blobs.location(sha256))
        half.chmod(READ_ONLY)
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)
    return target


async def _kept(work: Awaitable[StoredFile]) -> StoredFile:
    try:
        return await work
    except OSError as error:
        if outage := outage_of(error):
            raise outage from error
        raise


def _touched(place: Path) -> bool:
    """Mark a blob as needed again, for a concurrent removal; False when it is removed already."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """A rename survives a power loss only when the folder is flushed too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
