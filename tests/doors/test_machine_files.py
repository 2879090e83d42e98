"""Evidence from and to files of this machine."""

from pathlib import Path
from typing import Any

import pytest

from warroom.model.errors import InvalidInputError
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.perform import perform


async def do(app: App, operation: str, **asked: Any) -> Any:
    return await perform(app, operation, asked, an_actor())


async def saved(app: App) -> Any:
    """Have a command save a file; gives its entry."""
    [entry] = (await perform(app, "run", {"text": "!SaveText text=dump file_name=a.txt"}, an_actor()))["entries"]
    return entry


async def test_evidence_is_exported_and_verified(app: App, tmp_path: Path) -> None:
    entry = await saved(app)
    assert [found["id"] for found in await do(app, "evidence.list")] == [entry["id"]]
    exported = await do(app, "evidence.export", entry=entry["id"], path=str(tmp_path))
    assert exported["path"] == str(tmp_path / "a.txt")
    verified = await do(app, "evidence.verify", entry=entry["id"])
    assert (verified["intact"], verified["sha256"]) == (True, entry["file"]["sha256"])
    with pytest.raises(InvalidInputError, match="cannot be written"):
        await do(app, "evidence.export", entry=entry["id"], path=str(tmp_path / "no" / "such"))


async def test_a_file_of_this_machine_becomes_evidence_and_goes_with_a_reason(app: App, tmp_path: Path) -> None:
    incident = (await saved(app))["incident"]
    (tmp_path / "memory.dmp").write_bytes(b"of no command")
    entry = await do(app, "evidence.add", incident=incident, path=str(tmp_path / "memory.dmp"))
    assert entry["file"]["name"] == "memory.dmp"
    gone = await do(app, "evidence.delete", entry=entry["id"], reason="not of this case")
    assert gone == {"entry": entry["id"], "removed": False}, "What was just stored stays for some minutes."
    happened = [event["change"] for event in await do(app, "evidence.custody", incident=incident)]
    assert happened[-1] == "deleted"


async def test_a_case_is_exported_as_a_whole_and_kept_for_named_people(app: App, tmp_path: Path) -> None:
    entry = await saved(app)
    incident = entry["incident"]
    done = await do(app, "evidence.export_case", incident=incident, path=str(tmp_path / "case"))
    assert done["path"] == str(tmp_path / "case")
    assert (done["items"], done["of"]) == (1, 1)
    kept = await do(app, "evidence.restrict", incident=incident, people=["ana"], reason="a colleague's machine")
    assert kept["people"] == ["ana"]


@pytest.mark.parametrize("path", ["a\0b", "half \ud800"])
async def test_a_path_that_no_file_can_have_is_one_sentence(app: App, path: str) -> None:
    entry = await saved(app)
    for operation, asked in (
        ("evidence.add", {"incident": entry["incident"]}),
        ("evidence.export", {"entry": entry["id"]}),
        ("evidence.export_case", {"incident": entry["incident"]}),
    ):
        with pytest.raises(InvalidInputError, match="is no name of a file"):
            await do(app, operation, **asked, path=path)
