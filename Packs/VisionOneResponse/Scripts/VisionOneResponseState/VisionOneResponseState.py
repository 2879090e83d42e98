import json
from dataclasses import dataclass
from typing import Any

import demistomock as demisto
from CommonServerPython import *

PREFIX = "trendmicro-visionone-"
LOST = ("failed", "rejected", "canceled")
NOT_TAKEN = "Vision One did not accept it, or its answer was lost; the War Room says which."
STANDS = {
    "queued": "Its response task is queued: the endpoint is not connected, or it is not its turn.",
    "running": "Its response task is still running.",
    "pendingApproval": "Its response task waits for an approval in Vision One, Response Management.",
    "": "How its response task stands is not known.",
}


@dataclass(frozen=True)
class Action:
    """What a command does: where it leaves what it began, what it acts on, and what is true when it is done.

    `ends` says when that is: with its response task, at once, or when it is accepted (its verdict comes later).
    """

    outputs: str
    targets: tuple[str, ...]
    done: str
    ends: str = "task"


ACTIONS = {
    "isolate-endpoint": Action("Endpoint_Connection", ("endpoint",), "isolated"),
    "restore-endpoint-connection": Action("Endpoint_Connection", ("endpoint",), "connected again"),
    "terminate-process": Action("Terminate_Process", ("endpoint", "file_sha1"), "ended"),
    "disable-user-account": Action("User_Account", ("account_name",), "disabled"),
    "force-signout": Action("Force_Sign_Out", ("account_name",), "signed out"),
    "force-password-reset": Action("Force_Password_Reset", ("account_name",), "asked for a new password"),
    "quarantine-email-message": Action("Email", ("unique_id",), "in quarantine"),
    "delete-email-message": Action("Email", ("unique_id",), "deleted"),
    "restore-email-message": Action("Email", ("unique_id",), "restored"),
    "add-objects-to-suspicious-list": Action("Suspicious_List", ("object_value",), "on the list", ends="at once"),
    "submit-urls-to-sandbox": Action("Submit_Urls_to_Sandbox", ("url",), "submitted", ends="accepted"),
}


def state_of(args: dict[str, Any]) -> dict[str, Any]:
    """Say of each target of each command whether what was wanted has happened, and if not, why."""
    left = mapping(args.get("left"))
    tasks = {str(one.get("id")): one for one in records(left.get("Task_Status"))}
    names = known_names(left)
    given = given_to(args)
    rows = []
    for command in argToList(args.get("command")):
        short = str(command).strip().removeprefix(PREFIX)
        if short not in ACTIONS:
            raise DemistoException(f"{command} is none of the commands that this can tell of: {', '.join(ACTIONS)}.")
        begun = begun_by(left, ACTIONS[short])
        rows += [row_of(short, one, begun, tasks, names) for one in targets_of(ACTIONS[short], given)]
    done, rest = ([row for row in rows if (row["state"] == "done") is is_done] for is_done in (True, False))
    done_name = ", ".join(unique(row["name"] for row in done))
    not_done = "\n".join(f"- {rest_sentence(row)}" for row in rest)
    summary = summary_of(done)
    not_done_note = [f"Not done:\n{not_done}"] if rest else []
    return {
        "done": done,
        "done_name": done_name,
        "rest": rest,
        "done_target": unique(row["target"] for row in done),
        "taken_target": unique(row["target"] for row in rows if row["task_status"] not in ("", *LOST)),
        "summary": summary,
        "rest_summary": not_done,
        "note": "\n".join([f"{done_name or 'nothing'}.", *not_done_note]),
        "outcome": "\n".join([summary or "Nothing is done.", *not_done_note]),
        "again": "\n".join(unique(row["again"] for row in rest)),
    }


def given_to(args: dict[str, Any]) -> dict[str, Any]:
    """Return what the commands were to act on, by the names of their arguments."""
    return {
        "endpoint": args.get("endpoint"),
        "file_sha1": args.get("file_sha1"),
        "account_name": args.get("account_name"),
        "unique_id": args.get("unique_id"),
        "object_value": args.get("object_value"),
        "url": args.get("url"),
    }


def begun_by(left: dict, action: Action) -> list[dict]:
    """Return the records that a command left of what Vision One accepted; lists keep theirs one level deeper."""
    found = records(left.get(action.outputs))
    return [part for one in found for part in (records(one.get("multi_response")) or [one])]


def targets_of(action: Action, given: dict[str, Any]) -> list[dict[str, str]]:
    """Return each combination of what a command was given, as the command acts on it."""
    found: list[dict[str, str]] = [{}]
    for name in action.targets:
        values = unique(listed(name, given[name]))
        found = [{**one, name: value} for one in found for value in values]
    return found if all(found) else []


def row_of(command: str, target: dict[str, str], begun: list[dict], tasks: dict, names: dict) -> dict[str, Any]:
    """Say how one target stands."""
    record = next((one for one in reversed(begun) if is_of(one, target)), {})
    task_id = str(record.get("task_id") or "")
    task = tasks.get(task_id, {})
    status = str(task.get("status") or "")
    lost = parts_lost(task)
    is_done = {"task": status == "succeeded", "at once": bool(record), "accepted": bool(task_id)}[ACTIONS[command].ends]
    first, *more = target.values()
    arguments = " ".join(f"{'urls' if key == 'url' else key}={quoted(value)}" for key, value in target.items())
    return {
        "target": first,
        "name": " on ".join([*more, names.get(first.casefold(), first)]),
        "action": ACTIONS[command].done,
        "state": "done" if is_done and not lost else "not done",
        "reason": reason_of(record, task, lost),
        "task_id": task_id,
        "task_status": status,
        "again": f"!{PREFIX}{command} {arguments}",
    }


def is_of(record: dict, target: dict[str, str]) -> bool:
    """Say whether a record is about a target, which may be named by its name or by its agent's GUID."""
    also = {"endpoint": ("endpoint", "agent_guid")}
    return all(any(same(record.get(key), value) for key in also.get(name, (name,))) for name, value in target.items())


def parts_lost(task: dict) -> list[str]:
    """Return what became of the parts of a task that went wrong: one copy of a message, one record of an account.

    What a directory cannot do at all, such as signing an account out on premises, is not lost while another did it.
    """
    keys = ("mail_box", "iam", "account_name", "unique_id")
    lost = []
    for part in records(task.get("tasks")):
        if part.get("status") in LOST and (part.get("error") or {}).get("code") != "NotSupported":
            where = next((str(part[key]) for key in keys if part.get(key)), "a part of it")
            lost.append(f"{where}: {part['status']}{said(part)}")
    return lost


def reason_of(record: dict, task: dict, lost: list[str]) -> str:
    """Say why a target is not done."""
    status = str(task.get("status") or "")
    if not record:
        return NOT_TAKEN
    if lost and status not in LOST:
        return f"It was done in part only. {'; '.join(lost)}"
    if status in LOST:
        return f"Its response task is {status}{said(task)}"
    return STANDS.get(status, "")


def said(task: dict) -> str:
    """Return Vision One's own words for what went wrong, with what stands before and after them."""
    error = task.get("error") or {}
    words = ": ".join(str(error[key]).rstrip(".") for key in ("code", "message") if error.get(key))
    return f". {words}." if words else "."


def known_names(left: dict) -> dict[str, str]:
    """Return the host name of an endpoint, or the mailbox of a message."""
    names = {}
    for one in records(left.get("Endpoint_Info")):
        known = argToList((one.get("endpoint_name") or {}).get("value"))
        if known and one.get("agent_guid"):
            names[str(one["agent_guid"]).casefold()] = str(known[0])
    for one in records(left.get("Email_Activity_Data")):
        if one.get("msg_uuid") and one.get("mailbox"):
            names[str(one["msg_uuid"]).casefold()] = f"{one['msg_uuid']} in {one['mailbox']}"
    return names


def summary_of(done: list[dict]) -> str:
    """Name what is done, by what was done.

    >>> summary_of([{"action": "isolated", "name": "A"}, {"action": "isolated", "name": "B"}])
    'isolated: A, B.'
    """
    return " ".join(
        f"{action}: {', '.join(row['name'] for row in done if row['action'] == action)}."
        for action in unique(row["action"] for row in done)
    )


def rest_sentence(row: dict) -> str:
    task = f" Response task {row['task_id']}." if row["task_id"] else ""
    return f"{row['name']} is not {row['action']}. {row['reason']}{task}"


def listed(name: str, value: Any) -> list[str]:
    """Return values as their command reads them: a URL may have commas."""
    apart = value if isinstance(value, list) or name not in ("object_value", "url") else [value]
    return [str(one).strip() for one in argToList(apart) if str(one or "").strip()]


def quoted(value: str) -> str:
    """Write a value as it is typed.

    >>> quoted("HR-LT-171"), quoted('a "b"')
    ('HR-LT-171', '"a \\\\"b\\\\""')
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return value if value and all(one.isalnum() or one in "-_.:@/" for one in value) else f'"{escaped}"'


def same(one: Any, other: Any) -> bool:
    return str(one or "").casefold() == str(other).casefold()


def unique(values: Any) -> list[str]:
    return list(dict.fromkeys(values))


def mapping(value: Any) -> dict:
    found = json.loads(value) if isinstance(value, str) and value.strip() else value
    return found if isinstance(found, dict) else {}


def records(value: Any) -> list[dict]:
    """Return what the context has at a place, which may be one record or several."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def response_state_command(args: dict[str, Any]) -> CommandResults:
    """Write the state in place of an earlier one, and show each target in one table."""
    state = state_of(args)
    columns = ["name", "action", "state", "reason", "task_id"]
    rows = [*state["done"], *state["rest"]]
    return CommandResults(
        outputs={
            "VisionOne(true)": {"Response_State": state}
        },  # as `replace_existing`, which older versions of Base lack
        readable_output=tableToMarkdown(
            "What was done, and what was not", rows, headers=columns, headerTransform=string_to_table_header
        ),
        raw_response=state,
    )


def main() -> None:
    try:
        return_results(response_state_command(demisto.args()))
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"VisionOneResponseState: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
