from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import demistomock as demisto
from CommonServerPython import *

BRAND = "VisionOneResponse"
COMMAND = "trendmicro-visionone-{}"
REASON = "War Room of incident {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a button does: a command, and its arguments made of an incident's fields."""

    command: str
    needs: str  # the field without which there is nothing to act on
    arguments: Callable[[dict[str, Any]], dict[str, Any]]


def on_endpoints(command: str) -> Action:
    return Action(
        command=command,
        needs="visiononeendpointguids",
        arguments=lambda fields: {"agent_guid": fields["visiononeendpointguids"], "description": fields["reason"]},
    )


def on_alert(**changes: str) -> Action:
    return Action(
        command="update-status",
        needs="visiononeworkbenchid",
        arguments=lambda fields: {"workbench_id": fields["visiononeworkbenchid"], **changes},
    )


ACTIONS = {
    "endpoint_info": Action(
        command="get-endpoint-info",
        needs="visiononeendpointguids",
        arguments=lambda fields: {"endpoint": fields["visiononeendpointguids"]},
    ),
    "isolate": on_endpoints("isolate-endpoint"),
    "restore": on_endpoints("restore-endpoint-connection"),
    "quarantine": Action(
        command="quarantine-email-message",
        needs="visiononemessageids",
        arguments=lambda fields: {"message_id": fields["visiononemessageids"], "description": fields["reason"]},
    ),
    "in_progress": on_alert(status="in_progress"),
    "true_positive": on_alert(status="closed", inv_result="true_positive"),
    "false_positive": on_alert(status="closed", inv_result="false_positive"),
}


def respond_command(args: dict[str, Any]) -> Any:
    """Run the command of one button on what the incident's alert is about."""
    action = ACTIONS.get(args.get("action") or "")
    if not action:
        raise DemistoException(f"There is no action {args.get('action')!r}; use one of {', '.join(ACTIONS)}.")
    incident = demisto.incident()
    fields = {**incident, **(incident.get("CustomFields") or {})}
    if not fields.get(action.needs):
        raise DemistoException(
            f"The incident's field {action.needs} is empty, so there is nothing that {action.command} could act on."
        )
    fields["reason"] = REASON.format(incident.get("id"))
    arguments = action.arguments(fields)
    return demisto.executeCommand(COMMAND.format(action.command), {**arguments, "using-brand": BRAND})


def main() -> None:
    try:
        demisto.results(respond_command(demisto.args()))
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"VisionOneRespond: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
