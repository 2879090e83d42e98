"""What is inside an archive, compared with what Vision One said."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import pyzipper

DUMP = b"MDMP" + bytes(range(256)) * 4000
SHA256 = hashlib.sha256(DUMP).hexdigest()
PASSWORD = "k7Qz-19"  # of an archive that this test makes


def pack(path: Path, *members: tuple[str, bytes], password: str = PASSWORD) -> Path:
    with pyzipper.AESZipFile(path, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        for name, content in members:
            archive.writestr(name, content)
    return path


def info(**changes: Any) -> dict[str, Any]:
    return {
        "id": "00000001",
        "endpoint_name": "FIN-LT-042",
        "file_path": "C:\\Temp\\lsass.DMP",
        "file_sha256": SHA256.upper(),
        "password": PASSWORD,
        **changes,
    }


@pytest.fixture
def run(xsoar: Any, tmp_path: Path) -> Any:
    """Run the script on files that are in the War Room under these entry ids."""

    def run(files: dict[str, Path], **args: Any) -> Any:
        xsoar.demisto.files = files
        return xsoar.script("VisionOneVerifyCollectedFile", entry_id=list(files), **args)

    return run


def test_the_file_inside_matches(run: Any, tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", ("lsass.DMP", DUMP))

    ran = run({"7@1": archive}, password=PASSWORD, sha256=SHA256)

    [outputs] = ran.context("VisionOne.Verified_File")
    assert (outputs["match"], outputs["state"], outputs["archive_entry"]) == (True, "match", "7@1")
    assert (outputs["name"], outputs["size"], outputs["sha256"]) == ("lsass.DMP", len(DUMP), SHA256)
    assert ran.errors == []


def test_a_mismatch_is_an_error_and_stays_in_context(run: Any, tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", ("lsass.DMP", DUMP + b"!"))

    ran = run({"7@1": archive}, collected=[info()])

    [outputs] = ran.context("VisionOne.Verified_File")
    assert (outputs["match"], outputs["state"], outputs["sha256"] == SHA256) == (False, "mismatch", False)
    assert "does not match" in ran.errors[0]


def test_each_collected_file_finds_its_archive_among_others(run: Any, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7")
    files = {
        "3@1": tmp_path / "report.pdf",
        "4@1": pack(tmp_path / "b.zip", ("sam.save", b"hive"), password="other"),
        "5@1": pack(tmp_path / "a.zip", ("lsass.DMP", DUMP)),
    }
    hive = info(id="2", file_path="C:\\sam.save", file_sha256=hashlib.sha256(b"hive").hexdigest(), password="other")

    ran = run(files, collected=[info(), hive])

    found = {one["task_id"]: (one["archive_entry"], one["state"]) for one in ran.context("VisionOne.Verified_File")}
    assert found == {"00000001": ("5@1", "match"), "2": ("4@1", "match")}


@pytest.mark.parametrize("form", [lambda one: one, json.dumps, lambda one: [one], lambda one: json.dumps([one])])
def test_download_information_comes_in_any_form(run: Any, tmp_path: Path, form: Any) -> None:
    archive = pack(tmp_path / "a.zip", ("lsass.DMP", DUMP))

    assert run({"7@1": archive}, collected=form(info())).context("VisionOne.Verified_File")[0]["match"] is True


def test_a_file_that_has_not_arrived_is_missing(run: Any) -> None:
    ran = run({}, collected=[info()])

    [outputs] = ran.context("VisionOne.Verified_File")
    assert (outputs["state"], outputs["task_id"], outputs["archive_entry"]) == ("missing", "00000001", "")
    assert ran.errors == ["C:\\Temp\\lsass.DMP of FIN-LT-042 is not among the files: there is no file to look into."]


def _truncated(path: Path) -> Path:
    whole = pack(path, ("lsass.DMP", DUMP)).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def _damaged(path: Path) -> Path:
    whole = bytearray(pack(path, ("lsass.DMP", DUMP)).read_bytes())
    whole[200] ^= 1
    path.write_bytes(whole)
    return path


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: pack(path, ("lsass.DMP", DUMP), password="another"), "has another password"),
        (lambda path: _written(path, b"<html>expired</html>"), "is not a whole zip archive"),
        (_truncated, "is not a whole zip archive"),
        (_damaged, "is not a whole zip archive"),
        (lambda path: pack(path, ("a", b"1"), ("b", b"2")), "holds 2 files instead of one"),
        (pack, "holds 0 files instead of one"),
    ],
)
def test_an_archive_that_cannot_be_used_says_why(run: Any, tmp_path: Path, make: Any, reason: str) -> None:
    ran = run({"7@1": make(tmp_path / "a.zip")}, collected=[info()])

    assert len(ran.errors) == 1
    assert f"7@1 {reason}" in ran.errors[0]
    assert ran.context("VisionOne.Verified_File")[0]["state"] == "missing"


def test_a_file_above_the_limit_is_not_read(run: Any, tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", ("lsass.DMP", bytes(3 * 1024 * 1024)))

    ran = run({"7@1": archive}, collected=[info()], max_size_mb="2")

    assert "more than the limit of 2097152" in ran.errors[0]


def test_a_file_that_grows_beyond_belief_is_not_read(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", compression=zipfile.ZIP_BZIP2) as archive, archive.open("x", "w") as member:
        for _ in range(150):
            member.write(bytes(1024 * 1024))

    ran = run({"7@1": path}, collected=[info(password="")])

    assert "which is not believable" in ran.errors[0]


def test_the_name_inside_an_archive_is_only_a_name(run: Any, tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", ("..\\..\\Windows\\lsass.DMP", DUMP))

    assert run({"7@1": archive}, collected=[info()]).context("VisionOne.Verified_File")[0]["name"] == "lsass.DMP"


def test_the_password_is_not_shown(run: Any, tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", ("lsass.DMP", DUMP))

    assert PASSWORD not in run({"7@1": archive}, collected=[info()]).everything


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, "There is nothing to compare with; give collected, or password and sha256."),
        ({"collected": "{"}, "VisionOneVerifyCollectedFile: "),
    ],
)
def test_bad_arguments_are_one_error(run: Any, args: dict[str, Any], message: str) -> None:
    ran = run({}, **args)

    assert len(ran.errors) == 1
    assert message in ran.errors[0]


def test_an_entry_without_a_file_says_so(xsoar: Any) -> None:
    ran = xsoar.script("VisionOneVerifyCollectedFile", entry_id="9@1", password="x", sha256=SHA256)

    assert "The War Room entry 9@1 holds no file" in ran.errors[0]
