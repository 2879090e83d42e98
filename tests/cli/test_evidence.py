import asyncio
import getpass
import hashlib
import os
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.content import install_pack
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli.evidence import exported
from warroom.model.json import Json
from warroom.model.user import SYSTEM, Role

TEXT = "the dump"
SHA256 = hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.fixture
def entry(command_line: CommandLine) -> str:
    """The id of an entry that holds a file."""
    install_pack(command_line.home)
    command_line("incident", "create", "One")
    [saved] = command_line("run", f"!SaveText text='{TEXT}' file_name=lsass.txt", "--incident", "1", "--json").document
    assert saved["file"]["sha256"] == SHA256
    return str(saved["id"])


def test_files_are_listed_with_hash_and_place(command_line: CommandLine, entry: str) -> None:
    [listed] = command_line("evidence", "list", "--incident", "1", "--json").document
    assert (listed["id"], listed["file"]["name"], listed["file"]["size"]) == (entry, "lsass.txt", len(TEXT))
    assert TEXT.encode() not in Path(listed["file"]["path"]).read_bytes()  # it is encrypted there
    assert SHA256 in command_line("evidence", "list").out
    assert command_line("evidence", "list", "--incident", "2", "--json").document == []


def test_an_exported_file_is_the_one_that_was_stored(command_line: CommandLine, entry: str, tmp_path: Path) -> None:
    answer = command_line("evidence", "export", entry, str(tmp_path))
    assert answer.out == f"{tmp_path / 'lsass.txt'}\n"
    assert (tmp_path / "lsass.txt").read_text(encoding="utf-8") == TEXT


def test_an_export_overwrites_only_when_told_to(command_line: CommandLine, entry: str, tmp_path: Path) -> None:
    target = tmp_path / "mine.txt"
    target.write_text("mine", encoding="utf-8")
    assert "exists already" in command_line.refused("evidence", "export", entry, str(target))
    assert command_line("evidence", "export", entry, str(target), "--overwrite", "--json").document["entry"] == entry
    assert target.read_text(encoding="utf-8") == TEXT


def test_an_export_to_a_folder_that_does_not_exist_is_refused(command_line: CommandLine, entry: str) -> None:
    assert "cannot be written" in command_line.refused("evidence", "export", entry, "/no/such/folder/file")


def test_a_file_that_has_changed_is_found(command_line: CommandLine, entry: str) -> None:
    assert command_line("evidence", "verify", entry, "--json").document["intact"] is True
    [listed] = command_line("evidence", "list", "--json").document
    blob = Path(listed["file"]["path"])
    blob.chmod(0o600)
    blob.write_text("another", encoding="utf-8")
    answer = command_line("evidence", "verify", entry)
    assert answer.code == 1
    assert "CHANGED" in answer.out


def test_an_entry_that_does_not_exist_is_named(command_line: CommandLine) -> None:
    assert "9@9" in command_line.refused("evidence", "verify", "9@9")


def test_without_files_a_sentence_says_so(command_line: CommandLine) -> None:
    assert command_line("evidence", "list").out == "There is no evidence.\n"


def test_custody_is_shown_with_who_and_from_where(command_line: CommandLine, entry: str, tmp_path: Path) -> None:
    command_line("evidence", "export", entry, str(tmp_path))
    acts = command_line("evidence", "custody", "1", "--json").document
    assert [(act["change"], act["door"]) for act in acts] == [("saved", "runtime"), ("exported", "command line")]
    assert acts[1]["actor"] == getpass.getuser()
    assert "exported" in command_line("evidence", "custody", "1").out
    assert "There is no incident 9" in command_line.refused("evidence", "custody", "9")


def test_damaged_evidence_is_not_exported(command_line: CommandLine, entry: str, tmp_path: Path) -> None:
    [listed] = command_line("evidence", "list", "--json").document
    blob = Path(listed["file"]["path"])
    blob.chmod(0o600)
    blob.write_bytes(b"another")
    assert "are damaged" in command_line.refused("evidence", "export", entry, str(tmp_path))
    assert list(tmp_path.glob("*.txt")) == []
    assert command_line("evidence", "custody", "1", "--json").document[-1]["change"] == "damaged"


async def add_people(home: Path) -> None:
    async with open_app(Settings(home=home)) as app:
        await app.users.create("bob", "correct horse battery", Role.RESPONDER, SYSTEM)
        await app.users.create_key("ci", Role.RESPONDER, SYSTEM)


def test_restricting_takes_names_that_there_are_or_that_it_is_opened(command_line: CommandLine, entry: str) -> None:
    incident = entry.partition("@")[2]
    asyncio.run(add_people(command_line.home))
    for options in ([], ["--open", "--to", "bob"]):
        said = command_line.refused("evidence", "restrict", incident, "--reason", "x", *options)
        assert "Give either --to NAME, whom the evidence is restricted to, or --open" in said
    said = command_line.refused("evidence", "restrict", incident, "--reason", "x", "--to", "bobb")
    assert "'bobb' is no user or API key that can sign in. Did you mean bob?" in said
    assert [act["change"] for act in command_line("evidence", "custody", incident, "--json").document] == ["saved"]


def test_restricted_evidence_is_opened_with_a_reason_only(
    command_line: CommandLine, entry: str, tmp_path: Path
) -> None:
    asyncio.run(add_people(command_line.home))
    said = command_line("evidence", "restrict", "1", "--to", "bob", "--to", "key:ci", "--reason", "Board")
    assert said.out == "The evidence of incident 1 is for bob, key:ci only.\n"
    assert "is for bob, key:ci only" in command_line.refused("evidence", "export", entry, str(tmp_path))
    assert command_line("evidence", "export", entry, str(tmp_path), "--reason", "bob is ill").code == 0
    opened = command_line("evidence", "restrict", "1", "--open", "--reason", "All know it", "--json").document
    assert opened["people"] == []
    acts = [act["change"] for act in command_line("evidence", "custody", "1", "--json").document]
    assert acts == ["saved", "restricted", "opened", "exported", "restricted"]


def test_deleted_evidence_stays_listed_and_says_by_whom_and_why(command_line: CommandLine, entry: str) -> None:
    [listed] = command_line("evidence", "list", "--json").document
    os.utime(listed["file"]["path"], (0, 0))  # it was stored long ago
    said = command_line("evidence", "delete", entry, "--reason", "A year is over")
    assert said.out == f"{entry} is deleted; its bytes are removed.\n"
    assert not Path(listed["file"]["path"]).exists()
    [gone] = command_line("evidence", "list", "--json").document
    assert gone["deleted"]["reason"] == "A year is over"
    assert "deleted by" in command_line("evidence", "list").out
    assert "was deleted by" in command_line.refused("evidence", "verify", entry)


def test_what_was_stored_just_now_goes_later(command_line: CommandLine, entry: str) -> None:
    said = command_line("evidence", "delete", entry, "--reason", "A mistake")
    assert said.out == f"{entry} is deleted; its bytes are removed when nothing needs them.\n"


def spoil(command_line: CommandLine) -> None:
    """Change the one stored file."""
    [listed] = command_line("evidence", "list", "--json").document
    blob = Path(listed["file"]["path"])
    blob.chmod(0o600)
    blob.write_bytes(b"another")


@pytest.mark.parametrize("name", ["case", "case.zip"])
def test_the_evidence_of_an_incident_is_exported_and_checked(
    command_line: CommandLine, entry: str, tmp_path: Path, name: str
) -> None:
    exported = command_line("evidence", "export", "1", "--to", str(tmp_path / name), "--json").document
    assert (exported["path"], exported["items"], exported["of"]) == (str(tmp_path / name), 1, 1)
    [key] = [each for each in command_line("doctor", "--json").document if each["what"] == "signing key"]
    assert exported["key"] in key["found"]
    answer = command_line("evidence", "verify", str(tmp_path / name), "--key", exported["key"])
    assert (answer.code, answer.out) == (0, f"intact: 1 item, signed by the key that you named, {exported['key']}.\n")
    unproven = command_line("evidence", "verify", str(tmp_path / name), "--json").document
    assert (unproven["intact"], unproven["key"], unproven["is_expected_key"]) == (True, exported["key"], False)


def test_an_exported_case_goes_into_a_folder_that_is_there_under_a_name_of_its_own(
    command_line: CommandLine, entry: str, tmp_path: Path
) -> None:
    answer = command_line("evidence", "export", "1", str(tmp_path))
    assert answer.out.splitlines()[0] == str(tmp_path / "evidence-of-incident-1")
    assert "exists already" in command_line.refused("evidence", "export", "1", "--to", str(tmp_path))


def test_a_changed_export_is_found_with_exit_code_one(command_line: CommandLine, entry: str, tmp_path: Path) -> None:
    command_line("evidence", "export", "1", "--to", str(tmp_path / "case"))
    (tmp_path / "case" / "data" / SHA256).write_text("the dumb")
    (tmp_path / "case" / "\x1b[2Jmore").write_text("more")
    answer = command_line("evidence", "verify", str(tmp_path / "case"))
    assert answer.code == 1
    assert f"problem: data/{SHA256} was changed" in answer.out
    assert "NOT INTACT" in answer.out
    assert "\x1b" not in answer.out


@pytest.mark.parametrize("words", [("nothing.zip",), ("case.zip", "--key", "ab"), ("case.zip", "--key", "")])
def test_what_cannot_be_checked_ends_with_exit_code_two(
    command_line: CommandLine, entry: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    command_line("evidence", "export", "1", "--to", str(tmp_path / "case.zip"))
    assert command_line("evidence", "verify", str(tmp_path / words[0]), *words[1:]).code == 2


def test_a_damaged_file_keeps_a_case_from_being_exported_unless_the_rest_is_wanted(
    command_line: CommandLine, entry: str, tmp_path: Path
) -> None:
    spoil(command_line)
    said = command_line.refused("evidence", "export", "1", "--to", str(tmp_path / "case.zip"))
    assert said.startswith("Nothing was exported. The stored bytes of 'lsass.txt'")
    assert not (tmp_path / "case.zip").exists()
    answer = command_line("evidence", "export", "1", "--to", str(tmp_path / "case.zip"), "--with-damaged")
    assert answer.code == 1
    assert "DAMAGED and not in it" in answer.out
    checked = command_line("evidence", "verify", str(tmp_path / "case.zip"))
    assert checked.code == 0
    assert f"note: Of {entry} there are no bytes in it" in checked.out


def test_an_export_says_whose_bytes_were_deleted(command_line: CommandLine, entry: str, tmp_path: Path) -> None:
    command_line("evidence", "delete", entry, "--reason", "The year is over")
    answer = command_line("evidence", "export", "1", "--to", str(tmp_path / "case.zip"))
    assert answer.code == 0
    assert f"No bytes of {entry}: Deleted by " in answer.out


def test_options_of_the_other_kind_are_refused(command_line: CommandLine, entry: str, tmp_path: Path) -> None:
    for words in (("--item", entry), ("--with-damaged",)):
        assert "is for an incident" in command_line.refused("evidence", "export", entry, str(tmp_path), *words)
    assert "--key is for an export" in command_line.refused("evidence", "verify", entry, "--key", "ab")
    assert "folder: none is ever replaced" in command_line.refused(
        "evidence", "export", "1", "--to", str(tmp_path / "case"), "--overwrite"
    )


@pytest.mark.parametrize("words", [("99",), ("1", "--item", "99@1"), ("x",)])
def test_a_case_that_is_not_there_is_said(
    command_line: CommandLine, entry: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = command_line.refused("evidence", "export", *words, "--to", str(tmp_path / "case.zip"))
    assert said.rstrip().endswith(".")
    assert not (tmp_path / "case.zip").exists()


def test_a_file_is_added_under_its_own_name_or_another(command_line: CommandLine, tmp_path: Path) -> None:
    sample = tmp_path / "invoice.docm"
    sample.write_bytes(b"sample")
    digest = hashlib.sha256(b"sample").hexdigest()
    command_line("incident", "create", "One")
    assert digest in command_line("evidence", "add", "1", str(sample)).out.replace("\n", "")
    added = command_line("evidence", "add", "1", str(sample), "--name", "other.docm", "--json").document
    assert (added["file"]["name"], added["file"]["sha256"], sample.read_bytes()) == ("other.docm", digest, b"sample")
    names = [item["file"]["name"] for item in command_line("evidence", "list", "--json").document]
    assert names == ["invoice.docm", "other.docm"]
    assert command_line("evidence", "verify", added["id"]).code == 0


def test_what_cannot_be_added_is_one_sentence(command_line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    command_line("incident", "create", "One")
    assert "cannot be read: No such file" in command_line.refused("evidence", "add", "1", str(tmp_path / "none"))
    assert "is empty" in command_line.refused("evidence", "add", "1", str(tmp_path / "empty"))
    assert "incident" in command_line.refused("evidence", "add", "9", str(tmp_path / "empty"))


class SlowDoor:
    """A door whose export ends when it was asked how far it is."""

    def __init__(self) -> None:
        self.looked = asyncio.Event()

    async def call(self, operation: str, **asked: Json) -> Json:
        if operation == "evidence.exports":
            self.looked.set()
            how_far = {"files": 1, "of_files": 2, "bytes": 10, "of_bytes": 30}
            return [{"incident": asked["incident"], "stage": "writing", **how_far}]
        await self.looked.wait()
        return {"path": asked["path"]}


async def test_whoever_waits_for_an_export_is_told_how_far_it_is() -> None:
    told: list[str] = []
    async with asyncio.timeout(60):
        assert await exported(SlowDoor(), {"incident": "7", "path": "/case"}, told.append) == {"path": "/case"}
    assert told == ["Evidence of incident 7: writing, 1 of 2 files, 10 of 30 bytes"]
