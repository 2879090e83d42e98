"""Every byte of an export is in a file that a list names, or is named itself."""

import os
import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given

from tests.services.proof.exports import DUMP, relisted
from tests.services.proof.test_canonical import JSON
from warroom.services.proof.bag import LONGEST_INTEGER, Bag, Reader, read_json
from warroom.services.proof.canonical import CanonicalError, canonical
from warroom.services.proof.container import UnreadableError, opened
from warroom.services.proof.layout import BAGIT, MANIFEST, PAYLOAD, REQUIRED, TAGS, VERIFIER
from warroom.services.proof.standalone import verifier
from warroom.services.proof.verify import verify


def _flipped(path: Path, places: range) -> Iterator[int]:
    """Flip one byte after another in a file, each while the loop's body runs."""
    whole = path.read_bytes()
    for place in places:
        path.write_bytes(bytes([*whole[:place], whole[place] ^ (1 << place % 8), *whole[place + 1 :]]))
        yield place
    path.write_bytes(whole)


@pytest.mark.slow
def test_each_flipped_byte_of_a_folder_is_found_in_its_file(export: Path) -> None:
    missed = []
    for path in sorted(export.rglob("*")):
        if path.is_file() and path.name != VERIFIER:
            name = str(path.relative_to(export))
            for place in _flipped(path, range(path.stat().st_size)):
                found = Bag(opened(export)).problems
                if not any(name in problem for problem in found):
                    missed.append((name, place))
    assert missed == []


@pytest.mark.slow
def test_each_flipped_byte_of_a_zip_is_found_whether_it_is_in_a_file_or_between_them(
    originals: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(originals / "export.zip", tmp_path))
    whole = path.read_bytes()
    begin = whole.index(verifier())
    between = [*range(begin), *range(begin + len(verifier()), len(whole))]
    missed = []
    with path.open("r+b") as file:
        for place in between:
            os.pwrite(file.fileno(), bytes([whole[place] ^ (1 << place % 8)]), place)
            if not _problems_of(path):
                missed.append(place)
            os.pwrite(file.fileno(), whole[place : place + 1], place)
    assert missed == []


@pytest.mark.slow
def test_each_line_that_is_dropped_from_any_file_is_found(export: Path) -> None:
    missed = []
    for path in [path for path in sorted(export.iterdir()) if path.is_file()]:
        whole = path.read_bytes()
        lines = whole.splitlines(keepends=True)
        for number in range(0, len(lines), 17 if path.name == VERIFIER else 1):
            path.write_bytes(b"".join([*lines[:number], *lines[number + 1 :]]))
            if not any(path.name in problem for problem in Bag(opened(export)).problems):
                missed.append((path.name, number))
        path.write_bytes(whole)
    assert missed == []


@pytest.mark.slow
def test_any_two_files_that_are_swapped_are_both_named(export: Path) -> None:
    missed = []
    paths = [path for path in sorted(export.rglob("*")) if path.is_file()]
    for one, two in combinations(paths, 2):
        contents = one.read_bytes(), two.read_bytes()
        if contents[0] == contents[1]:
            continue
        for path, content in zip((two, one), contents, strict=True):
            path.write_bytes(content)
        found = Bag(opened(export)).problems
        names = {str(path.relative_to(export)) for path in (one, two)}
        missed += [name for name in names if not any(name in problem for problem in found)]
        for path, content in zip((one, two), contents, strict=True):
            path.write_bytes(content)
    assert missed == []


@pytest.mark.slow
def test_flipped_bytes_of_the_program_that_checks_are_found(export: Path) -> None:
    path = export / VERIFIER
    missed = [
        place
        for place in _flipped(path, range(3, path.stat().st_size, 211))
        if not any(VERIFIER in problem for problem in Bag(opened(export)).problems)
    ]
    assert missed == []


def _problems_of(path: Path) -> list[str]:
    try:
        container = opened(path)
    except UnreadableError as error:
        return [str(error)]
    try:
        return Bag(container).problems
    finally:
        container.close()


@pytest.mark.parametrize("name", ["more.txt", "data/more.txt", "data/" + "0" * 64, ".hidden", "\x1b[2J.txt"])
def test_a_file_that_lies_there_and_is_not_listed_is_named(export: Path, name: str) -> None:
    (export / name).write_bytes(b"more")
    named = name if name.isprintable() else ascii(name)
    assert any(problem.startswith(f"{named} is there") for problem in verify(export).problems)
    relisted(export)
    assert any(problem.startswith(f"{named} is there") for problem in verify(export).problems)
    assert not any("\x1b" in problem for problem in verify(export).problems)


def test_folders_and_links_are_named_and_not_followed(export: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_bytes(b"outside")
    (export / "folder").symlink_to(tmp_path / "outside")
    (export / DUMP).unlink()
    (export / DUMP).symlink_to(tmp_path / "outside" / "file")
    os.mkfifo(export / "pipe")
    problems = verify(export).problems
    for name in ("folder", DUMP, "pipe"):
        assert f"{name} is no plain file, which no export has." in problems


@pytest.mark.parametrize("name", REQUIRED)
def test_a_file_of_the_format_that_was_taken_out_is_missed(export: Path, name: str) -> None:
    (export / name).unlink()
    assert f"{name} is missing." in verify(export).problems


@pytest.mark.parametrize("list_name", [PAYLOAD, TAGS])
@pytest.mark.parametrize("more", [b"\n", b"x", b"0  a\n", b"\xff\n", b"\r\n"])
def test_a_list_that_is_written_in_another_way_is_told(export: Path, list_name: str, more: bytes) -> None:
    with (export / list_name).open("ab") as file:
        file.write(more)
    assert any(list_name in problem for problem in Bag(opened(export)).problems)


def test_a_bag_of_another_version_is_told(export: Path) -> None:
    (export / BAGIT).write_bytes(b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n")
    relisted(export)
    assert f"{BAGIT} is not the declaration of a bag of version 1.0." in Bag(opened(export)).problems


def test_a_file_that_cannot_be_read_is_a_problem_and_no_end(export: Path) -> None:
    container = opened(export)
    (export / MANIFEST).unlink()
    assert any(problem.startswith(f"{MANIFEST} cannot be read to its end") for problem in Bag(container).problems)


def test_an_integer_that_no_double_holds_is_no_number_of_an_export() -> None:
    assert read_json(b"12") == 12
    with pytest.raises(ValueError, match="no number of canonical JSON"):
        read_json(b"9" * (LONGEST_INTEGER + 1))


@given(JSON)
def test_what_was_read_is_written_as_canonical_json_whether_it_is_plain_or_odd(value: object) -> None:
    text = canonical(value)
    reader = Reader(text)
    assert reader.written(reader.read(text)) == text


@pytest.mark.parametrize("text", [b"1.0", b"-0", b"1e0", b'{"b":1,"a":2}', b'"\\u00e9"', b"[1, 2]"])
def test_what_is_written_in_another_way_is_not_taken_for_canonical(text: bytes) -> None:
    reader = Reader(text)
    assert reader.written(reader.read(text)) != text


def test_an_integer_that_is_not_exact_is_not_taken_for_canonical() -> None:
    reader = Reader(b"9007199254740993")
    with pytest.raises(CanonicalError, match="more than a double holds"):
        reader.written(reader.read(b"9007199254740993"))


def test_names_beyond_the_first_65536_characters_are_ordered_as_the_rfc_does() -> None:
    text = canonical({"\U0001f600": 1, "\ufb33": 2})
    reader = Reader(text)
    assert list(reader.read(text)) == ["\U0001f600", "\ufb33"]
    assert reader.written(reader.read(text)) == text
