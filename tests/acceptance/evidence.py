"""What must be right about evidence, recomputed here from the stored bytes and the twin's own word."""

import hashlib
from pathlib import Path
from typing import IO

import pyzipper

from tests.acceptance.folder import Folder
from tests.acceptance.twin import TwinProcess
from warroom.model.json import JsonObject

CHUNK = 1 << 20
INFORMATION = "Download_Information_For_Collected_Forensic_File"


def hash_of(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


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
    """Give the archives of the War Room."""
    found: list[JsonObject] = folder.call("evidence.list")
    return found


def check_evidence(folder: Folder, twin: TwinProcess) -> JsonObject:
    """Hold that there is one archive, that it is what the War Room says, and that the collected file is inside."""
    (entry,) = archives_of(folder)
    path = Path(entry["file"]["path"])
    with path.open("rb") as stream:
        assert hash_of(stream) == entry["file"]["sha256"]
    (task,) = [task for task in twin.state("tasks") if task["action"] == "collectFile"]
    (file,) = [item for item in twin.state("files") if (item["agentGuid"], item["path"]) == _place(task)]
    inside = hashes_inside(path, _password(folder, entry["incident"]))
    assert list(inside.values()) == [file["sha256"]]
    return dict(entry)


def _place(task: JsonObject) -> tuple[str, str]:
    return task["agentGuid"], task["filePath"]


def _password(folder: Folder, incident: str) -> str:
    """Give the password of the newest link, as a responder reads it in the context."""
    information = folder.call("incident.show", id=incident)["context"]["VisionOne"][INFORMATION]
    newest = information[-1] if isinstance(information, list) else information
    return str(newest["password"])
