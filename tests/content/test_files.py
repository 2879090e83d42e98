from pathlib import Path, PurePosixPath

import pytest

from warroom.content.files import decode, open_folder, open_single
from warroom.model.errors import ContentError, Location

METADATA = '{"name": "x"}'


def pack(root: Path) -> Path:
    root.mkdir(parents=True)
    (root / "pack_metadata.json").write_text(METADATA)
    return root


def test_a_folder_with_metadata_is_one_pack(tmp_path: Path) -> None:
    root = pack(tmp_path / "One")
    (root / "README.md").write_text("x")
    (root / "image.png").write_bytes(b"x")
    [files] = open_folder(root)
    assert (files.name, files.path) == ("One", root)
    assert files.names == {PurePosixPath("pack_metadata.json"), PurePosixPath("README.md")}


def test_a_folder_of_packs_is_all_of_them_in_order(tmp_path: Path) -> None:
    pack(tmp_path / "Packs" / "B")
    pack(tmp_path / "Packs" / "A")
    (tmp_path / "Packs" / "empty").mkdir()
    assert [files.name for files in open_folder(tmp_path)] == ["A", "B"]
    assert [files.name for files in open_folder(tmp_path / "Packs")] == ["A", "B"]


def test_hidden_folders_are_left_out(tmp_path: Path) -> None:
    root = pack(tmp_path / "One")
    for name in (".git", "__pycache__"):
        (root / name).mkdir()
        (root / name / "x.py").write_text("x")
    assert open_folder(root)[0].names == {PurePosixPath("pack_metadata.json")}


def test_a_link_out_of_the_pack_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "secret.json"
    outside.write_text("{}")
    root = pack(tmp_path / "One")
    (root / "link.json").symlink_to(outside)
    with pytest.raises(ContentError, match=r"link\.json: This link leads out of the pack"):
        open_folder(root)


def test_code_and_description_lie_beside_a_yml(sample: Path) -> None:
    [files] = open_folder(sample)
    echo = PurePosixPath("Integrations/Echo/Echo.yml")
    code = files.code_beside(echo)
    assert code is not None
    assert code[1] == Location(sample / "Integrations" / "Echo" / "Echo.py")
    assert files.description_beside(echo) == "How to set Echo up.\n"
    assert files.code_beside(PurePosixPath("Playbooks/playbook-Greet.yml")) is None


def test_a_single_yml_brings_what_lies_beside_it(sample: Path) -> None:
    files = open_single(sample / "Integrations" / "Echo" / "Echo.yml")
    assert sorted(str(name) for name in files.names) == ["Echo.py", "Echo.yml", "Echo_description.md"]


def test_a_file_that_is_gone_is_a_sentence(sample: Path) -> None:
    [files] = open_folder(sample)
    with pytest.raises(ContentError, match="The file cannot be read: No such file or directory"):
        files.text(PurePosixPath("gone.yml"))


def test_text_is_utf_8_with_or_without_a_mark() -> None:
    assert decode(b"\xef\xbb\xbfgr\xc3\xbc\xc3\x9fe\r\n", Path("x")) == "grüße\n"


def test_other_encodings_name_the_line() -> None:
    with pytest.raises(ContentError, match=r"x:2: This is not UTF-8 \(byte 0xfc\)"):
        decode(b"a\ngr\xfc\xdfe", Path("x"))
