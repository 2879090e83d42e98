import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
import pyzipper

from warroom.cli.demo_report import Dump, Report, _compare, _open_archive, _timings, print_report
from warroom.model.entry import EntryType, StoredFile
from warroom.testing.clock import START
from warroom.testing.samples import an_entry, an_incident

PASSWORD = "k7Qz-19"
DUMP = b"MDMP" * 1000
SHA256 = "3a1b" * 16


def archive(folder: Path) -> Path:
    path = folder / "evidence.zip"
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(PASSWORD.encode())
        made.writestr("lsass.DMP", DUMP)
    return path


def test_the_file_inside_is_hashed_without_unpacking(tmp_path: Path) -> None:
    dump, problem = _open_archive(archive(tmp_path), PASSWORD)
    assert problem == ""
    assert dump is not None
    assert (dump.name, dump.size) == ("lsass.DMP", len(DUMP))


def test_a_wrong_password_is_said(tmp_path: Path) -> None:
    dump, problem = _open_archive(archive(tmp_path), "wrong")
    assert dump is None
    assert "cannot be opened with its password" in problem


def test_an_archive_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "evidence.zip").write_bytes(b"<html>expired</html>")
    assert "cannot be opened" in _open_archive(tmp_path / "evidence.zip", PASSWORD)[1]


@pytest.mark.parametrize(
    ("stored_hash", "state", "verdict"),
    [
        ("right", {"files": [{"sha256": SHA256}]}, ""),
        ("right", {"files": []}, "not one that an endpoint of the tenant held"),
        ("wrong", {"files": [{"sha256": SHA256}]}, "not the one that the War Room names"),
    ],
)
def test_evidence_is_right_only_when_archive_and_dump_are(
    tmp_path: Path, stored_hash: str, state: dict[str, list[dict[str, str]]], verdict: str
) -> None:
    path = archive(tmp_path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if stored_hash == "right" else "0" * 64
    stored = StoredFile(name="evidence.zip", size=path.stat().st_size, md5="", sha1="", sha256=digest)
    entry = an_entry(type=EntryType.FILE, file=stored)
    said = _compare(entry, path, Dump(name="lsass.DMP", size=len(DUMP), sha256=SHA256), state)
    assert verdict in said
    assert bool(said) == bool(verdict)


def test_times_count_from_the_moment_that_the_alert_could_be_seen() -> None:
    incident = an_incident(mirrors="WB-1", created=START + timedelta(seconds=2))
    entry = an_entry(created=START + timedelta(seconds=5))
    visible, now = START + timedelta(seconds=40), START + timedelta(seconds=200)  # of a tenant 20 times as fast
    state = {"now": now.isoformat(), "alerts": [{"id": "WB-1", "visibleSince": visible.isoformat()}]}
    asked = START + timedelta(seconds=8)
    assert _timings(state, asked, 20.0, incident, entry) == {"alert_to_incident_s": 2.0, "alert_to_evidence_s": 5.0}


def test_a_report_without_evidence_is_not_right_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(incidents=12)
    print_report(report)
    assert not report.is_right
    assert "No incident holds evidence." in capsys.readouterr().out
    assert report.as_json()["evidence"] is None
