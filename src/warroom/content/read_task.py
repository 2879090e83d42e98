"""Reads one task of a playbook."""

import json

from warroom.content.playbook import FieldMapping, Loop, OnError, Task, TaskKind, TimerTrigger
from warroom.content.read_value import read_arguments, read_comparisons, read_value
from warroom.content.source import Node
from warroom.content.value import Case, Value

KINDS: dict[str, TaskKind] = {
    "start": TaskKind.START,
    "title": TaskKind.TITLE,
    "section": TaskKind.TITLE,
    "regular": TaskKind.REGULAR,
    "standard": TaskKind.REGULAR,
    "condition": TaskKind.CONDITION,
    "playbook": TaskKind.PLAYBOOK,
    "collection": TaskKind.COLLECTION,
}

CONTROLS = frozenset(
    {
        "auto-extract",
        "debug-mode",
        "execution-timeout",
        "extend-context",
        "ignore-outputs",
        "raw-response",
        "retry-count",
        "retry-interval",
        "using",
        "using-brand",
        "using-category",
    }
)

_EXTRACTS = {1: "none", 2: "inline", 3: "outofband"}  # of `reputationcalc`; 0 is as the server does
_AS_ITS_PLAYBOOK, _QUIET = 0, 1  # of `quietmode`; 2 is off


def read_task(node: Node, task_id: str, *, quiet_playbook: bool = False) -> Task:
    """One entry of a playbook's `tasks`."""
    kind = _kind(node, task_id)
    inner = node.get("task")
    brand, script = _script(inner)
    arguments, controls = _arguments(node.get("scriptarguments"), kind)
    return Task(
        id=task_id,
        kind=kind,
        name=inner.get("name").text(),
        description=inner.get("description").text(),
        brand=brand,
        script=script,
        is_command=inner.get("iscommand").flag() or "|||" in inner.get("script").text(),
        playbook=inner.get("playbookName", "playbookId").text(),
        arguments=arguments,
        controls=controls,
        cases=tuple(_case(entry) for entry in node.get("conditions").entries()),
        next={label: targets.texts() for label, targets in node.get("nexttasks").table()},
        on_error=_on_error(node),
        skip_unavailable=node.get("skipunavailable").flag(),
        separate_context=node.get("separatecontext").flag(),
        loop=_loop(node.get("loop")),
        message=node.get("message").object(),
        form=node.get("form").object(),
        field_mappings=tuple(_field_mappings(node.get("fieldMapping"))),
        timers=tuple(map(_timer, node.get("timertriggers").entries())),
        tags=inner.get("tags").texts(),
        note=node.get("note").flag(),
        evidence=node.get("evidencedata").object() is not None,
        extract=_EXTRACTS.get(node.get("reputationcalc").whole(), ""),
        quiet=_quiet(node, quiet_playbook=quiet_playbook),
        position=_position(node.get("view")),
        at=node.at,
    )


def _timer(node: Node) -> TimerTrigger:
    return TimerTrigger(field=node.get("fieldname", "fieldName").text(), action=node.get("action").text("start"))


def _kind(node: Node, task_id: str) -> TaskKind:
    written = node.get("type").needed(f"Task {task_id}")
    if written not in KINDS:
        raise node.get("type").error(
            f"Task {task_id} is of type `{written}`, which is not supported; use one of {', '.join(KINDS)}."
        )
    return KINDS[written]


def _script(inner: Node) -> tuple[str, str]:
    """Return brand and name; a script's name is preferred to its id, because ids differ from server to server."""
    written = inner.get("script").text()
    if "|||" in written:
        brand, _, command = written.partition("|||")
        return brand.strip(), command.strip()
    name = inner.get("scriptName").text() or written
    brand = inner.get("brand").text() if inner.get("iscommand").flag() else ""
    return brand, name


def _arguments(node: Node, kind: TaskKind) -> tuple[dict[str, Value], dict[str, Value]]:
    values = read_arguments(node)
    if kind is TaskKind.PLAYBOOK:  # of a sub-playbook they are inputs, so every name is allowed
        return values, {}
    arguments = {name: value for name, value in values.items() if name not in CONTROLS}
    return arguments, {name: value for name, value in values.items() if name in CONTROLS}


def _case(node: Node) -> Case:
    return Case(
        label=node.get("label").needed("A condition"),
        condition=read_comparisons(node.get("condition")),
    )


def _on_error(node: Node) -> OnError:
    if not node.get("continueonerror").flag():
        return OnError.STOP
    if node.get("continueonerrortype").text() == OnError.ERROR_PATH:
        return OnError.ERROR_PATH
    return OnError.CONTINUE


def _loop(node: Node) -> Loop | None:
    for_each = node.get("forEach").flag()
    until = read_comparisons(node.get("builtincondition"))
    script = node.get("scriptId", "scriptName").text()
    if not (for_each or until or script):
        return None  # XSOAR writes the stanza into every sub-playbook task
    return Loop(
        for_each=for_each,
        until=() if for_each else until,
        script="" if for_each or until else script,
        script_arguments=read_arguments(node.get("scriptArguments", "scriptarguments")),
        wait=node.get("wait").whole(1),
        max=node.get("max").whole() or 100,
    )


def _field_mappings(node: Node) -> list[FieldMapping]:
    written = [entry for entry in node.entries() if entry.data != {}]  # XSOAR's editor leaves empty ones behind
    pairs = [(entry.get("incidentfield").needed("A field mapping"), entry.get("output")) for entry in written]
    read = [(incident_field, read_value(output)) for incident_field, output in pairs]
    return [FieldMapping(incident_field=name, output=value) for name, value in read if value is not None]


def _quiet(node: Node, *, quiet_playbook: bool) -> bool:
    mode = node.get("quietmode").whole()
    return quiet_playbook if mode == _AS_ITS_PLAYBOOK else mode == _QUIET


def _position(node: Node) -> tuple[float, float] | None:
    """Return where the task is drawn; a broken drawing must not keep a playbook from running."""
    try:
        position = json.loads(node.text("{}")).get("position")
        return float(position["x"]), float(position["y"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
