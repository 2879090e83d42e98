"""What must be right about evidence, recomputed here from the stored bytes and the twin's own word."""

from pathlib import Path
from typing import IO

import pyzipper

from tests.acceptance.folder import Folder
from tests.acceptance.twin import TwinProcess, hash_of_pieces
from warroom.model.json import JsonObject

CHUNK = 1 << 20
INFORMATION = "Download_Information_For_Collected_Forensic_File"
COLLECTED = "Collected_File"


def hash_of(stream: IO[bytes]) -> str:
    return hash_of_pieces(iter(lambda: stream.read(CHUNK), b""))


def hashes_inside(archive: Path, password: str) -> dict[str, str]:
    """Hash the files of an archive by streaming."""
    with pyzipper.AESZipFile(archive) as opened:
        opened.setpassword(password.encode())
        hashes = {}
        for member in opened.infolist():
            with opened.open(member) as stream:
                hashes[member.filename] = hash_of(stream)
        return hashes


def archives_of(folder: Folder) -> list[JsonObject]:
    """Return the archives of the War Room."""
    found: list[JsonObject] = folder.call("evidence.list")
    return found


def check_evidence(folder: Folder, twin: TwinProcess) -> JsonObject:
    """Hold that there is one archive: the one that the twin hands out, with the file of the endpoint inside."""
    (entry,) = archives_of(folder)
    path = folder.home / "taken-out.zip"
    folder.call("evidence.export", entry=entry["id"], path=str(path), overwrite=True)
    with path.open("rb") as stream:
        stored = hash_of(stream)
    task = twin.collected()
    offered = twin.hash_of_download(task["resourceLocation"])  # at once: the link is for a short time
    (file,) = [item for item in twin.state("files") if _place(item, "path") == _place(task, "filePath")]
    inside = hashes_inside(path, _password(folder, entry["incident"]))
    assert stored == entry["file"]["sha256"] == offered
    assert list(inside.values()) == [task["fileSha256"]]
    assert file["sha256"] in {task["fileSha256"], None}, "The twin hashes small files where they lie."
    return dict(entry)


def nothing_was_lost_or_repeated(folder: Folder, twin: TwinProcess) -> JsonObject:
    """Hold that each alert is an incident, that all plans have ended well, and that all was done once; as above."""
    alerts = [alert["id"] for alert in twin.state("alerts")]
    assert sorted(incident["mirror_id"] for incident in folder.incidents()) == sorted(alerts)
    assert {plan["state"] for plan in folder.plans()} == {"completed"}
    assert folder.call("task.list") == []
    assert [task["action"] for task in twin.state("tasks")] == ["collectFile"]
    entry = check_evidence(folder, twin)
    (note,) = twin.state("notes")
    (incident,) = [item for item in folder.incidents() if item["id"] == entry["incident"]]
    assert note["alertId"] == incident["mirror_id"]
    return entry


def _place(item: JsonObject, path: str) -> tuple[str, str]:
    return item["agentGuid"], item[path]


def _password(folder: Folder, incident: str) -> str:
    """Return the archive's password, as a responder reads it in the context: of the newest link, or of the file.

    A collection that takes longer than a plan waits for it is fetched by the command that keeps asking.
    """
    told = folder.call("incident.show", id=incident)["context"]["VisionOne"]
    information = told.get(INFORMATION) or told[COLLECTED]
    newest = information[-1] if isinstance(information, list) else information
    return str(newest["password"])
