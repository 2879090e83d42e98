import hashlib
import os
from collections.abc import Iterator

import pytest
import pyzipper

from visionone_sim.tenant.archives import ArchiveShelf, StoppedError, archive_pieces, base_name
from visionone_sim.tenant.contents import Content, text_content


@pytest.fixture
def shelf() -> Iterator[ArchiveShelf]:
    made = ArchiveShelf(compress_below_bytes=1_000_000)
    yield made
    made.close()


@pytest.mark.parametrize(("size", "stored"), [(10_000, False), (2_000_000, True)])
def test_the_archive_holds_the_file_behind_the_password(shelf: ArchiveShelf, size: int, stored: bool) -> None:
    content = Content(b"MDMP" + bytes(5000), size, seed=3)
    archive = shelf.order("1", path=r"C:\Temp\lsass.DMP", content=content, password="k7Qz").result(timeout=60)
    with pyzipper.AESZipFile(archive.file) as opened:
        (member,) = opened.infolist()
        assert member.filename == "lsass.DMP"
        assert (member.compress_type == pyzipper.ZIP_STORED) == stored
        assert (member.wz_aes_strength, member.file_size) == (3, size)
        with pytest.raises(RuntimeError):
            opened.read(member)
        data = opened.read(member, pwd=b"k7Qz")
    assert hashlib.sha256(data).hexdigest() == archive.original.sha256 == content.digest().sha256
    assert archive.original == content.digest()


def test_a_reader_gets_every_byte(shelf: ArchiveShelf) -> None:
    content = Content(b"", 1_500_000, seed=3)
    archive = shelf.order("1", path="/tmp/a", content=content, password="p").result(timeout=60)
    assert sum(map(len, archive_pieces(archive))) == archive.size == os.fstat(archive.file.fileno()).st_size


def test_asking_twice_makes_one_archive(shelf: ArchiveShelf) -> None:
    first = shelf.order("1", path="/tmp/a", content=text_content("a"), password="p")
    assert shelf.order("1", path="/tmp/b", content=text_content("b"), password="q") is first
    assert shelf.get("1") is first
    assert shelf.get("2") is None


def test_closing_stops_the_work_and_frees_the_disk() -> None:
    shelf = ArchiveShelf(compress_below_bytes=0)
    done = shelf.order("1", path="/tmp/a", content=text_content("a"), password="p")
    archive = done.result(timeout=60)
    endless = shelf.order("2", path="/tmp/b", content=Content(b"", 10**15, seed=1), password="p")
    shelf.close()
    assert archive.file.closed
    assert endless.cancelled() or isinstance(endless.exception(), StoppedError)


def test_the_last_part_of_a_path_is_the_name() -> None:
    assert [base_name(path) for path in ("/var/log/a.txt", r"D:\x\b.txt", "c.txt")] == ["a.txt", "b.txt", "c.txt"]
