"""What is exported, what is not, and what is written down about it."""

import asyncio
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from tests.outbound.authority import Authority, authority, openssl
from tests.services.proof.exports import ANA, CASE, DUMP, FILES, changed, exporting, relisted
from warroom.model.entry import Deleted, EntryType
from warroom.model.errors import ConflictError, DamagedError, ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.json import JsonObject
from warroom.model.user import Role
from warroom.outbound.timestamps import HttpTimestamps
from warroom.services.evidence.exporting import Exporting, Wanted
from warroom.services.proof.layout import CHECKPOINT, CUSTODY, LOG, MANIFEST, STATEMENT, TIMESTAMP
from warroom.services.proof.verify import verify
from warroom.services.sealing.sealing import Sealing
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import START
from warroom.testing.locks import MemoryLocks
from warroom.testing.samples import an_actor, an_entry, some_changes
from warroom.testing.signing import MemorySigner

ALL = Wanted(incident=CASE)
ONE = EntryId("1@1")


def manifest(export: Path) -> JsonObject:
    return dict(json.loads((export / MANIFEST).read_bytes()))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


def changes(export: Path) -> list[tuple[str, str, str]]:
    events = [json.loads(line) for line in (export / CUSTODY).read_bytes().splitlines()]
    return [(event["change"], event["entry"], event["by"]) for event in events]


def spoil(held: Exporting, name: str = "lsass.zip") -> None:
    blobs = held.evidence.blobs
    assert isinstance(blobs, MemoryBlobs)
    blobs._held[hashlib.sha256(FILES[name]).hexdigest()] = b"tampered"


async def test_the_bytes_are_those_that_were_saved_under_their_hashes(tmp_path: Path) -> None:
    place, exported = await (await exporting()).to_path(ALL, tmp_path / "case", ANA)
    found = {path.read_bytes() for path in (place / "data").iterdir()}
    assert found == set(FILES.values())
    assert (place / DUMP).read_bytes() == FILES["lsass.zip"]
    assert (exported.items, exported.of, exported.damaged) == (3, 3, [])


async def test_a_hostile_name_is_a_text_in_the_manifest_and_in_no_path(tmp_path: Path) -> None:
    held = await exporting()
    place, _ = await held.to_path(ALL, tmp_path / "case", ANA)
    assert [item["name"] for item in manifest(place)["items"]] == list(FILES)
    names = names_in(tmp_path)
    assert not set("".join(names)) & set("\u202e\x1b\\")
    archive, _ = await held.to_path(ALL, tmp_path / "case.zip", ANA)
    with zipfile.ZipFile(archive) as opened:
        assert not any(".." in name or name.startswith("/") for name in opened.namelist())


async def test_an_item_is_said_with_call_response_task_playbook_task_and_approver(tmp_path: Path) -> None:
    place, _ = await (await exporting()).to_path(ALL, tmp_path / "case", ANA)
    [dump, _, report] = manifest(place)["items"]
    assert (dump["kind"], report["kind"]) == ("file", "report")
    assert dump["call"] == {"command": "http", "instance": "v1", "arguments": {"url": "…"}}
    assert dump["response_tasks"] == ["00000001"]
    assert (dump["playbook"]["name"], dump["playbook"]["task_name"]) == ("Alert Router", "Save it")
    assert dump["approved_by"] == ["bo"]
    assert dump["actions"][0]["approval"]["reason"] == "It is our host."


async def test_the_export_is_an_act_of_custody_that_stands_in_it_already(tmp_path: Path) -> None:
    held = await exporting()
    place, _ = await held.to_path(replace(ALL, items=[ONE]), tmp_path / "case", ANA)
    assert changes(place) == [("saved", "1@1", "DBot"), ("exported", "1@1", "ana")]
    events = await held.store.custody.events(CASE)
    assert [event.payload["entry"] for event in events if event.payload["change"] == "exported"] == ["1@1"]


async def test_the_newest_seal_of_the_log_goes_with_it_in_a_domain_of_its_own(tmp_path: Path) -> None:
    held = await exporting()
    sealing = Sealing(seals=held.store.seals, locks=MemoryLocks(), signer=held.signer, clock=held.clock)
    await sealing.seal()
    place, _ = await held.to_path(ALL, tmp_path / "case", ANA)
    [seal] = [each for each in json.loads((place / CHECKPOINT).read_bytes())["signed"] if each["domain"] == "audit"]
    last = await held.store.seals.last()
    assert last is not None
    assert (seal["says"]["root"], seal["says"]["number"]) == (last.root, 1)
    assert verify(place).is_intact
    seal["says"]["root"] = "0" * 64
    changed(place, CHECKPOINT, lambda checkpoint: checkpoint.update(signed=[*checkpoint["signed"][:2], seal]))
    relisted(place)
    assert f"{CHECKPOINT} has a bad signature in the domain audit." in verify(place).problems


async def test_a_seal_of_an_earlier_key_is_left_out(tmp_path: Path) -> None:
    held = await exporting()
    sealing = Sealing(seals=held.store.seals, locks=MemoryLocks(), signer=MemorySigner(2), clock=held.clock)
    await sealing.seal()
    place, _ = await held.to_path(ALL, tmp_path / "case", ANA)
    assert len(json.loads((place / CHECKPOINT).read_bytes())["signed"]) == 2
    assert verify(place).is_intact


async def test_custody_of_other_items_is_not_shown_and_of_the_whole_case_all_is(tmp_path: Path) -> None:
    held = await exporting()
    await held.evidence.verify(EntryId("2@1"), ANA)
    one, _ = await held.to_path(replace(ALL, items=[ONE]), tmp_path / "one", ANA)
    whole, _ = await held.to_path(ALL, tmp_path / "whole", ANA)
    assert {entry for _, entry, _ in changes(one)} == {"1@1"}
    assert ("verified", "2@1", "ana") in changes(whole)
    assert [act for act, entry, _ in changes(whole) if entry == "1@1"] == ["saved", "exported", "exported"]


@pytest.mark.parametrize("gone", [True, False])
async def test_damage_is_refused_loudly_and_nothing_is_written_or_noted(tmp_path: Path, gone: bool) -> None:
    held = await exporting()
    spoil(held)
    if gone:
        held.evidence.blobs._held.popitem()  # type: ignore[attr-defined]
    with pytest.raises(DamagedError, match=r"^Nothing was exported\. .*1@1.*With --with-damaged the rest is exported"):
        await held.to_path(ALL, tmp_path / "case.zip", ANA)
    assert names_in(tmp_path) == []
    acts = [event.payload["change"] for event in await held.store.custody.events(CASE)]
    assert "damaged" in acts
    assert "exported" not in acts


async def test_the_rest_is_exported_when_it_is_asked_for_and_the_damage_named(tmp_path: Path) -> None:
    held = await exporting()
    spoil(held)
    place, exported = await held.to_path(replace(ALL, with_damaged=True), tmp_path / "case", ANA)
    [why] = exported.damaged
    assert "1@1" in why
    assert not (place / DUMP).exists()
    assert "are damaged" in manifest(place)["items"][0]["missing"]
    verdict = verify(place)
    assert verdict.is_intact
    assert verdict.notes[0].startswith("Of 1@1 there are no bytes in it: The stored bytes of 'lsass.zip'")
    assert ("exported", "1@1", "ana") not in changes(place)


async def test_damage_of_what_is_not_wanted_keeps_nobody_from_the_rest(tmp_path: Path) -> None:
    held = await exporting()
    spoil(held, "report.pdf")
    place, exported = await held.to_path(replace(ALL, items=[ONE]), tmp_path / "case", ANA)
    assert verify(place, exported.key).is_intact


async def test_bytes_that_change_between_the_look_and_the_copy_leave_no_export(tmp_path: Path) -> None:
    held = await exporting()
    stamps = Late(held)
    with pytest.raises(DamagedError, match="not those of SHA-256"):
        await replace(held, authority=stamps).to_path(ALL, tmp_path / "case.zip", ANA)
    assert names_in(tmp_path) == []


class Late:
    """An authority during whose answer somebody changes a stored file."""

    name = "late.example"

    def __init__(self, held: Exporting) -> None:
        self._held = held

    async def stamp(self, data: bytes) -> bytes:
        spoil(self._held)
        return hashlib.sha256(data).digest()


async def test_a_deleted_item_is_in_the_manifest_with_who_and_why(tmp_path: Path) -> None:
    held = await exporting()
    gone = replace(await held.store.entry(ONE), deleted=Deleted(by="bo", at=START, reason="The court asked for it."))
    await held.store.commit(some_changes(entries=[gone]))
    place, exported = await held.to_path(ALL, tmp_path / "case", ANA)
    assert exported.damaged == []
    assert exported.deleted == [f"{ONE}: {manifest(place)['items'][0]['missing']}"]
    assert manifest(place)["items"][0]["missing"] == (
        "Deleted by bo at 2026-01-05T09:00:00+00:00: The court asked for it."
    )
    assert not (place / DUMP).exists()
    assert verify(place).is_intact


async def test_two_entries_with_the_same_bytes_share_a_file(tmp_path: Path) -> None:
    held = await exporting({"a.zip": b"same", "b.zip": b"same", "c.pdf": b"other"})
    place, _ = await held.to_path(ALL, tmp_path / "case", ANA)
    assert len(list((place / "data").iterdir())) == 2
    assert len(manifest(place)["items"]) == 3
    assert verify(place).is_intact


async def test_an_export_into_an_open_file_is_the_zip(tmp_path: Path) -> None:
    file = BytesIO()
    exported = await (await exporting()).to_file(ALL, file, ANA)
    (tmp_path / "case.zip").write_bytes(file.read())
    assert verify(tmp_path / "case.zip", exported.key).is_intact


async def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    held = await exporting()
    with pytest.raises(NotFoundError, match="Incident 2 has no evidence yet"):
        await held.to_path(Wanted(incident=IncidentId("2")), tmp_path / "case", ANA)
    with pytest.raises(NotFoundError, match="Incident 1 has no evidence 4@1"):
        await held.to_path(replace(ALL, items=[ONE, EntryId("4@1")]), tmp_path / "case", ANA)
    with pytest.raises(NotFoundError):
        await held.to_path(Wanted(incident=IncidentId("9")), tmp_path / "case", ANA)
    assert names_in(tmp_path) == []


async def test_it_takes_the_role_that_may_download(tmp_path: Path) -> None:
    with pytest.raises(ForbiddenError):
        await (await exporting()).to_path(ALL, tmp_path / "case", an_actor("eve", Role.ANALYST))


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 300])
async def test_a_name_that_no_file_can_have_is_said_before_anything_is_noted(tmp_path: Path, name: str) -> None:
    held = await exporting()
    with pytest.raises(InvalidInputError, match=r"Choose another"):
        await held.to_path(ALL, tmp_path / name, ANA)
    assert not [event for event in await held.store.custody.events(CASE) if event.payload["change"] == "exported"]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Authority]]:
    (tmp_path / "authority").mkdir()
    with authority(tmp_path / "authority") as found:
        yield found


def test_the_call_that_the_check_names_finds_the_time_stamp_good(served: tuple[str, Authority], tmp_path: Path) -> None:
    url, behind = served

    async def export() -> Path:
        held = replace(await exporting(), authority=HttpTimestamps(url))
        place, exported = await held.to_path(ALL, tmp_path / "case", ANA)
        assert exported.is_stamped
        return place

    place = asyncio.run(export())
    verdict = verify(place)
    assert verdict.is_intact
    call = verdict.notes[-1].partition("openssl ")[2].replace("AUTHORITY.pem", str(behind.certificate))
    openssl(call, place)
    (place / STATEMENT).write_bytes((place / STATEMENT).read_bytes() + b" ")
    openssl(call, place, refuses=True)


def test_a_time_stamp_that_was_made_and_is_not_there_is_missed(served: tuple[str, Authority], tmp_path: Path) -> None:
    url, _ = served

    async def export() -> Path:
        held = replace(await exporting(), authority=HttpTimestamps(url))
        place, _ = await held.to_path(ALL, tmp_path / "case", ANA)
        return place

    place = asyncio.run(export())
    assert verify(place).is_intact
    (place / TIMESTAMP).unlink()
    relisted(place)
    assert verify(place).problems == [f"{TIMESTAMP} is missing: a time stamp of 127.0.0.1 was made."]


async def test_an_authority_that_does_not_answer_is_said_and_keeps_nobody_from_exporting(
    served: tuple[str, Authority], tmp_path: Path
) -> None:
    url, behind = served
    behind.status = 503
    held = replace(await exporting(), authority=HttpTimestamps(url))
    place, exported = await held.to_path(ALL, tmp_path / "case", ANA)
    assert not exported.is_stamped
    assert exported.unstamped.startswith("The export has no time stamp: the authority at 127.0.0.1 answers with HTTP")
    assert not (place / TIMESTAMP).exists()
    verdict = verify(place)
    assert verdict.is_intact
    assert verdict.notes == ["A time stamp was asked of 127.0.0.1, which gave none when it was exported."]


async def test_a_case_that_is_for_named_people_is_exported_by_them_or_loudly(tmp_path: Path) -> None:
    held = await exporting()
    await held.evidence.restrict(CASE, ["bob"], "Credentials of the board", ANA)
    for target, wanted in (("a", ALL), ("b", Wanted(incident=CASE, items=[ONE]))):
        with pytest.raises(ForbiddenError, match="is for bob only"):
            await held.to_path(wanted, tmp_path / target, ANA)
    assert names_in(tmp_path) == []
    await held.to_path(ALL, tmp_path / "bob", an_actor("bob", Role.RESPONDER))
    place, _ = await held.to_path(replace(ALL, why="bob is ill"), tmp_path / "ana", ANA)
    assert ("opened", "1@1", "ana") in changes(place)


def sealed(held: Exporting) -> Exporting:
    """Return an export that seals the log first, as the runtime's does."""
    sealing = Sealing(seals=held.store.seals, locks=MemoryLocks(), signer=held.signer, clock=held.clock)
    return replace(held, sealing=sealing)


@pytest.mark.parametrize("items", [[], [ONE]])
async def test_each_line_of_custody_is_proven_against_a_seal_of_the_log(tmp_path: Path, items: list[EntryId]) -> None:
    held = sealed(await exporting())
    place, exported = await held.to_path(replace(ALL, items=items), tmp_path / "case", ANA)
    [seal] = json.loads((place / LOG).read_bytes())["seals"]
    lines = [json.loads(line)["sequence"] for line in (place / CUSTODY).read_bytes().splitlines()]
    assert [event["sequence"] for event in seal["events"]] == lines
    verdict = verify(place, exported.key)
    assert verdict.is_intact
    assert not [note for note in verdict.notes if "sealed log" in note]


async def test_the_proof_of_one_items_custody_holds_no_word_about_the_others(tmp_path: Path) -> None:
    held = sealed(await exporting())
    await held.evidence.verify(EntryId("2@1"), ANA)
    place, _ = await held.to_path(replace(ALL, items=[ONE]), tmp_path / "case", ANA)
    text = (place / LOG).read_text()
    assert "1@1" in text
    assert "2@1" not in text
    assert "report.pdf" not in text


CHANGES_OF_THE_LOG: dict[str, Callable[[JsonObject], object]] = {
    "another event": lambda seal: seal["events"][0].update(body=seal["events"][1]["body"]),
    "another body": lambda seal: seal["events"][0].update(body=seal["events"][0]["body"].replace("lsass", "other")),
    "another root": lambda seal: seal["says"].update(root="0" * 64),
    "another signature": lambda seal: seal.update(signature="0" * 128),
    "a hash too few": lambda seal: seal["beside"].pop(),
    "a hash too many": lambda seal: seal["beside"].append("0" * 64),
    "a line that is not there": lambda seal: seal["events"][0].update(sequence=99),
}


@pytest.mark.parametrize("change", CHANGES_OF_THE_LOG.values(), ids=CHANGES_OF_THE_LOG)
async def test_a_proof_against_the_log_that_was_changed_proves_nothing(
    tmp_path: Path, change: Callable[[JsonObject], object]
) -> None:
    place, _ = await sealed(await exporting()).to_path(replace(ALL, items=[ONE]), tmp_path / "case", ANA)
    changed(place, LOG, lambda log: change(log["seals"][0]))
    relisted(place)
    assert any(problem.startswith(LOG) and "attests" not in problem for problem in verify(place).problems)


async def test_lines_that_no_seal_of_this_key_covers_are_counted(tmp_path: Path) -> None:
    held = await exporting()
    early = replace(sealed(held), signer=MemorySigner(2))
    await sealed(early).sealing.seal()  # type: ignore[union-attr]
    place, _ = await sealed(held).to_path(ALL, tmp_path / "case", ANA)
    verdict = verify(place)
    assert verdict.is_intact
    assert verdict.notes[0].startswith(f"3 lines of 6 in {CUSTODY} cannot be checked against the sealed log")


async def test_an_export_while_evidence_arrives_is_of_one_moment_and_whole(tmp_path: Path) -> None:
    held = sealed(await exporting())

    async def arrive() -> None:
        for number in range(20, 40):
            file = await held.evidence.blobs.put(b"%d" % number, f"late {number}")
            await held.store.commit(some_changes(entries=[an_entry(number, file=file, type=EntryType.FILE)]))
            await asyncio.sleep(0)

    exports = asyncio.gather(*(held.to_path(ALL, tmp_path / f"{number}", ANA) for number in (1, 2)))
    await arrive()
    for place, exported in await exports:
        verdict = verify(place, exported.key)
        assert verdict.is_intact, verdict.problems
        assert len(manifest(place)["items"]) == exported.of
    last, exported = await held.to_path(ALL, tmp_path / "last", ANA)
    assert (verify(last).is_intact, exported.of) == (True, 23)


async def test_two_exports_to_one_name_give_one_whole_export_and_one_refusal(tmp_path: Path) -> None:
    held = await exporting()
    answers = await asyncio.gather(
        *(held.to_path(ALL, tmp_path / "case.zip", ANA) for _ in range(2)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, ConflictError)]
    assert len(refused) <= 1
    assert verify(tmp_path / "case.zip").is_intact
    assert names_in(tmp_path) == ["case.zip"]
