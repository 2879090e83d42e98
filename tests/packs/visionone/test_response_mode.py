"""What responses may do by themselves: the input, the list, the incident's field; what is wrong is said and asks."""

from typing import Any

import pytest

NO_LIST = {"Type": 4, "Contents": "Item not found (8)"}
WARNING = 11


def decided(xsoar: Any, *, text: str | dict[str, Any] = NO_LIST, kept: str = "", **args: Any) -> tuple[str, list[str]]:
    """Return the mode, and the warnings."""
    fields = {"visiononerespond": kept}
    incident = {"id": "42", "type": "Workbench, Alert", "severity": args.pop("severity", 3), "CustomFields": fields}
    xsoar.demisto.raw_incident = incident
    xsoar.demisto.lists["modes"] = text if isinstance(text, dict) else {"Type": 1, "Contents": text}
    ran = xsoar.script("VisionOneResponseMode", list="modes", **args)
    assert ran.errors == []
    warned = [str(one["Contents"]) for one in ran.entries if one["Type"] == WARNING]
    return ran.context("VisionOne.Response_Mode")["respond"], warned


@pytest.mark.parametrize(("given", "mode"), [("act", "act"), (" ASK ", "ask"), ("propose", "propose")])
def test_the_input_comes_first(xsoar: Any, given: str, mode: str) -> None:
    assert decided(xsoar, respond=given, text="*, *, propose", kept="act") == (mode, [])


def test_an_input_that_does_not_exist_asks_and_is_said(xsoar: Any) -> None:
    mode, [warned] = decided(xsoar, respond="maybe", text="*, *, act", kept="act")
    assert (mode, "'maybe'" in warned) == ("ask", True)


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Workbench, Alert, high, act", "act"),  # a type may have a comma
        ("workbench, alert, HIGH, Act # by night", "act"),
        ("*, critical, propose;*,high,act", "act"),
        ("\n# nothing\n", "ask"),
        ("Other, *, act", "ask"),
    ],
)
def test_the_first_line_that_fits_counts(xsoar: Any, text: str, mode: str) -> None:
    assert decided(xsoar, text=text) == (mode, [])


@pytest.mark.parametrize(
    ("severity", "name"),
    [(0, "unknown"), (0.5, "informational"), (1, "low"), (2, "medium"), (3, "high"), (4, "critical")],
)
def test_every_severity_has_its_name(xsoar: Any, severity: float, name: str) -> None:
    assert decided(xsoar, text=f"*, {name}, act; *, *, propose", severity=severity) == ("act", [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("act", "does not have three parts"),
        ("high, act", "does not have three parts"),
        (", high, act", "does not have three parts"),
        ("*, higher, act", "no severity that exists"),
        ("*, high, do it", "no mode that exists"),
    ],
)
def test_a_wrong_line_is_said_by_its_number_and_nothing_acts_meanwhile(xsoar: Any, line: str, said: str) -> None:
    mode, [warned] = decided(xsoar, text=f"# ours\n{line}\n*, *, act")
    assert (mode, f"Line 2 ({line!r})" in warned, said in warned) == ("ask", True, True)
    assert decided(xsoar, text=f"{line}\n*, *, propose")[0] == "propose"
    assert decided(xsoar, text=line, kept="act")[0] == "ask"


def test_a_list_that_cannot_be_read_is_said_and_nothing_acts_meanwhile(xsoar: Any) -> None:
    mode, [warned] = decided(xsoar, text={"Type": 4, "Contents": "Permission denied"}, kept="act")
    assert (mode, warned) == ("ask", "The list 'modes' could not be read: Permission denied")


@pytest.mark.parametrize(("kept", "mode"), [("act", "act"), ("propose", "propose"), ("ask", "ask"), ("", "ask")])
def test_without_a_list_the_incidents_field_counts(xsoar: Any, kept: str, mode: str) -> None:
    assert decided(xsoar, kept=kept) == (mode, [])


def test_a_field_that_says_what_does_not_exist_asks(xsoar: Any) -> None:
    mode, [warned] = decided(xsoar, kept="sometimes")
    assert (mode, "'sometimes'" in warned) == ("ask", True)
