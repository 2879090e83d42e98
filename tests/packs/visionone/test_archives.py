"""Archives that WinZip's AES encrypts are read with what stock images have; what is not read is no match."""

import hashlib
import json
import os
import subprocess
import sys
import tracemalloc
import zipfile
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import pyzipper

from tests.packs.visionone.live_pack import DUMP, LAPTOP
from visionone_sim.testing import RunningTwin

PASSWORD = "correct horse"
CONTENT = b"MDMP" + bytes(range(256)) * 5000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
# Made with Info-ZIP, since no library here writes ZipCrypto: one file that says "old".
ZIP_CRYPTO = b64decode(
    "UEsDBAoACQAAADhUeF3l1F0/DwAAAAMAAAAHAAAAb2xkLnR4dHD07FObglRckGq3g50S6lBLBwjl1F0/DwAAAAMAAABQSwECHgMK"
    "AAkAAAA4VHhd5dRdPw8AAAADAAAABwAAAAAAAAABAAAApIEAAAAAb2xkLnR4dFBLBQYAAAAAAQABADUAAABEAAAAAAA="
)


@pytest.fixture(params=["cryptography", "openssl"])
def read(request: pytest.FixtureRequest, integration: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The function that reads an archive, with the cryptography package and without it."""
    if request.param == "openssl":
        monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers", None)
    return integration.hash_inside


def archive(folder: Path, *, bits: int = 256, stored: bool = False, version: int = 2, **members: bytes) -> Path:
    """An archive as an agent makes it: one file, or those that are named."""
    path = folder / "collected.zip"
    method = pyzipper.ZIP_STORED if stored else pyzipper.ZIP_DEFLATED
    with pyzipper.AESZipFile(path, "w", compression=method) as made:
        made.setpassword(PASSWORD.encode())
        made.setencryption(pyzipper.WZ_AES, nbits=bits, force_wz_aes_version=version)
        for name, content in (members or {"lsass": CONTENT}).items():
            made.writestr(name, content)
    return path


def spoil(path: Path, place: Callable[[int, int], int]) -> Path:
    """Turn one bit over, at a place between the beginning and the end of the only member's content."""
    with zipfile.ZipFile(path) as made:
        [member] = made.infolist()
    raw = bytearray(path.read_bytes())
    start = 30 + len(member.filename) + int.from_bytes(raw[28:30], "little")
    raw[place(start, start + member.compress_size)] ^= 1
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("version", [1, 2])
def test_every_strength_and_form_is_read(read: Any, tmp_path: Path, bits: int, stored: bool, version: int) -> None:
    assert read(archive(tmp_path, bits=bits, stored=stored, version=version), PASSWORD) == SHA256


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 262_143, 262_144, 262_145, 1_500_000])
@pytest.mark.parametrize("stored", [True, False])
def test_every_length_is_read(read: Any, tmp_path: Path, size: int, stored: bool) -> None:
    content = os.urandom(size)

    assert read(archive(tmp_path, stored=stored, f=content), PASSWORD) == hashlib.sha256(content).hexdigest()


def test_archives_without_a_password_and_with_the_old_encryption_are_read(read: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plain.zip", "w") as made:
        made.writestr("lsass.DMP", CONTENT)
    (tmp_path / "old.zip").write_bytes(ZIP_CRYPTO)

    assert read(tmp_path / "plain.zip", "") == SHA256
    assert read(tmp_path / "old.zip", "infected") == hashlib.sha256(b"old").hexdigest()


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_another_password_is_said(read: Any, integration: ModuleType, tmp_path: Path, password: str) -> None:
    (tmp_path / "old.zip").write_bytes(ZIP_CRYPTO)

    for file in (archive(tmp_path), tmp_path / "old.zip"):
        with pytest.raises(integration.UnreadableError, match="the archive has another password"):
            read(file, password)


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize(
    "place",
    [lambda start, _end: start + 100, lambda start, end: (start + end) // 2, lambda _start, end: end - 1],
    ids=["beginning", "middle", "code"],
)
def test_one_changed_bit_is_noticed(
    read: Any, integration: ModuleType, tmp_path: Path, stored: bool, place: Callable[[int, int], int]
) -> None:
    # What compression makes of it may break a limit first.
    with pytest.raises(integration.UnreadableError, match="authentication code is wrong" if stored else None):
        read(spoil(archive(tmp_path, stored=stored), place), PASSWORD)


def test_that_content_was_changed_is_told_by_its_code_even_when_it_cannot_be_unpacked(
    read: Any, integration: ModuleType, tmp_path: Path
) -> None:
    random = archive(tmp_path, f=os.urandom(50_000) + bytes(50_000))

    with pytest.raises(integration.UnreadableError, match="authentication code is wrong"):
        read(spoil(random, lambda _start, end: end - 20), PASSWORD)


@pytest.mark.parametrize("kept", [0, 10, 40, 1000, -1])
def test_an_archive_that_is_cut_off_is_no_archive(
    read: Any, integration: ModuleType, tmp_path: Path, kept: int
) -> None:
    whole = archive(tmp_path)
    whole.write_bytes(whole.read_bytes()[:kept])

    with pytest.raises(integration.UnreadableError, match="it is not a whole zip archive"):
        read(whole, PASSWORD)


def test_content_that_ends_before_its_directory_says_is_noticed(
    read: Any, integration: ModuleType, tmp_path: Path
) -> None:
    path = archive(tmp_path, stored=True, f=bytes(1000))
    raw = path.read_bytes()
    directory = raw.index(b"PK\x01\x02")
    longer = raw[: directory + 20] + (9_000).to_bytes(4, "little") + raw[directory + 24 :]  # the compressed size
    path.write_bytes(longer)

    with pytest.raises(integration.UnreadableError):
        read(path, PASSWORD)


def test_a_file_that_is_longer_than_promised_is_not_read_to_its_end(
    read: Any, integration: ModuleType, tmp_path: Path
) -> None:
    path = archive(tmp_path, f=bytes(50_000_000))
    raw = path.read_bytes()
    directory = raw.index(b"PK\x01\x02")
    path.write_bytes(raw[: directory + 24] + (9).to_bytes(4, "little") + raw[directory + 28 :])

    with pytest.raises(integration.UnreadableError, match="longer than the 9 bytes that the archive promises"):
        read(path, PASSWORD)


def test_two_files_in_one_archive_are_not_one(read: Any, integration: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(integration.UnreadableError, match="the archive holds 2 files instead of one"):
        read(archive(tmp_path, a=b"a", b=b"b"), PASSWORD)


def test_a_large_file_is_read_in_little_memory(read: Any, tmp_path: Path) -> None:
    large = archive(tmp_path, f=bytes(40_000_000))

    tracemalloc.start()
    read(large, PASSWORD)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8_000_000


# A process in which an import of some packages fails, as it does in the image demisto/python3.
BARE = """
import json, sys

asked = json.load(sys.stdin)


class Fence:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in asked["absent"]:
            raise ModuleNotFoundError(f"{name} is not in the image")


sys.meta_path.insert(0, Fence())
for name in asked["absent"]:
    sys.modules.pop(name, None)

from tests.packs.visionone.live_pack import Xsoar, declared_commands, live_demisto, load_integration

with live_demisto() as demisto:
    xsoar = Xsoar(demisto=demisto, integration=load_integration(), params=asked["params"], declared=declared_commands())
    ran = xsoar.run("collect-and-download-file", task_id=asked["task_id"])
    json.dump({"found": ran.context("VisionOne.Collected_File"), "errors": ran.errors}, sys.stdout)
"""
STRANGERS = ["cryptography", "Crypto", "Cryptodome", "pyzipper"]


def collected_in_a_bare_process(xsoar: Any, twin: RunningTwin, absent: list[str], folder: Path) -> dict[str, Any]:
    """Run the command where some packages cannot be imported; what it found, and its errors."""
    [task] = xsoar.run("collect-forensic-file", endpoint=LAPTOP, file_path=DUMP).context(
        "VisionOne.Collect_Forensic_File"
    )
    twin.clock.advance(6)
    asked = json.dumps({"absent": absent, "params": xsoar.params, "task_id": task["task_id"]})
    command = [sys.executable, "-c", BARE]
    root = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        command, input=asked, capture_output=True, text=True, check=False, cwd=folder, env=root, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_command_works_with_what_the_stock_image_has(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    ran = collected_in_a_bare_process(xsoar, twin, STRANGERS, tmp_path)

    [found] = ran["found"]
    assert ran["errors"] == []
    assert (found["match"], found["state"]) == (True, "match")
    assert found["sha256"] == found["file_sha256"] != ""


def test_the_command_works_where_python_itself_has_no_openssl(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    ran = collected_in_a_bare_process(xsoar, twin, ["_hashlib"], tmp_path)

    [found] = ran["found"]
    assert ran["errors"] == []
    assert (found["match"], found["state"]) == (True, "match")


def test_without_any_aes_it_says_that_nothing_was_compared(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    ran = collected_in_a_bare_process(xsoar, twin, [*STRANGERS, "_hashlib"], tmp_path)

    [found], [sentence] = ran["found"], ran["errors"]
    assert (found["match"], found["state"], found["sha256"]) == (False, "unread", "")
    assert sentence.endswith(
        "it could not be compared with Vision One's hash, because this Python has neither the cryptography package nor "
        "an OpenSSL to open it with."
    )
