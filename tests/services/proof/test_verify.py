"""What was changed in an export is found and named, with nothing but Python, whatever the lists of the bag say."""

import asyncio
import base64
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.proof.exports import DUMP, FILES, changed, exported, exporting, relisted
from warroom.model.ids import IncidentId
from warroom.model.json import Json
from warroom.services.proof.canonical import canonical
from warroom.services.proof.container import UnreadableError
from warroom.services.proof.layout import (
    CHECKPOINT,
    CUSTODY,
    DATA,
    INCLUSION,
    MANIFEST,
    STATEMENT,
    TIMESTAMP,
    VERIFIER,
    fingerprint,
)
from warroom.services.proof.verify import Verdict, main, read_fingerprint, verify
from warroom.testing.signing import MemorySigner

KEY = fingerprint(MemorySigner().public_key())
IN_A_FOLDER = "export"
IN_A_ZIP = "export.zip"


def bare(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program as it lies in an export: with nothing installed and nothing in the environment."""
    return subprocess.run(
        [sys.executable, "-I", "-S", *map(str, arguments)], capture_output=True, text=True, env={}, check=False
    )


@pytest.mark.parametrize("name", [IN_A_FOLDER, IN_A_ZIP])
def test_a_case_is_intact_on_a_bare_machine_and_its_origin_proven_by_a_key_from_outside(
    originals: Path, name: str
) -> None:
    program = originals / IN_A_FOLDER / VERIFIER
    unproven, proven = bare(program, originals / name), bare(program, originals / name, "--key", KEY)
    assert (unproven.returncode, proven.returncode) == (0, 0)
    assert unproven.stdout.startswith(f"intact, origin unproven: 3 items, signed by the key {KEY}.")
    assert proven.stdout == f"intact: 3 items, signed by the key that you named, {KEY}.\n"


def test_the_program_checks_the_folder_that_it_is_started_in(originals: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER], cwd=originals / IN_A_FOLDER, capture_output=True, env={}, check=False
    )
    assert answer.returncode == 0
    assert sorted(path.name for path in (originals / IN_A_FOLDER).iterdir() if path.is_dir()) == ["data"]


def test_the_program_finds_a_flipped_bit_on_a_bare_machine(export: Path) -> None:
    (export / DUMP).write_bytes(b"the dumb")
    answer = bare(export / VERIFIER, export)
    assert answer.returncode == 1
    assert f"problem: {DUMP} was changed" in answer.stdout
    assert answer.stdout.endswith("problems.\n")


def test_another_key_than_the_expected_one_is_told(originals: Path) -> None:
    verdict = verify(originals / IN_A_ZIP, "ab" * 32)
    assert verdict.problems == [f"It was signed by {KEY}, not by {'ab' * 32}."]


@pytest.mark.parametrize("shape", ["{}", " {}\n", "{upper}", "{colons}"])
def test_a_fingerprint_is_read_as_people_write_it(shape: str) -> None:
    pairs = ":".join(KEY[at : at + 2] for at in range(0, 64, 2))
    assert read_fingerprint(shape.format(KEY, upper=KEY.upper(), colons=pairs)) == KEY


@pytest.mark.parametrize("wrong", ["", "ab", KEY[:-1], KEY + "0", "g" * 64, "\x1b[2J"])
def test_what_is_no_fingerprint_ends_with_code_two(
    originals: Path, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(originals / IN_A_ZIP), "--key", wrong]) == 2  # "" too: a variable that a script forgot to set
    assert "is no fingerprint of a key" in capsys.readouterr().err
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        read_fingerprint(wrong)


@pytest.mark.parametrize("name", ["nothing.zip", "empty", "text.zip", "short.zip"])
def test_what_holds_no_export_ends_with_code_two(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_bytes(b"no zip at all" * 100)
    (tmp_path / "short.zip").write_bytes(b"PK")
    assert main([str(tmp_path / name)]) == 2
    assert name in capsys.readouterr().err


@pytest.mark.slow
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@pytest.mark.parametrize("name", [IN_A_FOLDER, IN_A_ZIP])
def test_bytes_that_are_flipped_cut_or_put_in_anywhere_are_found(
    originals: Path, name: str, tmp_path: Path, data: st.DataObject
) -> None:
    source = originals / name
    target = tmp_path / name
    shutil.rmtree(target, ignore_errors=True)
    target.unlink(missing_ok=True) if target.is_file() else None
    shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    files = sorted(path for path in target.rglob("*") if path.is_file()) if source.is_dir() else [target]
    path = data.draw(st.sampled_from(files))
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    cut, put = data.draw(st.integers(0, 20)), data.draw(st.binary(max_size=20))
    after = whole[:place] + put + whole[place + cut :]
    path.write_bytes(after)
    try:
        verdict = verify(target)
    except UnreadableError:
        assert after != whole
        return
    assert verdict.is_intact == (after == whole)
    if source.is_dir() and not verdict.is_intact:
        assert any(str(path.relative_to(target)) in problem for problem in verdict.problems)


ATTESTED = ["README.txt", "bag-info.txt", "bagit.txt", VERIFIER, MANIFEST, CUSTODY, CHECKPOINT, DUMP]


@pytest.mark.parametrize("name", ATTESTED)
def test_whoever_also_rewrites_the_lists_is_found_by_the_signature(export: Path, name: str) -> None:
    path = export / name
    whole = path.read_bytes()
    path.write_bytes(bytes([*whole[:-1], whole[-1] ^ 1]))
    relisted(export)
    verdict = verify(export)
    assert f"{name} is not as {STATEMENT} attests it." in verdict.problems


def test_a_line_of_custody_that_was_dropped_is_found_at_its_place(export: Path) -> None:
    lines = (export / CUSTODY).read_bytes().splitlines(keepends=True)
    for dropped, says in (
        (0, "is broken at line 1,"),
        (1, "is broken at line 2,"),
        (len(lines) - 1, f"is not the one that was signed, which has {len(lines)} lines."),
    ):
        (export / CUSTODY).write_bytes(b"".join([*lines[:dropped], *lines[dropped + 1 :]]))
        relisted(export)
        assert any(problem.startswith(f"{CUSTODY} {says}") for problem in verify(export).problems)


def test_lines_of_custody_that_changed_places_or_hold_another_name_are_found(export: Path) -> None:
    lines = (export / CUSTODY).read_bytes().splitlines(keepends=True)
    (export / CUSTODY).write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
    relisted(export)
    assert any("broken at line 1" in problem for problem in verify(export).problems)
    (export / CUSTODY).write_bytes(b"".join(lines).replace(b'"by":"DBot"', b'"by":"nobody"', 1))
    relisted(export)
    assert any("broken at line 2" in problem for problem in verify(export).problems)


def test_a_file_that_was_swapped_for_another_one_of_the_case_is_found(export: Path) -> None:
    one, two, *_ = sorted((export / DATA).iterdir())
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)
    assert {f"{DATA}{path.name}" for path in (one, two)} <= {problem.split()[0] for problem in verify(export).problems}
    relisted(export)
    assert any("is not what was saved as" in problem for problem in verify(export).problems)


def test_a_file_that_was_taken_out_is_missed(export: Path) -> None:
    (export / DUMP).unlink()
    assert f"{DUMP} is missing, the bytes of 1@1." in verify(export).problems
    relisted(export)
    assert f"{DUMP} is missing, the bytes of 1@1." in verify(export).problems


@pytest.mark.parametrize("name", [MANIFEST, CUSTODY, CHECKPOINT, STATEMENT])
def test_a_document_of_another_case_is_found(originals: Path, export: Path, name: str) -> None:
    shutil.copy(originals / "other" / name, export / name)
    assert any(name in problem for problem in verify(export).problems)
    relisted(export)
    assert any(name in problem for problem in verify(export).problems)


def test_an_item_that_was_left_out_of_the_manifest_or_changed_in_it_is_found_by_the_root(export: Path) -> None:
    changed(export, MANIFEST, lambda manifest: manifest["items"][1].update(name="harmless.txt"))
    relisted(export)
    assert any("the root of their tree is another" in problem for problem in verify(export).problems)
    changed(export, MANIFEST, lambda manifest: manifest["items"].pop())
    relisted(export)
    assert any("the root of their tree is another" in problem for problem in verify(export).problems)


def test_one_item_is_proven_without_a_word_about_the_others(originals: Path) -> None:
    verdict = verify(originals / "one.zip", KEY)
    assert verdict.is_intact
    assert verdict.notes == ["It shows 1 of the 3 items of the incident that were signed."]
    whole = (originals / "one.zip").read_bytes()
    assert b"lsass.zip" not in whole
    assert b"report.pdf" not in whole
    assert hashlib.sha256(FILES["lsass.zip"]).hexdigest().encode() not in whole


def test_the_root_of_one_item_is_the_root_of_the_whole_case(originals: Path) -> None:
    roots = {
        json.loads((originals / name / CHECKPOINT).read_bytes())["signed"][0]["says"]["root"]
        for name in (IN_A_FOLDER, "one")
    }
    assert len(roots) == 1


def test_a_proof_of_another_item_or_place_proves_nothing(originals: Path, tmp_path: Path) -> None:
    export = shutil.copytree(originals / "one", tmp_path / "one")
    for change in (
        lambda document: document["proofs"][0].update(index=0),
        lambda document: document["proofs"][0]["path"].reverse(),
        lambda document: document["proofs"][0]["path"].pop(),
    ):
        changed(export, INCLUSION, change)
        relisted(export)
        assert f"{INCLUSION} does not prove 2@1." in verify(export).problems
        shutil.copy(originals / "one" / INCLUSION, export / INCLUSION)


def test_a_signature_of_one_domain_is_none_of_another(export: Path) -> None:
    def swap(checkpoint: Json) -> None:
        one, two = checkpoint["signed"]
        one["domain"], two["domain"] = two["domain"], one["domain"]

    changed(export, CHECKPOINT, swap)
    relisted(export)
    assert sum("has a bad signature in the domain" in problem for problem in verify(export).problems) == 2


def test_a_checkpoint_without_one_of_its_signatures_is_found(export: Path) -> None:
    changed(export, CHECKPOINT, lambda checkpoint: checkpoint["signed"].pop())
    relisted(export)
    assert f"{CHECKPOINT} has no signature in the domain warroom.custody.v1." in verify(export).problems


def test_an_export_that_somebody_signed_anew_is_intact_and_not_of_the_expected_key(
    tmp_path: Path,
) -> None:
    export = exported(tmp_path / "forged", held=asyncio.run(exporting(signer=MemorySigner(2))))
    assert verify(export).is_intact
    assert verify(export, KEY).problems == [
        f"It was signed by {fingerprint(MemorySigner(2).public_key())}, not by {KEY}."
    ]


ODD: list[Json] = [None, [], {}, 7, "text", {"format": []}, {"items": None, "format": "warroom evidence manifest 1"}]


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("name", [MANIFEST, CHECKPOINT, STATEMENT])
def test_a_document_of_another_shape_is_named_and_ends_nothing(export: Path, name: str, value: Json) -> None:
    (export / name).write_bytes(canonical(value))
    problems = verify(export).problems
    assert any(problem.startswith(f"{name} is not in the form of an export") for problem in problems)


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 100_000, b"NaN", b'{"a":1,"a":1}', b"1.0"],
    ids=["nothing", "cut", "no-text", "deep", "long", "nan", "twice", "number"],
)
@pytest.mark.parametrize("name", [MANIFEST, CUSTODY])
def test_a_document_that_is_no_canonical_json_is_named_and_ends_nothing(export: Path, name: str, text: bytes) -> None:
    (export / name).write_bytes(text + b"\n" if name == CUSTODY else text)
    assert any(problem.startswith(f"{name} is not") for problem in verify(export).problems)


def test_an_envelope_with_other_or_more_files_is_found(export: Path) -> None:
    def more(envelope: Json) -> None:
        payload = json.loads(base64.b64decode(envelope["payload"]))
        payload["subject"].append({"name": "more", "digest": {"sha256": "00"}})
        envelope["payload"] = base64.b64encode(canonical(payload)).decode()

    changed(export, STATEMENT, more)
    relisted(export)
    problems = verify(export).problems
    assert f"{STATEMENT} has a bad signature." in problems
    assert f"more is not as {STATEMENT} attests it." in problems


def test_a_time_stamp_of_something_else_is_found_and_one_of_this_named_with_the_call_that_checks_it(
    export: Path,
) -> None:
    (export / TIMESTAMP).write_bytes(b"0" + hashlib.sha256((export / STATEMENT).read_bytes()).digest())
    relisted(export)
    verdict = verify(export)
    assert verdict.is_intact
    [note] = verdict.notes
    assert note.startswith("timestamp.tsr is a time stamp (RFC 3161), which is not checked here. Check it with:")
    assert note.endswith(" openssl ts -verify -in timestamp.tsr -data statement.dsse.json -CAfile AUTHORITY.pem")
    (export / TIMESTAMP).write_bytes(b"0" * 64)
    relisted(export)
    assert verify(export).problems == [f"timestamp.tsr is no time stamp of this {STATEMENT}."]


def test_a_verdict_says_in_one_sentence_what_was_found() -> None:
    verdict = Verdict(problems=["a"], notes=[], items=1, key=KEY, is_expected_key=False)
    assert verdict.sentence == "NOT INTACT: 1 problem."
    assert verdict._replace(problems=[], is_expected_key=True).sentence.startswith("intact: 1 item, signed by")


def test_an_incident_that_is_not_the_one_of_the_checkpoint_is_found(export: Path) -> None:
    changed(export, MANIFEST, lambda manifest: manifest["incident"].update(id=IncidentId("2")))
    relisted(export)
    assert f"{MANIFEST} is of another incident than the checkpoint." in verify(export).problems
