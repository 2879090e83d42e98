import re
from dataclasses import dataclass
from typing import Any

import demistomock as demisto
from CommonServerPython import *

ASK, ACT = "ask", "act"
MODES = (ASK, ACT, "propose")
SEVERITIES = {"unknown": 0.0, "informational": 0.5, "low": 1.0, "medium": 2.0, "high": 3.0, "critical": 4.0}
ANY = "*"
NO_LIST = re.compile(r"(?i)not found|there is no list|item not found")
LINE = "Write a line as: incident type, severity, mode"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the list."""

    text: str
    type: str
    severity: str
    mode: str

    def fits(self, incident: dict[str, Any]) -> bool:
        is_type = self.type in {ANY, str(incident.get("type") or "").strip().lower()}
        return is_type and (self.severity == ANY or SEVERITIES[self.severity] == severity_of(incident))


@dataclass(frozen=True, slots=True)
class Mode:
    """What responses do, what says so, and what was wrong on the way there."""

    respond: str
    because: str
    wrong: tuple[str, ...] = ()


def severity_of(incident: dict[str, Any]) -> float:
    try:
        return float(incident.get("severity") or 0)
    except (TypeError, ValueError):
        return 0.0


def rules_of(text: str) -> tuple[list[Rule], list[str]]:
    """Read a list: its rules, and a sentence for each line that is none. A # begins a remark."""
    rules: list[Rule] = []
    wrong: list[str] = []
    for number, line in enumerate(re.split(r"[;\n]", text), 1):
        bare = line.partition("#")[0].strip()
        if not bare:
            continue
        kind, severity, mode = [part.strip().lower() for part in ["", "", *bare.rsplit(",", 2)][-3:]]
        if not kind:
            wrong.append(f"Line {number} ({bare!r}) does not have three parts. {LINE}.")
        elif severity not in {ANY, *SEVERITIES}:
            wrong.append(
                f"Line {number} ({bare!r}) has no severity that exists; use one of {', '.join(SEVERITIES)} or *."
            )
        elif mode not in MODES:
            wrong.append(f"Line {number} ({bare!r}) has no mode that exists; use one of {', '.join(MODES)}.")
        else:
            rules.append(Rule(bare, kind, severity, mode))
    return rules, wrong


def text_of_list(name: str) -> tuple[str, list[str]]:
    """Return a list's text; a list that is not there is empty, one that cannot be read is wrong."""
    try:
        entries = demisto.executeCommand("getList", {"listName": name})
        said = "\n".join(str(entry.get("Contents") or "") for entry in entries or [] if isinstance(entry, dict))
        if not is_error(entries):
            return said, []
    except Exception as error:  # noqa: BLE001  # XSOAR gives an error entry, other servers raise what they like
        said = str(error)
    return "", [] if NO_LIST.search(said) else [f"The list {name!r} could not be read: {said}"]


def mode_of(wish: str, list_name: str, incident: dict[str, Any]) -> Mode:
    """Decide between the playbook's input, the list and the incident's field, in this order; asking is the rule."""
    if wish in MODES:
        return Mode(wish, "the playbook's input Respond says so")
    if wish:
        return Mode(ASK, "that is the rule", (f"The input Respond is {wish!r}; use one of {', '.join(MODES)}.",))
    text, unread = text_of_list(list_name)
    rules, wrong = rules_of(text)
    found = next((rule for rule in rules if rule.fits(incident)), None)
    if found:
        mode = Mode(found.mode, f"the list {list_name!r} says so in the line {found.text!r}")
    else:
        mode = of_instance(incident)
    complaints = (*unread, *(f"The list {list_name!r}: {sentence}" for sentence in wrong), *mode.wrong)
    if complaints and mode.respond == ACT:
        return Mode(ASK, "nothing acts by itself while something is wrong", complaints)
    return Mode(mode.respond, mode.because, complaints)


def of_instance(incident: dict[str, Any]) -> Mode:
    """Return what the instance that brought the incident says, which the fetch keeps in a field."""
    fields = incident.get("CustomFields") or {}
    kept = str(fields.get("visiononerespond") or "").strip().lower()
    if not kept:
        return Mode(ASK, "that is the rule")
    if kept not in MODES:
        return Mode(
            ASK, "that is the rule", (f"The field Vision One Respond is {kept!r}; use one of {', '.join(MODES)}.",)
        )
    return Mode(kept, "the incident's field Vision One Respond says so, which the integration's parameter sets")


def response_mode_command(args: dict[str, Any], incident: dict[str, Any]) -> list[Any]:
    """Say whether responses ask, act or propose on this incident, and why; what is wrong is a warning."""
    mode = mode_of(str(args.get("respond") or "").strip().lower(), str(args["list"]), incident)
    said = CommandResults(
        outputs_prefix="VisionOne.Response_Mode",
        outputs={"respond": mode.respond, "because": mode.because},
        readable_output=f"Responses to this alert **{mode.respond}**: {mode.because}.",
        raw_response=mode.respond,
    )
    if not mode.wrong:
        return [said]
    contents = "\n".join(mode.wrong)
    return [{"Type": EntryType.WARNING, "ContentsFormat": EntryFormat.TEXT, "Contents": contents}, said]


def main() -> None:
    try:
        return_results(response_mode_command(demisto.args(), demisto.incident()))
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"VisionOneResponseMode: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
