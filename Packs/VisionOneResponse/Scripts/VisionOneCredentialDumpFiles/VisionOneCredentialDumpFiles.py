import json
from pathlib import PureWindowsPath
from typing import Any

import demistomock as demisto
from CommonServerPython import *

# Programs leave traces as paths too, and the dumped process itself is an object; neither is a dump.
PROGRAMS = {".exe", ".dll", ".sys", ".com", ".scr", ".msi", ".lnk"}


def hosts_of(alert: dict) -> dict[str, dict]:
    """Return the endpoints in the alert's impact scope, by every name that an indicator may refer to."""
    hosts: dict[str, dict] = {}
    for entity in dicts((alert.get("impactScope") or {}).get("entities")):
        value = entity.get("entityValue")
        if isinstance(value, dict) and (value.get("guid") or value.get("name")):
            host = {"endpoint": value.get("name") or "", "agent_guid": value.get("guid") or ""}
            for name in (entity.get("entityId"), value.get("guid"), value.get("name")):
                if name:
                    hosts[str(name).casefold()] = host
    return hosts


def dump_paths(alert: dict) -> list[tuple[str, list[str]]]:
    """Return the files that the alert saw being written, each with the entities that it was seen on."""
    found = []
    for indicator in dicts(alert.get("indicators")):
        path, field = indicator.get("value"), str(indicator.get("field") or "object")
        written = indicator.get("type") == "fullpath" and isinstance(path, str) and field.startswith("object")
        if written and PureWindowsPath(path).suffix.lower() not in PROGRAMS:
            found.append((path, [str(one).casefold() for one in indicator.get("relatedEntities") or ()]))
    return found


def dump_files(alert: dict, endpoints: list[dict], collecting: set[str]) -> list[dict]:
    """Say for each dumped file where it lies and whether it can be collected from there."""
    hosts = hosts_of(alert)
    known = {str(endpoint.get("agent_guid", "")).casefold(): endpoint for endpoint in endpoints}
    everywhere = list({id(host): host for host in hosts.values()}.values())
    files: dict[tuple[str, str], dict] = {}
    for path, seen_on in dump_paths(alert):
        places = [hosts[name] for name in seen_on if name in hosts]
        if not places and len(everywhere) == 1:
            places = everywhere
        for host in places or [{"endpoint": "", "agent_guid": ""}]:
            why = obstacle(host, known.get(host["agent_guid"].casefold()), collecting)
            file = {**host, "file_path": path, "collectable": "no" if why else "yes", "reason": why}
            files.setdefault((host["agent_guid"] or host["endpoint"], path), file)
    return list(files.values())


def obstacle(host: dict, endpoint: dict | None, collecting: set[str]) -> str:
    """Say why an endpoint cannot give a file, or nothing; what is not known is no obstacle."""
    if not host["endpoint"] and not host["agent_guid"]:
        return "The alert does not say which endpoint the file was seen on."
    if endpoint is None:
        return ""
    products = {endpoint.get("product_code"), *argToList(endpoint.get("installed_product_codes"))} - {None, ""}
    if products and not products & collecting:
        return f"The agent on {host['endpoint']} ({', '.join(sorted(products))}) cannot collect files."
    if endpoint.get("connectivity") == "disconnected":
        return f"{host['endpoint']} is offline."
    return ""


def dicts(value: Any) -> list[dict]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def read_alert(args: dict[str, Any]) -> dict:
    """Return the workbench alert: the argument's, or the one that the incident was made of."""
    given = args.get("alert") or demisto.incident().get("rawJSON") or "{}"
    alert = json.loads(given) if isinstance(given, str) else given
    return alert if isinstance(alert, dict) else {}


def read_endpoints(value: Any) -> list[dict]:
    value = json.loads(value) if isinstance(value, str) and value.strip() else value
    return dicts(value if isinstance(value, list) else [value])


def credential_dump_files_command(args: dict[str, Any]) -> CommandResults:
    collecting = set(argToList(args.get("collecting_products") or "xes,sao"))
    files = dump_files(read_alert(args), read_endpoints(args.get("endpoints")), collecting)
    columns = ("endpoint", "file_path", "collectable", "reason")
    table = tableToMarkdown(
        "Dumped files",
        [{key: one[key] for key in columns} for one in files],
        headers=list(columns),
        headerTransform=string_to_table_header,
        removeNull=True,
    )
    return CommandResults(
        outputs_prefix="VisionOne.Dump_File",
        outputs_key_field=["agent_guid", "file_path"],
        outputs=files,
        readable_output=table if files else "The alert names no file that was written.",
        raw_response=files,
    )


def main() -> None:
    try:
        return_results(credential_dump_files_command(demisto.args()))
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"VisionOneCredentialDumpFiles: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
