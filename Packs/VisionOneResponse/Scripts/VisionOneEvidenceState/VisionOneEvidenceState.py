import json
import re
from typing import Any

import demistomock as demisto
from CommonServerPython import *

FOUND_MAX = 5  # places in which one file is looked for
GONE = re.compile(r"not.?found|no such|does not exist", re.IGNORECASE)
NO_NAME = "The alert names no file that was written, and none was found."
DUMP_NAMES = re.compile(r"\.(dmp|mdmp|hdmp)$|lsass", re.IGNORECASE)
PROGRAMS = (".exe", ".dll", ".sys")
STATES = {"match": "matches", "mismatch": "does NOT match", "unread": "could not be compared with"}


def key_of(one: dict) -> tuple[str, str]:
    """Return by what two records are about the same file."""
    where = one.get("agent_guid") or one.get("endpoint") or one.get("endpoint_name") or ""
    return str(where).casefold(), str(one.get("file_path") or "").casefold()


def saved_files(args: dict[str, Any]) -> list[dict]:
    """Return the files that lie in the War Room, whichever command saved them."""
    tasks = {str(one.get("task_id")): one for one in records(args.get("begun"))}
    saved = []
    for one in records(args.get("verified")):
        if one.get("state") in {"match", "mismatch"}:
            guid = tasks.get(str(one.get("task_id")), {}).get("agent_guid", "")
            saved.append({**one, "agent_guid": guid})
    collected = records(args.get("collected"))
    return saved + [{**one, "endpoint": one.get("endpoint_name"), "size": one.get("file_size")} for one in collected]


def state_of(args: dict[str, Any]) -> dict[str, Any]:
    """Say what is saved and what is not, where a file may be that is not where the alert says, and who is exposed."""
    files, saved = records(args.get("files")), saved_files(args)
    have = {key for one in saved for key in (key_of(one), key_of({**one, "agent_guid": ""}))}
    missing = [one for one in missing_files(args, files) if not is_saved(one, have, [])]
    if not files and not records(args.get("named")):
        missing = [{**host, "file_path": "", "gone": "yes", "reason": NO_NAME} for host in hosts(args)]
    found = new_places(args, missing, have)
    missing = [one for one in missing if not is_saved(one, have, found)]
    told = records_of_text(args.get("told"))
    exposed = [guid for guid in dict.fromkeys(guid_of(one, files) for one in saved) if guid and guid not in told]
    return {
        "saved": len(saved),
        "missing": missing,
        "missing_count": len(missing),
        "open": [one for one in missing if one.get("collectable") == "yes" and one.get("gone") != "yes"],
        "queries": list(
            dict.fromkeys(query_of(one) for one in missing if one.get("gone") == "yes" and any(key_of(one)[:1]))
        ),
        "found": [place for place in found if key_of(place) not in have and any(is_for(place, one) for one in missing)],
        "exposed": {"endpoint": exposed, **exposure(args, exposed, saved, files)},
        "told": told + exposed if argToBoolean(args.get("tell") or False) else told,
        "summary": "\n".join(map(sentence, saved)),
        "missing_summary": "\n".join(f"- {missing_sentence(one)}" for one in missing),
    }


def missing_files(args: dict[str, Any], files: list[dict]) -> list[dict]:
    """Return each file of the alert with what became of its collection."""
    tasks = {str(one.get("id")): one for one in records(args.get("tasks"))}
    begun = {key_of(one): str(one.get("task_id") or "") for one in records(args.get("begun"))}
    lost = {key_of(one): one for one in records(args.get("lost"))}
    missing = []
    for one in files:
        task_id = begun.get(key_of(one)) or str(one.get("task_id") or "")
        task = tasks.get(task_id, {})
        end = lost.get(key_of(one), {})
        reason = end.get("reason") or one.get("reason") or reason_of(task)
        code = f"{end.get('code') or ''} {(task.get('error') or {}).get('code') or ''} {reason}"
        # Of a file whose path is not whole nobody has looked whether it is there.
        unnamed = (
            "gone" not in one and one.get("collectable") == "no" and "cannot collect" not in str(one.get("reason"))
        )
        gone = "yes" if one.get("gone") == "yes" or GONE.search(code) or unnamed else "no"
        ended = "no" if end or task.get("status") in {"rejected", "canceled"} else one.get("collectable")
        missing.append({**one, "task_id": task_id, "reason": reason, "gone": gone, "collectable": ended})
    return missing


def is_saved(one: dict, have: set[tuple[str, str]], found: list[dict]) -> bool:
    """Say whether a file is saved, from where the alert says or from where it was found."""
    places = [place for place in found if is_for(place, one)]
    names = {key_of(one), key_of({**one, "agent_guid": ""})}
    return bool(names & have) or any(key_of(place) in have for place in places)


def new_places(args: dict[str, Any], missing: list[dict], have: set[tuple[str, str]]) -> list[dict]:
    """Return where files went, after what was observed on their endpoints, the newest first."""
    activity = records(args.get("activity"))
    places = []
    for one in missing if activity else ():
        paths: dict[str, str] = {}
        for record in activity:
            path, why = str(record.get("object_file_path") or ""), why_it_may_be(one, record)
            if path and why and path.casefold() != str(one["file_path"]).casefold():
                paths.setdefault(path, why)
        keys = ("endpoint", "agent_guid")
        known = [key for key in paths if (str(one.get("agent_guid")).casefold(), key.casefold()) in have]
        for path in list(dict.fromkeys([*known, *paths]))[:FOUND_MAX]:
            place = {key: str(one.get(key) or "") for key in keys}
            places.append({**place, "file_path": path, "instead_of": one["file_path"], "because": paths[path]})
    return places


def why_it_may_be(one: dict, record: dict) -> str:
    """Say why an observed file may be the one that is missed, or nothing."""
    on = {str(record.get(key) or "").casefold() for key in ("endpoint_guid", "endpoint_host_name", "host_name")} - {""}
    if not on & {str(one.get(key) or "").casefold() for key in ("agent_guid", "endpoint")}:
        return ""
    path, name = str(record.get("object_file_path") or ""), base_name(str(record.get("object_file_path") or ""))
    is_same = same(one.get("sha256"), record.get("object_file_hash_sha256"))
    is_program = path.casefold().endswith(PROGRAMS) and not is_same
    reasons = {
        "it was moved or copied there": same(one["file_path"], record.get("src_file_path")),
        "it has the hash that the alert says": is_same,
        "it has the same name": bool(one["file_path"]) and fits_name(one["file_path"], path),
        "the same program wrote it": DUMP_NAMES.search(name)
        and same(one.get("process"), record.get("process_file_path")),
        "it is called like a dump": not one["file_path"] and DUMP_NAMES.search(name),
    }
    return next((why for why, holds in reasons.items() if holds and not is_program), "")


def fits_name(wanted: str, path: str) -> bool:
    """Say whether a path has a name, in which stars stand for anything.

    >>> fits_name("C:\\\\Temp\\\\lsass*.dmp", "D:\\\\x\\\\LSASS_310203.dmp"), fits_name("a.dmp", "aa.dmp")
    (True, False)
    """
    form = ".*".join(re.escape(part) for part in base_name(wanted).split("*"))
    return bool(re.fullmatch(form, base_name(path), re.IGNORECASE))


def query_of(one: dict) -> str:
    """Return the search for where a file may be, in Vision One's language."""
    where = (
        f"endpointGuid:{quoted(one['agent_guid'])}"
        if one.get("agent_guid")
        else f"endpointHostName:{quoted(one['endpoint'])}"
    )
    terms = []
    if name := base_name(one["file_path"]).strip("*"):
        terms += [f"{field}:{quoted(name)}" for field in ("objectFilePath", "srcFilePath")]
    if one.get("sha256"):
        terms.append(f"objectFileHashSha256:{quoted(one['sha256'])}")
    if one.get("process"):
        terms.append(f"processFilePath:{quoted(one['process'])}")
    terms = terms or ['objectFilePath:".dmp"', 'objectFilePath:"lsass"']
    return f"{where} and ({' or '.join(terms)})"


def exposure(args: dict[str, Any], guids: list[str], saved: list[dict], files: list[dict]) -> dict[str, Any]:
    """Say who was logged on to the endpoints whose dumps are saved, and what the dumps are."""
    known = {str(one.get("agent_guid") or ""): one for one in records(args.get("endpoints"))}
    accounts = [
        name for guid in guids for name in argToList((known.get(guid, {}).get("login_account") or {}).get("value"))
    ]
    accounts = accounts or (argToList(args.get("accounts")) if guids else [])
    people = [
        name for name in dict.fromkeys(map(str, accounts)) if not name.casefold().endswith(("\\system", " service"))
    ]
    facts = [sentence(one) for one in saved if guid_of(one, files) in guids]
    return {"account": people, "facts": f"A dump of credentials is proven. {' '.join(facts)}" if facts else ""}


def guid_of(one: dict, files: list[dict]) -> str:
    """Return the agent of a saved file; the alert knows it where the command that saved it did not say it."""
    if one.get("agent_guid"):
        return str(one["agent_guid"])
    named = [file for file in files if same(file.get("endpoint"), one.get("endpoint"))]
    return str(named[0]["agent_guid"] or named[0]["endpoint"]) if named else str(one.get("endpoint") or "")


def sentence(one: dict) -> str:
    """Say of a saved file where it is from, how large it is, and whether it is what Vision One collected."""
    state = STATES.get(str(one.get("state")), "could not be compared with")
    hashed = one.get("sha256") or one.get("file_sha256") or ""
    size = f" ({one['size']} bytes)" if one.get("size") else ""
    place = f"{one.get('file_path') or one.get('name')} of {one.get('endpoint') or 'an endpoint'}{size}"
    return f"{place} is saved; SHA-256 {hashed} {state} the one that Vision One reported."


def missing_sentence(one: dict) -> str:
    """Say of a missing file what it is, and why it is not there."""
    place = " of ".join(str(part) for part in (one.get("file_path") or "The dump", one.get("endpoint")) if part)
    task = f" Response task {one['task_id']}." if one.get("task_id") else ""
    return f"{place}: {one.get('reason') or 'nothing says why it is not there.'}{task}"


def reason_of(task: dict) -> str:
    error = task.get("error") or {}
    said = ": ".join(str(error[key]) for key in ("code", "message") if error.get(key))
    return f"Its response task is {task['status']}.{' ' if said else ''}{said}" if task.get("status") else ""


def hosts(args: dict[str, Any]) -> list[dict]:
    """Return the endpoints of the alert, as far as they are known."""
    found = []
    for one in records(args.get("endpoints")):
        names = argToList((one.get("endpoint_name") or {}).get("value"))
        found.append({"endpoint": str(names[0]) if names else "", "agent_guid": str(one.get("agent_guid") or "")})
    return found or [{"endpoint": "", "agent_guid": ""}]


def is_for(place: dict, one: dict) -> bool:
    """Say whether a place was found in the search for this file."""
    where = any(same(place.get(key), one.get(key)) for key in ("agent_guid", "endpoint"))
    return where and place["instead_of"] == one["file_path"]


def same(one: Any, other: Any) -> bool:
    return bool(one) and str(one).casefold() == str(other or "").casefold()


def base_name(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]


def quoted(text: str) -> str:
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def records(value: Any) -> list[dict]:
    """Return what the context has at a place, which may be one record, several or text of them."""
    if isinstance(value, str):
        value = json.loads(value) if value.strip() else []
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def records_of_text(value: Any) -> list[str]:
    return [str(one) for one in argToList(value)]


def evidence_state_command(args: dict[str, Any]) -> CommandResults:
    """Write the state in place of an earlier one, so that what was missing then is not missing for ever."""
    state = state_of(args)
    lines = [line for line in (state["summary"], state["missing_summary"]) if line]
    return CommandResults(
        outputs={
            "VisionOne(true)": {"Evidence_State": state}
        },  # as `replace_existing`, which older versions of Base lack
        readable_output="\n".join(lines) or "There is nothing to save.",
        raw_response=state,
    )


def main() -> None:
    try:
        return_results(evidence_state_command(demisto.args()))
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"VisionOneEvidenceState: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
