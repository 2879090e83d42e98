import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import PureWindowsPath
from typing import Any

import demistomock as demisto
import pyzipper
from CommonServerPython import *

CHUNK = 1024 * 1024
MEBIBYTE = 1024 * 1024
RATIO_FREE = 100 * MEBIBYTE  # a file this small may be packed as tightly as it likes
RATIO_MAX = 1000  # a memory dump of mostly empty pages shrinks to about a hundredth


class WrongPasswordError(Exception):
    """The archive is protected with another password."""


class ArchiveError(Exception):
    """The archive cannot be used; the message says why."""


def read_member(path: str, password: str, size_max: int) -> tuple[str, int, str]:
    """Return name, size and SHA-256 of the one file in an archive; nothing is unpacked to disk."""
    try:
        with pyzipper.AESZipFile(path) as archive:
            member = only_member(archive, size_max)
            digest, size = hashlib.sha256(), 0
            with archive.open(member, pwd=password.encode() or None) as stream:
                for chunk in chunks(stream):
                    digest.update(chunk)
                    size += len(chunk)
            return PureWindowsPath(member.filename).name, size, digest.hexdigest()
    except (pyzipper.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise ArchiveError(f"is not a whole zip archive ({error})") from error
    except RuntimeError as error:  # how zip libraries say that a password is missing or wrong
        raise WrongPasswordError from error


def only_member(archive: Any, size_max: int) -> Any:
    """Return the archive's one file, if it is safe to read."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise ArchiveError(f"holds {len(members)} files instead of one")
    [member] = members
    if member.file_size > size_max:
        raise ArchiveError(f"holds a file of {member.file_size} bytes, more than the limit of {size_max}")
    if member.file_size > RATIO_FREE and member.file_size > RATIO_MAX * max(member.compress_size, 1):
        raise ArchiveError(
            f"is packed {member.file_size // max(member.compress_size, 1)} times, which is not believable"
        )
    return member


def chunks(stream: Any) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def verify(wanted: dict, files: dict[str, str], size_max: int) -> dict:
    """Find the archive of one collected file among War Room files, and compare what is inside.

    `files` are paths by entry id; the archive that is found is taken out of them.
    """
    known = {key: wanted[key] for key in ("task_id", "endpoint", "file_path", "expected")}
    reasons = []
    for entry_id, path in list(files.items()):
        try:
            name, size, sha256 = read_member(path, wanted["password"], size_max)
        except WrongPasswordError:
            reasons.append(f"{entry_id} has another password")
        except ArchiveError as error:
            reasons.append(f"{entry_id} {error}")
        else:
            del files[entry_id]
            state = "match" if sha256 == wanted["expected"].strip().lower() else "mismatch"
            found = {"name": name, "size": size, "sha256": sha256, "archive_entry": entry_id, "reason": ""}
            return summarised({**known, **found, "state": state})
    nothing = {"name": base_name(wanted["file_path"]), "size": 0, "sha256": "", "archive_entry": ""}
    reason = "; ".join(reasons) or "there is no file to look into"
    return summarised({**known, **nothing, "state": "missing", "reason": reason})


def summarised(file: dict) -> dict:
    """Add the verdict, and the sentence that a person reads."""
    place = file["file_path"] or file["name"] or "The file"
    where = f"{place} of {file['endpoint']}" if file["endpoint"] else place
    match file["state"]:
        case "match":
            verdict = f"{where} ({file['size']} bytes) is in {file['archive_entry']}; SHA-256 {file['sha256']} matches"
        case "mismatch":
            verdict = (
                f"{where} ({file['size']} bytes) is in {file['archive_entry']}, but its SHA-256 {file['sha256']} does "
                f"not match {file['expected']}"
            )
        case _:
            verdict = f"{where} is not among the files: {file['reason']}"
    return {**file, "match": file["state"] == "match", "summary": verdict}


def read_wanted(args: dict[str, Any]) -> list[dict]:
    """Read what to look for: download information as the integration writes it, or password and hash."""
    collected = args.get("collected") or []
    collected = json.loads(collected) if isinstance(collected, str) else collected
    given = [
        {
            "task_id": str(one.get("id") or ""),
            "endpoint": one.get("endpoint_name") or "",
            "file_path": one.get("file_path") or "",
            "expected": one.get("file_sha256") or "",
            "password": one.get("password") or "",
        }
        for one in (collected if isinstance(collected, list) else [collected])
    ]
    if args.get("sha256"):
        plain = {"task_id": "", "endpoint": "", "file_path": "", "expected": args["sha256"]}
        given.append({**plain, "password": args.get("password") or ""})
    if not given:
        raise DemistoException("There is nothing to compare with; give collected, or password and sha256.")
    return given


def war_room_files(entry_ids: list) -> dict[str, str]:
    files = {}
    for entry_id in dict.fromkeys(str(one) for one in entry_ids):
        try:
            files[entry_id] = demisto.getFilePath(entry_id)["path"]
        except Exception as error:  # each server raises its own kind for an entry without a file
            raise DemistoException(f"The War Room entry {entry_id} holds no file: {error}") from error
    return files


def base_name(path: str) -> str:
    return PureWindowsPath(path).name


def verify_collected_file_command(args: dict[str, Any]) -> list:
    """Verify each collected file; what does not match or is not there is an error."""
    size_max = int(args.get("max_size_mb") or 16384) * MEBIBYTE
    files = war_room_files(argToList(args.get("entry_id")))
    verified = [verify(wanted, files, size_max) for wanted in read_wanted(args)]
    columns = ("name", "size", "sha256", "expected", "state", "archive_entry", "reason")
    results: list = [
        CommandResults(
            outputs_prefix="VisionOne.Verified_File",
            outputs_key_field=["task_id", "expected"],
            outputs=verified,
            readable_output=tableToMarkdown(
                "Collected files",
                [{key: one[key] for key in columns} for one in verified],
                headers=list(columns),
                headerTransform=string_to_table_header,
                removeNull=True,
            ),
            raw_response=verified,
        )
    ]
    bad = [one["summary"] for one in verified if not one["match"]]
    if bad:
        results.append(
            {"Type": entryTypes["error"], "ContentsFormat": formats["text"], "Contents": ". ".join(bad) + "."}
        )
    return results


def main() -> None:
    try:
        return_results(verify_collected_file_command(demisto.args()))
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"VisionOneVerifyCollectedFile: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
