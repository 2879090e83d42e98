import io
import zipfile

import pytest

from visionone_sim.tenant.verdicts import (
    MARK,
    TEST_VIRUS,
    UnreadableSampleError,
    domain_of,
    judge_file,
    judge_url,
    true_type,
)


def risk(content: bytes) -> str:
    return judge_file(content, known=None, archive_password=None).risk


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "EMPTY"), (b"MZ\x00", "WIN32 EXE"), (b"%PDF-1", "PDF"), (b"hello", "TEXT"), (b"\x00\x01", "DATA")],
)
def test_a_type_is_known_by_the_first_bytes(content: bytes, name: str) -> None:
    assert true_type(content) == name


def test_marks_and_the_test_virus_decide() -> None:
    assert [risk(MARK + word) for word in (b"high", b"medium", b"low", b"noRisk")] == [
        "high",
        "medium",
        "low",
        "noRisk",
    ]
    assert risk(b"x" + TEST_VIRUS) == "high"
    assert risk(b"hello") == "noRisk"


def test_what_is_known_comes_before_what_is_seen() -> None:
    assert judge_file(MARK + b"high", known="low", archive_password=None).risk == "low"
    assert judge_url("https://a.example/visionone-sim-verdict:medium", known=None).risk == "medium"


def test_a_bad_file_in_an_archive_makes_it_bad() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a", MARK + b"medium")
    assert risk(target.getvalue()) == "medium"


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"PK\x03\x04 broken"])
def test_what_cannot_be_opened_is_said_so(content: bytes) -> None:
    with pytest.raises(UnreadableSampleError):
        risk(content)


@pytest.mark.parametrize(
    ("url", "host"), [("https://[::1", None), ("text", None), ("https://A.example:8/x", "a.example")]
)
def test_the_host_of_a_url(url: str, host: str | None) -> None:
    assert domain_of(url) == host
