import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import demistomock as demisto
from CommonServerPython import *

""" CLIENT """

API = "/v3.0"
TASK = "response/tasks"
ALERTS = "workbench/alerts"
RETRY_STATUSES = (429, 500, 502, 503, 504)
RETRIES = 3
BACKOFF = 0.5
TARGETS_PER_CALL = 10  # no limit is documented; this many has always been accepted
DESCRIPTION_MAX = 256

# Which permission of the API key's role a request needs: method, path, permission.
PERMISSIONS = (
    ("POST", "response/endpoints/isolate", "Response Management: Isolate endpoint"),
    ("POST", "response/endpoints/restore", "Response Management: Isolate endpoint"),
    ("POST", "response/endpoints/collectFile", "Response Management: Collect file"),
    ("GET", "response/tasks", "Response Management: View, and Download task result"),
    ("GET", "workbench/alerts", "Workbench: View"),
    ("", "workbench/alerts", "Workbench: Modify alert details"),
    ("GET", "eiqs", "Endpoint Inventory: View"),
    ("GET", "endpointSecurity", "Endpoint Inventory: View"),
)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Client(BaseClient):
    """Vision One's API: each method is one request, or one list that is read page by page."""

    def __init__(
        self, url: str, api_key: str, *, verify: bool = True, proxy: bool = False, clock: Callable = utc_now
    ) -> None:
        base = url.strip().rstrip("/").removesuffix(API) + API
        headers = {"Authorization": f"Bearer {api_key}"}
        super().__init__(base, verify=verify, proxy=proxy, headers=headers)
        # A session keeps the retries that one request asked for, and a write must never inherit them: an answer
        # that got lost may have been a yes.
        self._writer = BaseClient(base, verify=verify, proxy=proxy, headers=headers)
        self.now = clock

    def get(self, path: str, params: dict | None = None, headers: dict | None = None) -> dict:
        """Read one thing; a busy or failing server is asked again, as late as it wishes."""
        return read_json(self._get(path, params, headers))

    def records(self, path: str, params: dict | None = None, headers: dict | None = None) -> Iterator[Any]:
        """Read a list record by record; no more than one page is held."""
        page = self.get(path, params, headers)
        yield from page.get("items") or ()
        while page.get("nextLink"):
            link = urlsplit(page["nextLink"])
            # The link's host is left out: behind a gateway it is not the host that we may speak to.
            page = self.get(f"{link.path.removeprefix(API)}?{link.query}", None, headers)
            yield from page.get("items") or ()

    def alert(self, workbench_id: str) -> tuple[dict, str]:
        """Return a workbench alert and its ETag."""
        answer = self._get(f"{ALERTS}/{workbench_id}")
        return read_json(answer), answer.headers.get("ETag", "")

    def change_alert(self, workbench_id: str, changes: dict, etag: str) -> None:
        headers = {"If-Match": etag} if etag else {}
        self._write("PATCH", f"{ALERTS}/{workbench_id}", changes, headers)

    def add_note(self, workbench_id: str, content: str) -> str:
        """Write a note and return its id."""
        answer = self._write("POST", f"{ALERTS}/{workbench_id}/notes", {"content": content})
        return answer.headers.get("Location", "").rsplit("/", 1)[-1]

    def task(self, task_id: str) -> dict:
        return self.get(f"{TASK}/{task_id}")

    def start_tasks(self, path: str, targets: list[dict]) -> list[dict]:
        """Post one response action; return one answer for each target, in order."""
        answers = read_json(self._write("POST", path, targets))
        if not isinstance(answers, list) or len(answers) != len(targets):
            raise DemistoException(
                f"Vision One did not answer for each of the {len(targets)} targets; look at Response Management "
                "to see what was begun."
            )
        return answers

    def _get(self, path: str, params: dict | None = None, headers: dict | None = None) -> Any:
        return self._http_request(
            "GET",
            path,
            params=params,
            headers={**self._headers, **(headers or {})},
            resp_type="response",
            retries=RETRIES,
            status_list_to_retry=RETRY_STATUSES,
            backoff_factor=BACKOFF,
            error_handler=raise_api_error,
        )

    def _write(self, method: str, path: str, body: Any, headers: dict | None = None) -> Any:
        return self._writer._http_request(  # noqa: SLF001  # its public name, as XSOAR's content uses it
            method,
            path,
            json_data=body,
            headers={**self._headers, **(headers or {})},
            resp_type="response",
            error_handler=raise_api_error,
        )


def read_json(response: Any) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise DemistoException(
            "Vision One's answer is not JSON; check that the instance's URL is the API's, not the console's.",
            res=response,
        ) from error


def raise_api_error(response: Any) -> None:
    """Turn an answer that is no success into one sentence with Vision One's own code and message."""
    reason = error_text(error_body(response)) or response.reason or "no reason given"
    raise DemistoException(f"Vision One answered {response.status_code} {reason}{advice(response)}", res=response)


def error_body(response: Any) -> dict:
    try:
        body = response.json()
    except ValueError:
        return {}
    body = body if isinstance(body, dict) else {}
    return body["error"] if isinstance(body.get("error"), dict) else body


def error_text(error: dict) -> str:
    """Return "Code: message" of an error of Vision One, or what there is of it."""
    return ": ".join(str(error[key]) for key in ("code", "message") if error.get(key))


def advice(response: Any) -> str:
    path = urlsplit(response.url).path.partition(f"{API}/")[2]
    match response.status_code:
        case 401:
            return " Check the API key of this instance and its expiry."
        case 403:
            needed = next(
                (
                    need
                    for verb, start, need in PERMISSIONS
                    if path.startswith(start) and verb in {"", response.request.method}
                ),
                "",
            )
            return f" The API key's role needs the permission {needed!r}." if needed else ""
        case _:
            return ""


""" COMMANDS: ENDPOINTS """


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a response action acts on."""

    endpoint: str = ""
    agent_guid: str = ""
    file_path: str = ""
    description: str = ""

    def body(self, mark: str) -> dict:
        """Return the target in Vision One's words; the agent's GUID is the surer name."""
        named = {"agentGuid": self.agent_guid} if self.agent_guid else {"endpointName": self.endpoint}
        file = {"filePath": self.file_path} if self.file_path else {}
        text = marked(self.description, mark, longest=DESCRIPTION_MAX)
        return {**named, **file, **({"description": text} if text else {})}

    def is_of(self, task: dict) -> bool:
        """Say whether a response task acts on this target."""
        guid, name = str(task.get("agentGuid", "")), str(task.get("endpointName", ""))
        same = (
            guid.casefold() == self.agent_guid.casefold()
            if self.agent_guid
            else name.casefold() == self.endpoint.casefold()
        )
        return same and str(task.get("filePath") or "") == self.file_path


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseAction:
    path: str
    word: str  # what Vision One's task list calls it
    title: str
    outputs: str


ISOLATE = ResponseAction(
    path="response/endpoints/isolate", word="isolate", title="Isolate endpoint", outputs="VisionOne.Endpoint_Connection"
)
RESTORE = ResponseAction(
    path="response/endpoints/restore",
    word="restoreIsolate",
    title="Restore endpoint connection",
    outputs="VisionOne.Endpoint_Connection",
)
COLLECT = ResponseAction(
    path="response/endpoints/collectFile",
    word="collectFile",
    title="Collect forensic file",
    outputs="VisionOne.Collect_Forensic_File",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one target: a task to follow, or a refusal."""

    target: Target
    status: int
    result: str
    task_id: str = ""
    message: str = ""

    def outputs(self) -> dict:
        known = {key: getattr(self.target, key) for key in ("endpoint", "agent_guid", "file_path")}
        return {"status": self.status, "task_id": self.task_id, **{key: value for key, value in known.items() if value}}

    def row(self) -> dict:
        return {
            "Endpoint": self.target.endpoint or self.target.agent_guid,
            "File": self.target.file_path,
            "Result": self.result,
            "Task": self.task_id,
            "Message": self.message,
        }


def isolate_endpoint_command(client: Client, args: dict[str, Any]) -> list:
    """Cut endpoints off from the network."""
    return start_action(client, ISOLATE, read_endpoints(args, "endpoint_identifiers"), args)


def restore_endpoint_connection_command(client: Client, args: dict[str, Any]) -> list:
    """Let isolated endpoints back onto the network."""
    return start_action(client, RESTORE, read_endpoints(args, "endpoint_identifiers"), args)


def collect_forensic_file_command(client: Client, args: dict[str, Any]) -> list:
    """Ask endpoints for files."""
    targets = read_json_targets(args.get("collect_files"), "collect_files")
    if not targets:
        targets = pair_with_files(read_endpoints(args, "collect_files"), read_paths(args.get("file_path")))
    if any(not target.file_path for target in targets):
        raise DemistoException("A file to collect has no path; give file_path, such as C:\\Temp\\lsass.DMP.")
    return start_action(client, COLLECT, targets, args)


def start_action(client: Client, action: ResponseAction, targets: list[Target], args: dict[str, Any]) -> list:
    """Begin an action on each target, unless an earlier call with the same key has done so."""
    targets = list(
        dict.fromkeys(
            replace(target, description=target.description or args.get("description") or "") for target in targets
        )
    )
    mark = mark_of(args)
    answers = adopt_begun(client, action, targets, mark, look_from(client, args)) if mark else {}
    for batch in batches([target for target in targets if target not in answers]):
        try:
            items = client.start_tasks(action.path, [target.body(mark) for target in batch])
        except DemistoException as error:
            if not any(answer.task_id for answer in answers.values()):
                raise
            # What was accepted before must not be hidden by what came after.
            items = [{"status": 0, "body": {"error": {"message": str(error)}}}] * len(batch)
        answers |= {target: read_answer(target, item) for target, item in zip(batch, items, strict=True)}
    return answers_to_entries(action, [answers[target] for target in targets])


def adopt_begun(
    client: Client, action: ResponseAction, targets: list[Target], mark: str, since: str
) -> dict[Target, Answer]:
    """Find the tasks that an earlier call with this key began, one for each target."""
    params = {"filter": f"action eq '{action.word}'", "startDateTime": since, "top": 200}
    ours = [task for task in client.records(TASK, params) if mark in str(task.get("description") or "")]
    found = {}
    for target in targets:
        task = next((task for task in ours if target.is_of(task)), None)
        if task:
            found[target] = Answer(target=target, status=202, result="already begun", task_id=str(task["id"]))
    return found


def read_answer(target: Target, item: dict) -> Answer:
    """Read Vision One's answer for one target."""
    status = int(item.get("status") or 0)
    error = (item.get("body") or {}).get("error") or {}
    link = next(
        (header["value"] for header in item.get("headers") or () if header["name"].lower() == "operation-location"), ""
    )
    task_id = urlsplit(link).path.rstrip("/").rsplit("/", 1)[-1]
    message = error_text(error)
    if task_id and status < 300:
        return Answer(target=target, status=status, result="accepted", task_id=task_id)
    if task_id:  # "Task duplication.": the same is under way already, and this is its task
        return Answer(target=target, status=status, result="already under way", task_id=task_id, message=message)
    return Answer(
        target=target, status=status, result="refused", message=message or f"status {status}, no reason given"
    )


def answers_to_entries(action: ResponseAction, answers: list[Answer]) -> list:
    """Show every target in one table, keep what was accepted in context, and make errors of what was not."""
    accepted = [answer.outputs() for answer in answers if answer.task_id]
    table = tableToMarkdown(
        action.title,
        [answer.row() for answer in answers],
        headers=["Endpoint", "File", "Result", "Task", "Message"],
        removeNull=True,
    )
    results: list = [
        CommandResults(
            outputs_prefix=action.outputs,
            outputs_key_field="task_id",
            outputs=accepted,
            readable_output=table,
            raw_response=[answer.row() for answer in answers],
        )
    ]
    refused = [answer for answer in answers if not answer.task_id]
    if refused:
        lines = [f"{answer.target.endpoint or answer.target.agent_guid}: {answer.message}" for answer in refused]
        results.append(
            error_entry(f"{action.title} was refused for {len(refused)} of {len(answers)}: " + "; ".join(lines))
        )
    return results


def get_endpoint_info_command(client: Client, args: dict[str, Any]) -> list:
    """Say what Vision One knows about endpoints, and whether they can be reached."""
    fields = read_object(args["endpoint"])
    wanted = [] if fields else words(args["endpoint"])
    if not fields and not wanted:
        raise DemistoException("No endpoint is named; give endpoint.")
    queries = (
        [query_of(fields, args.get("query_op") or "and")]
        if fields
        else [query_of_names(some) for some in batches(wanted)]
    )
    found: dict[str, dict] = {}
    for query in queries:
        for record in client.records("eiqs/endpoints", {"top": 200}, {"TMV1-Query": query.encode()}):
            found[record["agentGuid"]] = snake(record)
    inventory, trouble = read_inventory(client, list(found))
    endpoints = [{**endpoint, **inventory.get(guid, {})} for guid, endpoint in found.items()]
    missing = [name for name in wanted if not any(answers_to(endpoint, name) for endpoint in endpoints)]
    results: list = []
    if endpoints:
        results.append(
            CommandResults(
                outputs_prefix="VisionOne.Endpoint_Info",
                outputs_key_field="agent_guid",
                outputs=endpoints,
                readable_output=tableToMarkdown("Endpoints", [endpoint_row(one) for one in endpoints], removeNull=True)
                + trouble,
                raw_response=endpoints,
            )
        )
    if missing:
        results.append(
            error_entry(f"Vision One knows no endpoint {', '.join(missing)}; check the spelling or use the agent GUID.")
        )
    return results or [CommandResults(readable_output="No endpoint fits.")]


def read_inventory(client: Client, guids: list[str]) -> tuple[dict[str, dict], str]:
    """Return connection and isolation by agent; a role that may not see them is no reason to fail."""
    states: dict[str, dict] = {}
    try:
        for some in batches(guids):
            query = " or ".join(f"agentGuid eq {quoted(guid)}" for guid in some)
            for record in client.records("endpointSecurity/endpoints", {"top": 100}, {"TMV1-Filter": query}):
                sensor = record.get("edrSensor") or {}
                states[str(record.get("agentGuid"))] = {
                    "connectivity": sensor.get("connectivity") or "unknown",
                    "isolation_status": record.get("isolationStatus") or "unknown",
                    "type": record.get("type") or "",
                }
    except DemistoException as error:
        return states, f"\nWhether these endpoints are connected or isolated is unknown: {error}"
    return states, ""


def query_of(fields: dict, operator: str) -> str:
    """Return the query for fields and values, as the JSON form of the argument gives them."""
    unknown = sorted(set(fields) - set(QUERY_FIELDS))
    if unknown:
        raise DemistoException(
            f"Endpoints cannot be asked for by {unknown[0]!r}; use one of {', '.join(QUERY_FIELDS)}."
        )
    if operator.lower() not in {"and", "or"}:
        raise DemistoException(f"query_op is {operator!r}; use and, or or.")
    return f" {operator.lower()} ".join(f"{name} eq {quoted(value)}" for name, value in fields.items())


QUERY_FIELDS = (
    "agentGuid", "loginAccount", "endpointName", "macAddress", "ip", "osName", "osVersion", "productCode",
    "installedProductCodes", "policyName", "protectionManager",
    "componentUpdatePolicy", "componentUpdateStatus", "componentVersion",
)  # fmt: skip


def query_of_names(names: Iterable[str]) -> str:
    return " or ".join(f"{name_field(name)} eq {quoted(name)}" for name in names)


def name_field(name: str) -> str:
    """Say what an analyst named an endpoint by: its agent's GUID, an address, or its name."""
    if GUID.fullmatch(name):
        return "agentGuid"
    if MAC.fullmatch(name):
        return "macAddress"
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "endpointName"
    return "ip"


GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MAC = re.compile(r"([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")


def answers_to(endpoint: dict, name: str) -> bool:
    values = [endpoint["agent_guid"]]
    for key in ("endpoint_name", "ip", "mac_address"):
        values += argToList((endpoint.get(key) or {}).get("value"))
    return name.casefold() in {str(value).casefold() for value in values}


def endpoint_row(endpoint: dict) -> dict:
    def value(key: str) -> Any:
        return (endpoint.get(key) or {}).get("value")

    return {
        "Endpoint": value("endpoint_name"),
        "Operating system": endpoint.get("os_description") or endpoint.get("os_name"),
        "Logged on": value("login_account"),
        "IP": value("ip"),
        "MAC": value("mac_address"),
        "Product": endpoint.get("product_code"),
        "Connection": endpoint.get("connectivity"),
        "Isolated": endpoint.get("isolation_status"),
        "Agent GUID": endpoint["agent_guid"],
    }


""" COMMANDS: RESPONSE TASKS """

ENDED = {"succeeded", "failed", "rejected", "canceled"}
TASK_KEYS = (
    "id", "status", "action", "created_date_time", "last_action_date_time", "description", "account",
    "agent_guid", "endpoint_name", "file_path", "tasks", "error",
)  # fmt: skip
BLOCK_ACTIONS = {"block", "restoreBlock"}
BLOCK_KEYS = ("ip", "url", "domain", "file_sha1", "file_sha256", "sender_mail_address")
WHY = {
    "failed": "failed",
    "rejected": "was rejected by an approver",
    "canceled": "was canceled",
    "queued": "is still queued; wait for it with !trendmicro-visionone-check-status",
    "running": "is still running; wait for it with !trendmicro-visionone-check-status",
    "pendingApproval": "waits for approval in Vision One, Response Management",
}


def check_status_command(client: Client, args: dict[str, Any]) -> list:
    """Wait until response tasks have ended, and say how."""
    task_ids = read_task_ids(args)
    tasks = [client.task(task_id) for task_id in task_ids]
    state = " ".join(f"{task['id']}:{task['status']}" for task in tasks)
    if argToBoolean(args.get("polling", True)) and not all(task["status"] in ENDED for task in tasks):
        later = {**args, "task_id": ",".join(task_ids), "polling": "true", "seen": state}
        return [show_tasks(tasks, later=again(CHECK_STATUS, later, args), quiet=state == args.get("seen"))]
    errors = [error_entry(sentence(task)) for task in tasks if task["status"] in ENDED - {"succeeded"}]
    return [show_tasks(tasks), *errors]


def show_tasks(tasks: list[dict], *, later: Any = None, quiet: bool = False) -> CommandResults:
    """Show how tasks stand; a look at which nothing has changed stays quiet."""
    if quiet:
        return CommandResults(scheduled_command=later, readable_output="")
    outputs = [task_outputs(task) for task in tasks]
    columns = ("id", "action", "endpoint_name", "file_path", "status", "last_action_date_time", "error")
    table = tableToMarkdown(
        "Response tasks",
        [{key: one.get(key) for key in columns} for one in outputs],
        headers=list(columns),
        headerTransform=string_to_table_header,
        removeNull=True,
    )
    waiting = [task["id"] for task in tasks if task["status"] == "pendingApproval"]
    if waiting:
        table += f"\nWaiting for approval in Vision One, Response Management: {', '.join(waiting)}."
    return CommandResults(
        outputs_prefix="VisionOne.Task_Status",
        outputs_key_field="id",
        outputs=outputs,
        readable_output=table,
        raw_response=outputs,
        scheduled_command=later,
    )


def task_outputs(task: dict) -> dict:
    """Return what is known about a task, without link and password: those belong to the download command."""
    flat = snake(task)
    outputs = {key: flat[key] for key in TASK_KEYS if flat.get(key) not in (None, "")}
    blocked = next((key for key in BLOCK_KEYS if flat.get(key)), "") if task.get("action") in BLOCK_ACTIONS else ""
    return {**outputs, "type": blocked, "value": flat[blocked]} if blocked else outputs


def sentence(task: dict) -> str:
    """Say in one sentence how a task stands, with Vision One's reason."""
    what = " ".join([str(task.get("action", "task")), *([place] if (place := place_of(task)) else [])])
    why = WHY.get(task["status"], f"has the status {task['status']}")
    reason = error_text(task.get("error") or {}).rstrip(".")
    return f"Task {task['id']} ({what}) {why}{': ' if reason else ''}{reason}."


def place_of(task: dict) -> str:
    return " on ".join(str(task[key]) for key in ("filePath", "endpointName") if task.get(key))


def download_information_command(client: Client, args: dict[str, Any]) -> list:
    """Get links to collected files; a link lives for a short time only."""
    task_ids = read_task_ids(args)
    tasks = [client.task(task_id) for task_id in task_ids]
    patience = (arg_to_number(args.get("poll_time_sec")) or 0) if argToBoolean(args.get("poll") or True) else 0
    if patience and not all(task["status"] in ENDED for task in tasks):
        later = {**args, "task_id": ",".join(task_ids)}
        return [
            CommandResults(
                readable_output="",
                scheduled_command=again(DOWNLOAD_INFORMATION, later, {"timeout_in_seconds": patience}),
            )
        ]
    ready = [task for task in tasks if task["status"] == "succeeded" and task.get("resourceLocation")]
    errors = [error_entry(no_file(task)) for task in tasks if task not in ready]
    return [show_downloads(ready), *errors] if ready else errors


def show_downloads(tasks: list[dict]) -> CommandResults:
    """Put link and password in context, and in the War Room only that they are there."""
    outputs = [{**snake(task), "file_name": base_name(task.get("filePath", ""))} for task in tasks]
    masked = [
        {**one, "password": "********", "resource_location": link_host(one["resource_location"])} for one in outputs
    ]
    columns = (
        "id", "endpoint_name", "file_path", "file_size", "file_sha256",
        "resource_location", "expired_date_time", "password",
    )  # fmt: skip
    return CommandResults(
        outputs_prefix="VisionOne.Download_Information_For_Collected_Forensic_File",
        outputs_key_field="id",
        outputs=outputs,
        readable_output=tableToMarkdown(
            "Collected files",
            [{key: one.get(key) for key in columns} for one in masked],
            headers=list(columns),
            headerTransform=string_to_table_header,
            removeNull=True,
        ),
        raw_response=masked,
    )


def no_file(task: dict) -> str:
    """Say why a task has no file to download."""
    if task["status"] != "succeeded":
        return sentence(task)
    if task.get("action") != COLLECT.word:
        return f"Task {task['id']} is a task of the kind {task.get('action')} and holds no file."
    return f"Vision One gives no link for task {task['id']}; ask again, or collect the file anew."


def link_host(link: str) -> str:
    """Return a pre-signed link as far as people may see it."""
    return f"on {urlsplit(link).hostname}"


def again(command: str, args: dict[str, Any], timing: dict[str, Any]) -> ScheduledCommand:
    return ScheduledCommand(
        command=command,
        next_run_in_seconds=max(10, arg_to_number(timing.get("interval_in_seconds")) or 30),
        args=args,
        timeout_in_seconds=max(10, arg_to_number(timing.get("timeout_in_seconds")) or 1500),
    )


""" COMMANDS: WORKBENCH ALERTS """

STATUS = {"open": "Open", "in_progress": "In Progress", "closed": "Closed"}
FINDINGS = {
    "no_findings": "No Findings",
    "noteworthy": "Noteworthy",
    "true_positive": "True Positive",
    "false_positive": "False Positive",
    "benign_true_positive": "Benign True Positive",
    "other_findings": "Other Findings",
}


def get_alert_details_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Show a workbench alert as it is now."""
    alert, etag = client.alert(args["workbench_id"])
    row = {
        "ID": alert.get("id"),
        "Model": alert.get("model"),
        "Severity": alert.get("severity"),
        "Score": alert.get("score"),
        "Status": alert.get("status"),
        "Findings": alert.get("investigationResult"),
        "Endpoints": host_names(alert),
        "Created": alert.get("createdDateTime"),
        "Link": alert.get("workbenchLink"),
    }
    return CommandResults(
        outputs_prefix="VisionOne.Alert_Details",
        outputs_key_field="alert.id",
        outputs={"etag": etag, "alert": snake(alert)},
        readable_output=tableToMarkdown("Workbench alert", row, headers=list(row), removeNull=True),
        raw_response=alert,
    )


def update_status_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Set an alert's status, findings or both."""
    workbench_id = args["workbench_id"]
    changes = {
        "status": chosen(STATUS, args.get("status"), "status"),
        "investigationResult": chosen(FINDINGS, args.get("inv_result"), "inv_result"),
    }
    changes = {key: value for key, value in changes.items() if value}
    if not changes:
        raise DemistoException("Nothing to change; give status, inv_result or both.")
    changed = apply_changes(client, workbench_id, changes, args.get("if_match") or "")
    words = " and ".join(changes.values())
    message = f"Alert {workbench_id} is now {words}." if changed else f"Alert {workbench_id} was {words} already."
    return CommandResults(
        outputs_prefix="VisionOne.Update_Status",
        outputs_key_field="Workbench_Id",
        outputs={"Workbench_Id": workbench_id, "code": "SUCCESS", "message": message},
        readable_output=message,
    )


def apply_changes(client: Client, workbench_id: str, changes: dict, etag: str) -> bool:
    """Change an alert unless it is so already; when someone else was quicker, look again, once."""
    if etag:
        client.change_alert(workbench_id, changes, etag)
        return True
    for last in (False, True):
        alert, etag = client.alert(workbench_id)
        if all(alert.get(key) == value for key, value in changes.items()):
            return False
        try:
            client.change_alert(workbench_id, changes, etag)
        except DemistoException as error:
            if last or status_of(error) != 412:
                raise
        else:
            return True
    return False


def add_note_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Write a note on an alert, unless an earlier call with the same key has done so."""
    workbench_id, mark = args["workbench_id"], mark_of(args)
    params = {"startDateTime": look_from(client, args), "top": 200}
    notes = client.records(f"{ALERTS}/{workbench_id}/notes", params) if mark else ()
    note_id = next((str(note["id"]) for note in notes if mark in str(note.get("content"))), "")
    message = f"Note {note_id} is on alert {workbench_id} already."
    if not note_id:
        note_id = client.add_note(workbench_id, marked(args["content"], mark, glue="\n\n"))
        message = f"Note {note_id} was added to alert {workbench_id}."
    return CommandResults(
        outputs_prefix="VisionOne.Add_Note",
        outputs_key_field=["Workbench_Id", "note_id"],
        outputs={"Workbench_Id": workbench_id, "code": "SUCCESS", "message": message, "note_id": note_id},
        readable_output=message,
    )


CHECK_STATUS = "trendmicro-visionone-check-status"
DOWNLOAD_INFORMATION = "trendmicro-visionone-download-information-for-collected-forensic-file"

COMMANDS: dict[str, Callable[[Client, dict[str, Any]], Any]] = {
    "trendmicro-visionone-get-endpoint-info": get_endpoint_info_command,
    "trendmicro-visionone-collect-forensic-file": collect_forensic_file_command,
    CHECK_STATUS: check_status_command,
    "trendmicro-visionone-check-task-status": check_status_command,
    DOWNLOAD_INFORMATION: download_information_command,
    "trendmicro-visionone-isolate-endpoint": isolate_endpoint_command,
    "trendmicro-visionone-restore-endpoint-connection": restore_endpoint_connection_command,
    "trendmicro-visionone-get-alert-details": get_alert_details_command,
    "trendmicro-visionone-update-status": update_status_command,
    "trendmicro-visionone-add-note": add_note_command,
}


""" FETCH """

SEVERITY = {"critical": 4, "high": 3, "medium": 2, "low": 1}
LOOK_BACK_MINUTES = 15
UNITS = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "month": 43200}


def fetch_incidents(client: Client, params: dict[str, Any], last_run: dict, now: datetime) -> tuple[dict, list[dict]]:
    """Return what to remember, and the next alerts as incidents, oldest first.

    The cursor is the newest creation time seen. A fetch that is not behind also looks back from it, for alerts that
    Vision One shows late, and leaves out those whose ids it remembers.
    """
    limit = arg_to_number(params.get("max_fetch")) or 50
    look_back = timedelta(minutes=arg_to_number(params.get("look_back") or LOOK_BACK_MINUTES))
    cursor = last_run.get("cursor") or wire_time(start_of(params.get("first_fetch") or "3 days", now))
    start = cursor if last_run.get("behind") else wire_time(read_time(cursor) - look_back)
    seen: dict[str, str] = dict(last_run.get("seen") or {})
    incidents: list[dict] = []
    for record in new_alerts(client, params, start, seen):
        created = created_time(record) or cursor
        seen[record_id(record)] = created
        cursor = max(cursor, created)
        incidents.append(incident_of(record, now))
        if len(incidents) >= limit:
            break
    oldest = wire_time(read_time(cursor) - look_back)
    seen = {key: created for key, created in seen.items() if created >= oldest}
    return {"cursor": cursor, "seen": seen, "behind": len(incidents) >= limit}, incidents


def new_alerts(client: Client, params: dict[str, Any], start: str, seen: dict[str, str]) -> Iterator[Any]:
    query = {"startDateTime": start, "dateTimeTarget": "createdDateTime", "orderBy": "createdDateTime asc"}
    wanted = alert_filter(params)
    for record in client.records(ALERTS, query, {"TMV1-Filter": wanted} if wanted else {}):
        if record_id(record) not in seen:
            yield record


def alert_filter(params: dict[str, Any]) -> str:
    """Return the filter that lets Vision One choose, so that nothing is read in vain."""
    choices = {"severity": argToList(params.get("severities")), "status": argToList(params.get("statuses"))}
    groups = [
        " or ".join(f"{field} eq {quoted(value)}" for value in values) for field, values in choices.items() if values
    ]
    return " and ".join(f"({group})" for group in groups)


def incident_of(record: Any, now: datetime) -> dict:
    """Make an incident of one record, whatever it looks like; its raw JSON stays as it came."""
    alert = record if isinstance(record, dict) else {}
    created = created_time(record)
    incident = {
        "name": incident_name(alert),
        "occurred": created or wire_time(now),
        "severity": SEVERITY.get(str(alert.get("severity")).lower(), 0),
        "details": str(alert.get("description") or ""),
        "rawJSON": json.dumps(record),
        "dbotMirrorId": record_id(record),
    }
    if not (created and alert.get("id") and alert.get("model")):
        incident["details"] += " (Vision One's record lacks its id, model or time of creation; see the raw JSON.)"
    return incident


def incident_name(alert: dict) -> str:
    hosts = host_names(alert)
    place = f" on {hosts[0]}" if hosts else ""
    more = f" and {len(hosts) - 1} more" if len(hosts) > 1 else ""
    return f"{alert.get('model') or 'Vision One alert without a model'}{place}{more}"


def host_names(alert: dict) -> list[str]:
    scope = alert.get("impactScope")
    entities = scope.get("entities") if isinstance(scope, dict) else None
    values = [entity.get("entityValue") for entity in entities or () if isinstance(entity, dict)]
    return [str(value["name"]) for value in values if isinstance(value, dict) and value.get("name")]


def record_id(record: Any) -> str:
    """Return an alert's id, or for a record without one, a name made of its content."""
    known = record.get("id") if isinstance(record, dict) else None
    return str(known) if known else sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def created_time(record: Any) -> str:
    text = record.get("createdDateTime") if isinstance(record, dict) else ""
    try:
        return wire_time(read_time(str(text)))
    except ValueError:
        return ""


def start_of(first_fetch: str, now: datetime) -> datetime:
    """Read "3 days", "12 hours" or a time."""
    span = re.fullmatch(r"\s*(\d+)\s*(minute|hour|day|week|month)s?\s*(ago)?\s*", first_fetch, re.IGNORECASE)
    if span:
        return now - timedelta(minutes=int(span[1]) * UNITS[span[2].lower()])
    try:
        return read_time(first_fetch)
    except ValueError as error:
        raise DemistoException(
            f"The first fetch time is {first_fetch!r}; use a span such as 3 days, or a time such as "
            "2031-02-03T04:05:06Z."
        ) from error


def check_instance(client: Client, params: dict[str, Any], now: datetime) -> str:
    """Try the connection, and what a fetch needs when fetching is on."""
    client.get("healthcheck/connectivity")
    if argToBoolean(params.get("isFetch") or False):
        fetch_incidents(client, {**params, "max_fetch": 1}, {}, now)
    return "ok"


""" HELPERS """

LOOK_FOR_DAYS = 7
CLOCKS_DIFFER = timedelta(minutes=10)
NAMES_OF_KEYS = {"endpointName": "endpoint", "agentGuid": "agent_guid", "filePath": "file_path"}
NEXT_PATH = re.compile(r",\s*(?=[A-Za-z]:[\\/]|/|\\\\|%)")


def mark_of(args: dict[str, Any]) -> str:
    """Return the mark that a keyed call leaves in Vision One, so that the same call can find it again."""
    key = str(args.get("idempotency_key") or "").strip()
    if not key:
        return ""
    readable = re.fullmatch(r"[\w.:/@#-]{1,64}", key)
    return f"[ref {key if readable else sha256(key.encode()).hexdigest()[:32]}]"


def marked(text: str, mark: str, *, glue: str = " ", longest: int | None = None) -> str:
    room = longest - len(mark) - len(glue) if longest and mark else longest
    return glue.join(part for part in (text[:room], mark) if part)


def look_from(client: Client, args: dict[str, Any]) -> str:
    """Return from when on an earlier call with the same key can have happened."""
    since = args.get("idempotency_since")
    start = read_time(since) - CLOCKS_DIFFER if since else client.now() - timedelta(days=LOOK_FOR_DAYS)
    return wire_time(start)


def read_endpoints(args: dict[str, Any], json_argument: str) -> list[Target]:
    """Read which endpoints are meant, from the JSON argument or the flat ones."""
    targets = read_json_targets(args.get(json_argument), json_argument)
    for name in words(args.get("endpoint")):
        targets.append(Target(agent_guid=name) if GUID.fullmatch(name) else Target(endpoint=name))
    targets += [Target(agent_guid=guid) for guid in words(args.get("agent_guid"))]
    if not targets:
        raise DemistoException(f"No endpoint is named; give endpoint, agent_guid or {json_argument}.")
    return targets


def read_json_targets(value: Any, argument: str) -> list[Target]:
    """Read a JSON list of objects, in any of the ways in which a list reaches a command."""
    items = parsed(value, argument) if isinstance(value, str) else value
    items = [items] if isinstance(items, dict) else items or []
    targets = []
    for item in items:
        given = parsed(item, argument) if isinstance(item, str) else item
        if not isinstance(given, dict):
            raise DemistoException(f'{argument} holds {item!r}; give objects such as {{"endpoint": "FIN-LT-042"}}.')
        known = {NAMES_OF_KEYS.get(key, key): str(one) for key, one in given.items() if one}
        target = Target(**{key: one for key, one in known.items() if key in Target.__slots__})
        if not target.endpoint and not target.agent_guid:
            raise DemistoException(f"An object in {argument} names no endpoint; give it endpoint or agent_guid.")
        targets.append(target)
    return targets


def parsed(text: str, argument: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise DemistoException(
            f"{argument} is not JSON: {error}; give a list of objects, or the flat arguments."
        ) from error


def read_paths(value: Any) -> list[str]:
    """Read file paths; a comma inside a path does not part it."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return [path.strip() for path in NEXT_PATH.split(value) if path.strip()]
    return [str(path) for path in argToList(value)]


def pair_with_files(endpoints: list[Target], paths: list[str]) -> list[Target]:
    """Pair endpoints with paths one by one; a single one of either goes with all of the other."""
    if not paths:
        raise DemistoException("No file is named; give file_path, such as C:\\Temp\\lsass.DMP.")
    if len(endpoints) == 1:
        return [replace(endpoints[0], file_path=path) for path in paths]
    if len(paths) == 1:
        return [replace(endpoint, file_path=paths[0]) for endpoint in endpoints]
    if len(endpoints) != len(paths):
        raise DemistoException(
            f"{len(endpoints)} endpoints cannot be paired with {len(paths)} paths; give as many of both, or one of "
            "either."
        )
    return [replace(endpoint, file_path=path) for endpoint, path in zip(endpoints, paths, strict=True)]


def words(value: Any) -> list[str]:
    """Return the values of a list argument, each once, without blanks."""
    return list(dict.fromkeys(word for one in argToList(value) if (word := str(one).strip())))


def read_object(value: Any) -> dict:
    """Return the argument as an object when it is one, or text of one."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = parsed(value, "endpoint")
    return value if isinstance(value, dict) else {}


def read_task_ids(args: dict[str, Any]) -> list[str]:
    task_ids = words(args.get("task_id"))
    if not task_ids:
        raise DemistoException("No response task is named; give task_id.")
    return task_ids


def chosen(words: dict[str, str], value: Any, argument: str) -> str:
    """Return Vision One's word for one of ours; both are understood."""
    if not value:
        return ""
    word = words.get(str(value).strip().lower().replace(" ", "_"))
    if not word:
        raise DemistoException(f"{argument} is {value!r}; use one of {', '.join(words)}.")
    return word


def quoted(value: Any) -> str:
    text = str(value).replace("'", "''")
    return f"'{text}'"


def batches(items: list) -> Iterator[list]:
    for start in range(0, len(items), TARGETS_PER_CALL):
        yield items[start : start + TARGETS_PER_CALL]


def snake(value: Any) -> Any:
    """Return a record with the keys that context paths have.

    >>> snake({"agentGuid": "g", "ip": {"value": ["192.0.2.1"], "updatedDateTime": "t"}})
    {'agent_guid': 'g', 'ip': {'value': ['192.0.2.1'], 'updated_date_time': 't'}}
    """
    if isinstance(value, dict):
        return {re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key).lower(): snake(one) for key, one in value.items()}
    if isinstance(value, list):
        return [snake(one) for one in value]
    return value


def base_name(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]


def wire_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_time(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def status_of(error: DemistoException) -> int:
    return getattr(getattr(error, "res", None), "status_code", 0)


def error_entry(message: str) -> dict:
    return {"Type": entryTypes["error"], "ContentsFormat": formats["text"], "Contents": message}


def make_client(params: dict[str, Any]) -> Client:
    key = params.get("apikey") or {}
    return Client(
        params["url"],
        key.get("password", "") if isinstance(key, dict) else str(key),
        verify=not argToBoolean(params.get("insecure") or False),
        proxy=argToBoolean(params.get("proxy") or False),
    )


""" MAIN """


def run(name: str, params: dict[str, Any]) -> None:
    client = make_client(params)
    if name == "test-module":
        return_results(check_instance(client, params, client.now()))
    elif name == "fetch-incidents":
        next_run, incidents = fetch_incidents(client, params, demisto.getLastRun() or {}, client.now())
        demisto.setLastRun(next_run)
        demisto.incidents(incidents)
    elif name in COMMANDS:
        return_results(COMMANDS[name](client, demisto.args()))
    else:
        raise NotImplementedError("this integration has no such command.")


def main() -> None:
    try:
        run(demisto.command(), demisto.params())
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"{demisto.command()}: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
