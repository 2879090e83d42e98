import io
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from warroom.content.archive import MAX_MEMBERS, open_zip
from warroom.model.errors import ContentError

Zipped = Callable[..., Path]


def inner(contents: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return stream.getvalue()


def names(path: Path) -> list[tuple[str, list[str]]]:
    return [(files.name, sorted(str(name) for name in files.names)) for files in open_zip(path)]


def test_a_zip_with_metadata_at_its_root_is_one_pack(zipped: Zipped) -> None:
    path = zipped({"metadata.json": "{}", "Playbooks/playbook-A.yml": "id: A", "Author_image.png": b"x"})
    assert names(path) == [("Pack", ["Playbooks/playbook-A.yml", "metadata.json"])]


def test_packs_may_lie_in_folders_of_the_zip(zipped: Zipped) -> None:
    path = zipped({f"repo/Packs/{pack}/pack_metadata.json": "{}" for pack in "BA"})
    assert names(path) == [("A", ["pack_metadata.json"]), ("B", ["pack_metadata.json"])]


def test_a_zip_of_zips_is_all_of_its_packs(zipped: Zipped) -> None:
    path = zipped({"B.zip": inner({"metadata.json": "{}"}), "A.zip": inner({"metadata.json": "{}"})}, "all.zip")
    assert [files.path for files in open_zip(path)] == [path / "A.zip", path / "B.zip"]


def test_zips_go_no_deeper_than_that(zipped: Zipped) -> None:
    deep = inner({"C.zip": "not looked into"})
    assert names(zipped({"B.zip": deep})) == [("B", [])]


def test_contents_are_read_from_memory(zipped: Zipped) -> None:
    path = zipped({"metadata.json": "{}", "README.md": "hello"})
    [files] = open_zip(path)
    path.unlink()
    assert files.text(next(name for name in files.names if name.name == "README.md")) == "hello"


@pytest.mark.parametrize("name", ["../x.yml", "a/../../x.yml", "/etc/x.yml", "C:/x.yml", "..\\x.yml"])
def test_names_that_lead_out_are_refused(zipped: Zipped, name: str) -> None:
    with pytest.raises(ContentError, match="has a path outside of the zip"):
        open_zip(zipped({name: "x"}))


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    link = ZipInfo("link.yml")
    link.external_attr = 0o120777 << 16
    with ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ContentError, match="is a link"):
        open_zip(path)


def test_a_bomb_is_refused_before_it_is_read(zipped: Zipped) -> None:
    path = zipped({"bomb.json": b"0" * (30 * 1024 * 1024)})
    with pytest.raises(ContentError, match="ratio is that of an attack"):
        open_zip(path)


@pytest.mark.slow
def test_too_many_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with ZipFile(path, "w") as archive:
        for number in range(MAX_MEMBERS + 1):
            archive.writestr(f"{number}.yml", "")
    with pytest.raises(ContentError, match="more than 20,000 files"):
        open_zip(path)


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a/x.yml", "1")
        archive.writestr("a\\x.yml", "2")
    with pytest.raises(ContentError, match="in the zip twice"):
        open_zip(path)


def test_a_damaged_zip_is_a_sentence(tmp_path: Path, zipped: Zipped) -> None:
    whole = zipped({"a.yml": "some text " * 100}).read_bytes()
    for number, data in enumerate((b"no zip", whole[: len(whole) // 2], whole[:60] + b"\xff" * 8 + whole[68:])):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(data)
        with pytest.raises(ContentError, match="The zip is damaged"):
            open_zip(path)
