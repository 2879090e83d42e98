"""Zips and folders from strangers: nothing of them unfolds, leads elsewhere, or is read twice."""

import hashlib
import os
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from warroom.services.proof.container import LARGEST_DIRECTORY, PIECE, Hashed, UnreadableError, opened, pieces, shown
from warroom.services.proof.layout import BAGIT, ZIP_SEAL


def a_zip(path: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(BAGIT, b"")
        for name, data in files.items():
            archive.writestr(name, data, compression)
        archive.comment = ZIP_SEAL + b"0" * 64
    return sealed(path)


def sealed(path: Path) -> Path:
    """Write the hash at a zip's end anew, as whoever changes one would."""
    whole = path.read_bytes()[: -len(ZIP_SEAL) - 64]
    path.write_bytes(whole + ZIP_SEAL + hashlib.sha256(whole).hexdigest().encode())
    return path


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def problems(path: Path) -> list[str]:
    container = opened(path)
    container.hashed()
    container.close()
    return container.problems


def test_a_zip_gives_its_files_piece_by_piece(tmp_path: Path) -> None:
    container = opened(a_zip(tmp_path / "a.zip", {"data/a": b"bytes"}))
    assert container.names == [BAGIT, "data/a"]
    with container.open("data/a") as file:
        assert list(pieces(file)) == [b"bytes"]
    container.close()
    assert container.problems == []


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_each_file_of_a_zip_is_hashed_while_the_zip_is_read_once(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    container = opened(a_zip(tmp_path / "a.zip", {"data/a": data[:size], "data/\u00e9": b"second"}))
    assert container.hashed() == [
        Hashed(BAGIT, sha256(b""), 0),
        Hashed("data/a", sha256(data[:size]), size),
        Hashed("data/\u00e9", sha256(b"second"), 6),
    ]
    assert container.problems == []
    container.close()


@pytest.mark.parametrize(("place", "flip", "why"), [(0, 1, "Bad magic"), (30, 1, "File name in directory"), (6, 0, "")])
def test_a_file_whose_own_head_tells_another_story_than_the_list_is_told(
    tmp_path: Path, place: int, flip: int, why: str
) -> None:
    path = a_zip(tmp_path / "a.zip", {"data/a": b"bytes"})
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        whole[archive.getinfo("data/a").header_offset + place] ^= flip
    path.write_bytes(whole)
    container = opened(sealed(path))
    [_, found] = container.hashed()
    container.close()
    assert found.unread.startswith(why)
    assert (found.unread == "") == (found.size == 5)
    assert container.problems == []


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_is_named_and_not_unfolded(tmp_path: Path, compression: int) -> None:
    path = a_zip(tmp_path / "bomb.zip", {"data/bomb": bytes(10_000_000)}, compression)
    container = opened(path)
    assert container.names == [BAGIT]
    assert "data/bomb is compressed or encrypted, which no export is; it was not read." in container.problems
    container.close()


def test_files_that_lie_over_one_another_are_not_read_over_and_over(tmp_path: Path) -> None:
    """Many entries of a zip's list may name the same bytes: small in the file, large when all are read."""
    path = a_zip(tmp_path / "bomb.zip", {"data/a": bytes(100_000)})
    with zipfile.ZipFile(path, "a") as archive:
        [*_, info] = archive.infolist()
        archive.filelist.extend([info] * 100)
        archive._didModify = True  # type: ignore[attr-defined]
    found = problems(sealed(path))
    assert sum("are more bytes than the zip" in problem for problem in found) >= 99


def test_a_list_of_files_that_is_too_long_for_the_memory_is_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "long.zip", {})
    whole = bytearray(path.read_bytes())
    end = len(whole) - len(ZIP_SEAL) - 64 - 22
    struct.pack_into("<L", whole, end + 12, LARGEST_DIRECTORY + 1)
    path.write_bytes(whole)
    with pytest.raises(UnreadableError, match=r"Its list of files has 67,108,865 bytes; 67,108,864 are read at most\."):
        opened(path)


def test_a_long_list_is_refused_in_the_form_of_large_zips_as_well(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "long.zip", {})
    whole = path.read_bytes()
    end = len(whole) - len(ZIP_SEAL) - 64 - 22
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, LARGEST_DIRECTORY + 1, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    path.write_bytes(whole[:end] + large + locator + whole[end:])
    with pytest.raises(UnreadableError, match="are read at most"):
        opened(path)


def test_a_name_that_is_there_twice_is_told(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "twice.zip", {"data/a": b"one"})
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("data/a", b"two")
    assert "data/a is there twice; only the first one was read." in problems(sealed(path))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "data/../x", "C:\\x", "a\0b", "con", "\x1b[2J"])
def test_a_hostile_name_is_a_text_and_no_place(tmp_path: Path, name: str) -> None:
    (tmp_path / "inner").mkdir()
    container = opened(a_zip(tmp_path / "inner" / "a.zip", {name: b"bytes"}))
    with container.open(container.names[-1] if container.names[-1] != BAGIT else container.names[0]) as file:
        assert file.read() == b"bytes"
    container.close()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "inner"]


def test_a_zip_that_was_only_packed_anew_is_told_what_to_do(originals: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "anew"), "zip", originals / "export")
    assert any("unpack it and check the folder" in problem for problem in problems(Path(archive)))


@pytest.mark.parametrize("extra", [b"x", b"PK\5\6" + bytes(18)])
def test_bytes_before_and_behind_a_zip_are_found(tmp_path: Path, extra: bytes) -> None:
    path = a_zip(tmp_path / "a.zip", {"data/a": b"bytes"})
    whole = path.read_bytes()
    for changed in (extra + whole, whole + extra):
        path.write_bytes(changed)
        try:
            found = problems(path)
        except UnreadableError:
            continue
        assert any("The zip is not as it was written" in problem for problem in found)


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_bytes(b""), lambda _: None])
def test_what_holds_no_export_is_said(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "x")
    with pytest.raises(UnreadableError, match=r"\.$"):
        opened(tmp_path / "x")


def test_a_folder_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.zip").symlink_to(tmp_path / "a.zip")
    with pytest.raises(UnreadableError, match="It cannot be read: Too many levels of symbolic links"):
        opened(tmp_path / "a.zip")


def test_a_name_that_is_no_text_is_shown_harmlessly(tmp_path: Path) -> None:
    (tmp_path / BAGIT).write_bytes(b"")
    (tmp_path / os.fsdecode(b"\xff\x1b")).write_bytes(b"")
    [*_, name] = opened(tmp_path).names
    assert shown(name) == r"'\udcff\x1b'"


@pytest.mark.parametrize("place", ["before", "between", "behind"])
def test_a_file_that_is_on_no_list_of_the_zip_is_found_though_the_zip_was_sealed_anew(
    tmp_path: Path, place: str
) -> None:
    """Python reads a zip from its end; what reads it from the front, as it comes, would take this one out as well."""
    path, hidden = a_zip(tmp_path / "a.zip", {"data/a": b"bytes"}), tmp_path / "hidden.zip"
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("planted.txt", "planted")
        planted = archive.start_dir
    local = hidden.read_bytes()[:planted]
    with zipfile.ZipFile(path) as archive:
        second, behind = archive.infolist()[1].header_offset, archive.start_dir
    whole = path.read_bytes()
    at = {"before": 0, "between": second, "behind": behind}[place]
    moved = bytearray(whole[:at] + local + whole[at:])
    struct.pack_into("<L", moved, moved.rfind(b"PK\5\6") + 16, behind + planted)  # where the list begins now
    if place != "behind":
        struct.pack_into("<L", moved, moved.rfind(b"PK\1\2") + 42, second + planted)  # and the second file
    if place == "before":
        struct.pack_into("<L", moved, moved.find(b"PK\1\2", behind) + 42, planted)
    path.write_bytes(moved)
    container = opened(sealed(path))
    assert container.names == [BAGIT, "data/a"]
    assert [each.sha256 for each in container.hashed()] == [sha256(b""), sha256(b"bytes")]
    [problem] = container.problems
    container.close()
    assert problem.startswith(f"From byte {at:,} on, the zip has bytes of no file on its list")
